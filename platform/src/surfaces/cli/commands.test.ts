import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parseConfig } from '../../config/parse.ts'
import { ensureSecret } from '../../config/secret.ts'
import { passwordOf } from '../../db/logins.ts'
import { runCommand } from './surface.ts'

let dataFolder: string
let printed: string[]
let complaints: string[]

beforeEach(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'plinth-commands-'))
  printed = []
  complaints = []
})
afterEach(() => rm(dataFolder, { recursive: true, force: true }))

const url = 'postgresql://requests:quiet@db.example.com:5433/plinth?sslmode=require'
const ownerUrl = 'postgresql://migrations:loud@db.example.com:5433/plinth'
const external = { DATABASE_URL: url, DATABASE_OWNER_URL: ownerUrl }

/** Runs a command on an installation whose database is an external one. */
const run = (words: string[], describeApi = async (): Promise<object> => ({ openapi: '3.1.0' })) =>
  runCommand(
    {
      config: () =>
        parseConfig({ PLINTH_DATA: dataFolder, ...external }, { root: dataFolder, version: '1' }),
      describeApi,
      print: (text) => void printed.push(text),
      complain: (text) => void complaints.push(text),
      ask: async () => undefined,
    },
    words,
  )

describe('db url on an external database', () => {
  test('gives the address of the owner and of requests as they were set', async () => {
    expect(await run(['db', 'url', '--as', 'owner'])).toBe(0)
    expect(await run(['db', 'url', '--as', 'app'])).toBe(0)
    expect(printed).toEqual([ownerUrl, url])
  })

  test('gives the address of the login that Plinth made for itself', async () => {
    expect(await run(['db', 'url', '--as', 'identity'])).toBe(0)
    const made = new URL(printed[0] ?? '')
    const password = passwordOf(await ensureSecret(dataFolder), 'identity')
    expect(made).toMatchObject({
      username: 'plinth_identity',
      password,
      host: 'db.example.com:5433',
    })
    expect(made.search).toBe('?sslmode=require')
  })
})

test('an external database is not deleted', async () => {
  await ensureSecret(dataFolder)
  expect(await run(['reset', '--yes'])).toBe(1)
  expect(complaints.join()).toContain('Plinth does not delete it')
  expect(await readdir(dataFolder)).toEqual(['secret'])
})

describe('openapi', () => {
  test('is written to a file where one is named, and nothing is printed', async () => {
    const path = join(dataFolder, 'openapi.json')
    expect(await run(['openapi', '--out', path])).toBe(0)
    expect(await readFile(path, 'utf8')).toBe('{\n  "openapi": "3.1.0"\n}\n')
    expect(printed).toEqual([])
  })

  test('says in one line why it failed', async () => {
    expect(await run(['openapi', '--out', join(dataFolder, 'missing', 'x.json')])).toBe(1)
    expect(complaints.join()).toMatch(/^openapi failed: ENOENT/)
    expect(await run(['openapi', '--format', 'yaml'])).toBe(1)
    expect(complaints.at(-1)).toMatch(/^openapi failed: Unknown option/)
  })

  test('does not hide what is no error', async () => {
    const describeApi = () => Promise.reject('a text')
    await expect(run(['openapi'], describeApi)).rejects.toBe('a text')
  })
})

test.for([['constructor'], ['toString'], ['db', 'reset'], ['--version']])(
  'there is no command %j',
  async (words) => {
    expect(await run(words)).toBe(2)
    expect(complaints[0]).toBe(`There is no command "${words.join(' ')}".\n`)
  },
)

test.for([['help'], ['--help'], []])('what there is is told by %j', async (words) => {
  expect(await run(words)).toBe(0)
  expect(printed.join()).toContain('npx plinth openapi [--out file]')
  expect(complaints).toEqual([])
})
