import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Binaries } from './binaries.ts'
import {
  ensureCluster,
  openServerLog,
  readLogTail,
  readPassword,
  serverArguments,
} from './cluster.ts'
import type { Location } from './location.ts'

let home: string
let location: Location

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'cluster-'))
  location = { home, cluster: join(home, 'cluster'), account: undefined }
})
afterEach(() => rm(home, { recursive: true, force: true }))

/** In the place of initdb, which takes seconds: what it is given is what counts here. */
async function binariesWith(script: string): Promise<Binaries> {
  const initdb = join(home, 'initdb')
  await writeFile(initdb, `#!/bin/sh\n${script}\n`)
  await chmod(initdb, 0o755)
  return { initdb, postgres: '/nowhere/postgres', version: '18.4.0' }
}

const good = 'for it; do :; done; echo made > "$(echo "$it" | cut -d= -f2)/PG_VERSION"'

describe('a cluster', () => {
  test('is made where there is none, under a password of its own', async () => {
    expect(await ensureCluster(location, await binariesWith(good))).toBe(true)
    expect(await readFile(join(home, 'cluster', 'PG_VERSION'), 'utf8')).toBe('made\n')
    expect((await stat(join(home, 'cluster'))).mode & 0o777).toBe(0o700)
    expect(await readPassword(location)).toMatch(/^[\w-]{43}$/)
  })

  test('that is there is left alone', async () => {
    await mkdir(location.cluster)
    expect(await ensureCluster(location, await binariesWith('exit 1'))).toBe(false)
  })

  test('is made anew beside what a start that was cut off has left, which goes', async () => {
    await mkdir(join(home, 'cluster.new-0123456789ab', 'base'), { recursive: true })
    await ensureCluster(location, await binariesWith(good))
    expect((await readdir(home)).sort()).toEqual(['cluster', 'initdb', 'password'])
  })

  test('that cannot be made is not there, and the reason is told', async () => {
    const binaries = await binariesWith('echo "no space left" >&2; exit 1')
    await expect(ensureCluster(location, binaries)).rejects.toThrow(
      'PostgreSQL could not make its database: no space left',
    )
    expect(await readdir(home)).not.toContain('cluster')
  })

  test('without initdb is told so, too', async () => {
    const binaries = { ...(await binariesWith(good)), initdb: join(home, 'missing') }
    await expect(ensureCluster(location, binaries)).rejects.toThrow('could not make its database')
  })

  test('whose password is gone says what to do', async () => {
    await expect(readPassword(location)).rejects.toThrow('has lost its password')
    await writeFile(join(home, 'password'), '\n')
    await expect(readPassword(location)).rejects.toThrow('restore the file')
  })
})

describe('the command line of the server', () => {
  const binaries: Binaries = { initdb: '', postgres: '', version: '18.4.0' }
  const settingsOf = (extra: Record<string, string>) =>
    serverArguments(location, binaries, extra).filter((text) => text.includes('='))

  test('names the cluster, listens on no network and keeps what it commits', () => {
    expect(serverArguments(location, binaries, {}).slice(0, 2)).toEqual(['-D', location.cluster])
    expect(settingsOf({})).toEqual(
      expect.arrayContaining([
        'listen_addresses=',
        'fsync=on',
        'unix_socket_permissions=0700',
        'cluster_name=plinth-18.4.0',
      ]),
    )
  })

  test('takes the settings of the caller in place of its own', () => {
    expect(settingsOf({ fsync: 'off' })).toContain('fsync=off')
    expect(settingsOf({ fsync: 'off' })).not.toContain('fsync=on')
  })

  test.for(['port', 'unix_socket_directories', 'data_directory'])(
    'does not let %s be changed',
    (name) => {
      expect(() => settingsOf({ [name]: 'x' })).toThrow(`The setting ${name} is not`)
    },
  )

  test('never has a name that is too long', () => {
    const version = 'x'.repeat(100)
    const [name] = serverArguments(location, { ...binaries, version }, {}).filter((text) =>
      text.startsWith('cluster_name='),
    )
    expect(name?.length).toBe('cluster_name='.length + 63)
  })
})

describe('the log of the server', () => {
  test('is told from where this run began', async () => {
    await writeFile(join(home, 'postgres.log'), 'of yesterday\n')
    const log = await openServerLog(location)
    await log.file.write('of today\n')
    expect(await readLogTail(log)).toBe('of today')
    await log.file.close()
    expect((await readFile(log.path, 'utf8')).split('\n')).toEqual(['of yesterday', 'of today', ''])
  })

  test('is told by its last lines when there are many', async () => {
    const log = await openServerLog(location)
    await log.file.write(`first\n${'x'.repeat(10_000)}\nlast\n`)
    const tail = await readLogTail(log)
    expect(tail.endsWith('\nlast')).toBe(true)
    expect(tail.length).toBeLessThanOrEqual(4_000)
    await log.file.close()
  })

  test('begins anew when it has grown large, and the old one is kept', async () => {
    const path = join(home, 'postgres.log')
    await writeFile(path, 'x'.repeat(10 * 1024 * 1024 + 1))
    const log = await openServerLog(location)
    await log.file.close()
    expect((await stat(path)).size).toBe(0)
    expect((await stat(`${path}.1`)).size).toBe(10 * 1024 * 1024 + 1)
  })
})
