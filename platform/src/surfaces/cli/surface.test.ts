import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parseConfig } from '../../config/parse.ts'
import { ensureSecret } from '../../config/secret.ts'
import { exists } from '../../db/embedded/durable-file.ts'
import { removeDatabase } from '../../db/embedded/visit.ts'
import { type Database, openDatabase } from '../../db/open.ts'
import { sourcesOf } from '../../operation/registry.ts'
import type { Terminal } from './command.ts'
import { runCommand } from './surface.ts'

let dataFolder: string
let printed: string[]
let complaints: string[]
let database: Database | undefined

beforeEach(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'plinth-cli-'))
  printed = []
  complaints = []
  database = undefined
})
afterEach(async () => {
  await database?.close()
  await removeDatabase(dataFolder)
  await rm(dataFolder, { recursive: true, force: true })
})

function run(words: string, answer?: string, environment: Record<string, string> = {}) {
  const terminal: Terminal = {
    config: () =>
      parseConfig({ PLINTH_DATA: dataFolder, ...environment }, { root: dataFolder, version: '1' }),
    describeApi: async () => ({ openapi: '3.1.0' }),
    print: (text) => void printed.push(text),
    complain: (text) => void complaints.push(text),
    ask: async () => answer,
  }
  return runCommand(terminal, words === '' ? [] : words.split(' '))
}

async function start(): Promise<void> {
  database = await openDatabase({
    place: { kind: 'embedded', dataFolder },
    poolMax: 1,
    secret: await ensureSecret(dataFolder),
    log: () => {},
    sources: sourcesOf([]),
  })
}

describe('a command', () => {
  test('that is not there is answered with those that are', async () => {
    expect(await run('dance')).toBe(2)
    expect(complaints.join()).toMatch(/no command "dance"[\s\S]*db url[\s\S]*reset/)
  })

  test('is explained when nothing is asked', async () => {
    expect(await run('')).toBe(0)
    expect(printed.join()).toContain('npx plinth reset')
  })

  test('says what is wrong with the settings instead of a stack', async () => {
    expect(await run('db url --as owner', undefined, { PLINTH_NONSENSE: '1' })).toBe(1)
    expect(complaints.join()).toContain('PLINTH_NONSENSE')
  })

  test('prints the API description', async () => {
    expect(await run('openapi')).toBe(0)
    expect(JSON.parse(printed.join(''))).toEqual({ openapi: '3.1.0' })
  })
})

describe('db url', () => {
  test('says that nothing runs', async () => {
    expect(await run('db url --as owner')).toBe(1)
    expect(complaints.join()).toContain('npm start')
  })

  test.for(['owner', 'app', 'identity'])('leads into the running database as %s', async (login) => {
    await start()
    expect(await run(`db url --as ${login}`)).toBe(0)
    const client = new pg.Client({ connectionString: printed[0] })
    await client.connect()
    const { rows } = await client.query('select current_user as me')
    await client.end()
    expect(rows).toEqual([{ me: `plinth_${login}` }])
  })

  test('knows no other login', async () => {
    expect(await run('db url --as postgres')).toBe(2)
  })
})

describe('reset', () => {
  test('deletes nothing without the word', async () => {
    await ensureSecret(dataFolder)
    expect(await run('reset', 'yes')).toBe(1)
    expect(await run('reset')).toBe(1)
    expect(await exists(join(dataFolder, 'secret'))).toBe(true)
  })

  test('deletes everything with it', async () => {
    await start()
    await database?.close()
    database = undefined
    expect(await run('reset', 'delete')).toBe(0)
    expect(await exists(dataFolder)).toBe(false)
  })

  test('is refused while Plinth runs', async () => {
    await start()
    expect(await run('reset --yes')).toBe(1)
    expect(complaints.join()).toMatch(/already/)
    expect(await exists(join(dataFolder, 'secret'))).toBe(true)
  })
})
