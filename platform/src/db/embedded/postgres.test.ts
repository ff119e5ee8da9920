import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  access,
  cp,
  mkdtemp,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { DataFolderInUseError } from './folder-lock.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from './postgres.ts'
import { findPostmaster, stopPostmaster } from './postmaster.ts'

// Processes start slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const isRoot = process.getuid?.() === 0

let parent: string
let dataFolder: string
const messages: string[] = []
const running: EmbeddedPostgres[] = []
/** Removed at the end of a test; root's lie outside the data folder. */
const homes = new Set<string>()

beforeEach(async () => {
  parent = await realpath(await mkdtemp(join(tmpdir(), 'embedded-')))
  dataFolder = join(parent, 'data')
  messages.length = 0
})

afterEach(async () => {
  for (const postgres of running.splice(0)) await postgres.stop()
  for (const home of homes) {
    const orphan = await findPostmaster(join(home, 'cluster'))
    if (orphan) await stopPostmaster(orphan, () => {})
    await rm(home, { recursive: true, force: true })
  }
  homes.clear()
  await rm(parent, { recursive: true, force: true })
})

async function start(
  folder = dataFolder,
  extraSettings: Record<string, string> = {},
  pausesMilliseconds: readonly number[] = [0, 100, 200, 400, 800],
) {
  const log = (message: string) => void messages.push(message)
  try {
    const postgres = await startEmbeddedPostgres({
      dataFolder: folder,
      log,
      extraSettings,
      pausesMilliseconds,
    })
    running.push(postgres)
    return postgres
  } finally {
    homes.add(await homeOf(folder))
  }
}

/** Where the database lies: in the data folder, or where root's note says. */
async function homeOf(folder: string): Promise<string> {
  if (!isRoot) return join(folder, 'postgres')
  return (await readFile(join(folder, 'postgres-location'), 'utf8')).trim()
}

async function pidFile(folder = dataFolder): Promise<string> {
  return join(await homeOf(folder), 'cluster', 'postmaster.pid')
}

async function postmasterPid(): Promise<number> {
  return Number.parseInt(await readFile(await pidFile(), 'utf8'), 10)
}

type Reachable = Pick<EmbeddedPostgres, 'host' | 'port' | 'user' | 'password'>

async function query(postgres: Reachable, sql: string): Promise<Record<string, unknown>[]> {
  const { host, port, user, password } = postgres
  const client = new Client({ host, port, user, password, database: 'postgres' })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

async function waitUntilGone(pid: number): Promise<void> {
  for (;;) {
    const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
    if (state === '' || state.includes(') Z ')) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** A Plinth in a process of its own that starts the database and is then killed. */
async function startAndKillPlinth(extraSettings: Record<string, string> = {}): Promise<void> {
  const script = `
    import { startEmbeddedPostgres } from ${JSON.stringify(import.meta.resolve('./postgres.ts'))}
    const [dataFolder, extraSettings] = process.argv.slice(1)
    await startEmbeddedPostgres({
      dataFolder,
      log: () => {},
      extraSettings: JSON.parse(extraSettings),
    })
    process.stdout.write('started')
    setInterval(() => {}, 1000)
  `
  const options = ['--input-type=module', '-e', script, dataFolder, JSON.stringify(extraSettings)]
  const child: ChildProcess = spawn(process.execPath, options, {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout!, 'data')
  homes.add(await homeOf(dataFolder))
  child.kill('SIGKILL')
  await once(child, 'exit')
}

describe('the first start', () => {
  test('makes a UTF-8 database with the builtin C.UTF-8 locale, fsync on, no network', async () => {
    const postgres = await start()
    expect(postgres).toMatchObject({ user: 'postgres', isFirstStart: true })
    const databases = await query(
      postgres,
      `select datname, pg_encoding_to_char(encoding) as encoding, datlocprovider, datlocale
       from pg_database order by datname`,
    )
    for (const database of databases) {
      expect(database).toMatchObject({
        encoding: 'UTF8',
        datlocprovider: 'b',
        datlocale: 'C.UTF-8',
      })
    }
    expect(databases).toHaveLength(3)
    const [settings] = await query(
      postgres,
      `select current_setting('fsync') as fsync,
         current_setting('data_checksums') as checksums,
         current_setting('listen_addresses') as addresses,
         current_setting('TimeZone') as time_zone,
         current_setting('jit') as jit,
         (select string_agg(distinct auth_method, ',') from pg_hba_file_rules) as auth`,
    )
    expect(settings).toEqual({
      fsync: 'on',
      checksums: 'on',
      addresses: '',
      time_zone: 'UTC',
      jit: 'off',
      auth: 'scram-sha-256',
    })
  })

  test('keeps the password, the socket and the log from other users', async () => {
    const postgres = await start()
    const home = await homeOf(dataFolder)
    const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8)
    expect(await modeOf(join(home, 'password'))).toBe('600')
    expect(await modeOf(join(home, 'postgres.log'))).toBe('600')
    expect(await modeOf(join(home, 'socket'))).toBe('700')
    expect(await modeOf(join(home, 'cluster'))).toBe('700')
    expect((await readFile(join(home, 'password'), 'utf8')).trim()).toBe(postgres.password)
    await expect(query({ ...postgres, password: 'guess' }, 'select 1')).rejects.toThrow('password')
  })

  test('begins anew after one that was killed while it made the database', async () => {
    const postgres = await start()
    await postgres.stop()
    const home = await homeOf(dataFolder)
    await rm(join(home, 'cluster'), { recursive: true })
    await writeFile(join(home, 'cluster.new-1'), 'half made')
    expect(await start()).toMatchObject({ isFirstStart: true })
    await expect(access(join(home, 'cluster.new-1'))).rejects.toThrow('ENOENT')
  })
})

describe('a later start', () => {
  test('keeps the data and the password', async () => {
    const first = await start()
    await query(first, 'create table note as select 42 as answer')
    await first.stop()
    const second = await start()
    expect(second).toMatchObject({ isFirstStart: false, password: first.password })
    expect(await query(second, 'select answer from note')).toEqual([{ answer: 42 }])
  })

  test('recovers what was committed before the server was killed', async () => {
    const first = await start()
    await query(first, 'create table note as select 42 as answer')
    const pid = await postmasterPid()
    process.kill(pid, 'SIGKILL')
    await waitUntilGone(pid)
    await vi.waitFor(() => expect(messages).toContain('PostgreSQL ended unexpectedly'))
    await first.stop()
    const second = await start()
    expect(await query(second, 'select answer from note')).toEqual([{ answer: 42 }])
  })

  test('is refused while the folder is in use, and the server in use is left alone', async () => {
    const first = await start()
    await expect(start()).rejects.toThrow(DataFolderInUseError)
    expect(await query(first, 'select 1 as one')).toEqual([{ one: 1 }])
  })

  test("is not stopped by a dead server's number that now belongs to another program", async () => {
    const first = await start()
    await first.stop()
    const home = await homeOf(dataFolder)
    const { uid, gid } = await stat(join(home, 'cluster'))
    const other = spawn('sleep', ['600'], { stdio: 'ignore', ...(isRoot ? { uid, gid } : {}) })
    await once(other, 'spawn')
    await writeFile(await pidFile(), `${other.pid}\n/nowhere\n0\n5432\n../socket\n\n0 0\nready\n`)
    await writeFile(join(home, 'socket', '.s.PGSQL.5432.lock'), `${other.pid}\n`)
    await writeFile(join(home, 'socket', '.s.PGSQL.5432'), '')
    const second = await start()
    expect(await query(second, 'select 1 as one')).toEqual([{ one: 1 }])
    expect(other.exitCode).toBeNull()
    expect(other.kill()).toBe(true)
  })

  test('is not stopped by an empty file of a server that died while it wrote it', async () => {
    const first = await start()
    await first.stop()
    await writeFile(await pidFile(), '')
    expect(await query(await start(), 'select 1 as one')).toEqual([{ one: 1 }])
  })
})

describe('the server that a killed Plinth left running', () => {
  test('is gone on with, and stops in the end', async () => {
    await startAndKillPlinth()
    const pid = await postmasterPid()
    const postgres = await start()
    expect(messages).toContain('went on with the PostgreSQL that an earlier Plinth left running')
    expect(await postmasterPid()).toBe(pid)
    expect(await query(postgres, 'select 1 as one')).toEqual([{ one: 1 }])
    await postgres.stop()
    await waitUntilGone(pid)
    await expect(access(await pidFile())).rejects.toThrow('ENOENT')
  })

  test('is replaced when it was started with other settings', async () => {
    await startAndKillPlinth({ work_mem: '5MB' })
    const pid = await postmasterPid()
    const postgres = await start(dataFolder, { work_mem: '6MB' })
    expect(await postmasterPid()).not.toBe(pid)
    expect(await query(postgres, 'show work_mem')).toEqual([{ work_mem: '6MB' }])
  })

  test('is waited for when it is just shutting down', async () => {
    await startAndKillPlinth()
    process.kill(await postmasterPid(), 'SIGINT')
    expect(await query(await start(), 'select 1 as one')).toEqual([{ one: 1 }])
  })
})

describe('a server that is killed while its Plinth lives', () => {
  async function killServer(): Promise<number> {
    const pid = await postmasterPid()
    process.kill(pid, 'SIGKILL')
    return pid
  }
  const said = (message: string) => messages.filter((each) => each === message).length
  const answers = (postgres: EmbeddedPostgres) =>
    query(postgres, 'select answer from note').catch(() => 'no answer')

  test('is started again, as often as it is killed, with what was committed', async () => {
    const postgres = await start()
    await query(postgres, 'create table note as select 42 as answer')
    for (const times of [1, 2]) {
      const pid = await killServer()
      await vi.waitFor(() => expect(said('PostgreSQL was started again')).toBe(times), 30_000)
      expect(said('PostgreSQL ended unexpectedly')).toBe(times)
      expect(await postmasterPid()).not.toBe(pid)
      expect(await answers(postgres)).toEqual([{ answer: 42 }])
    }
    const pid = await postmasterPid()
    await postgres.stop()
    await waitUntilGone(pid)
    expect(said('PostgreSQL ended unexpectedly')).toBe(2)
  })

  test('is started again where it had been gone on with, too', async () => {
    await startAndKillPlinth()
    const postgres = await start()
    await query(postgres, 'create table note as select 42 as answer')
    await killServer()
    await vi.waitFor(() => expect(said('PostgreSQL was started again')).toBe(1), 30_000)
    expect(await answers(postgres)).toEqual([{ answer: 42 }])
  })

  test('is left alone after some attempts, and the data folder is given free', async () => {
    const postgres = await start(dataFolder, {}, [0, 10, 20])
    await query(postgres, 'create table note as select 42 as answer')
    const control = join(await homeOf(dataFolder), 'cluster', 'global', 'pg_control')
    await rename(control, `${control}.away`)
    await killServer()
    const given =
      'PostgreSQL is not started again any more: remove what ends it, then restart Plinth'
    await vi.waitFor(() => expect(messages).toContain(given), 60_000)
    expect(said('PostgreSQL could not be started again')).toBe(3)
    await postgres.stop()
    await rename(`${control}.away`, control)
    expect(await answers(await start())).toEqual([{ answer: 42 }])
  })

  test('is not waited for by an end that comes in between', async () => {
    const postgres = await start(dataFolder, {}, [0, 600_000])
    const control = join(await homeOf(dataFolder), 'cluster', 'global', 'pg_control')
    await rename(control, `${control}.away`)
    await killServer()
    await vi.waitFor(() => expect(said('PostgreSQL could not be started again')).toBe(1), 60_000)
    await postgres.stop()
    await rename(`${control}.away`, control)
    expect(await start()).toMatchObject({ isFirstStart: false })
    expect(said('PostgreSQL was started again')).toBe(0)
  })
})

test('a server that is dismissed stops by itself, with nothing to recover', async () => {
  const postgres = await start()
  const pid = await postmasterPid()
  await postgres.dismiss()
  await waitUntilGone(pid)
  await expect(access(await pidFile())).rejects.toThrow('ENOENT')
  expect(messages).not.toContain('PostgreSQL ended unexpectedly')
})

describe('a start that fails', () => {
  test('tells what PostgreSQL said, and gives the folder free', async () => {
    await expect(start(dataFolder, { shared_buffers: 'plenty' })).rejects.toThrow(
      /PostgreSQL ended while starting: .*shared_buffers/,
    )
    expect(await start()).toMatchObject({ isFirstStart: false })
  })

  test('refuses settings that would hide the server from us', async () => {
    await expect(start(dataFolder, { port: '1' })).rejects.toThrow('port')
  })

  test('says so when the database is not where the note says', async ({ skip }) => {
    skip(!isRoot, 'only root keeps its database outside of the data folder')
    await (await start()).stop()
    const home = await homeOf(dataFolder)
    await rm(home, { recursive: true })
    await expect(start()).rejects.toThrow(`should lie in ${home}, which is not there`)
  })

  test('says so on a copy of a data folder, whose original has it', async ({ skip }) => {
    skip(!isRoot, 'only root keeps its database outside of the data folder')
    await (await start()).stop()
    const copy = join(parent, 'copy')
    await cp(dataFolder, copy, { recursive: true })
    await expect(start(copy)).rejects.toThrow(`is a copy of ${dataFolder}`)
  })
})

test('a data folder whose path has more than 200 characters works', async () => {
  const long = join(parent, 'y'.repeat(200), 'data')
  const first = await start(long)
  await query(first, 'create table note as select 42 as answer')
  await first.stop()
  expect(await query(await start(long), 'select answer from note')).toEqual([{ answer: 42 }])
})

test('a folder made anew in the place of another has an empty database', async ({ skip }) => {
  skip(!isRoot, 'only root keeps its database outside of the data folder')
  const first = await start()
  await query(first, 'create table note ()')
  await first.stop()
  const oldHome = await homeOf(dataFolder)
  await rm(dataFolder, { recursive: true })
  const second = await start()
  expect(second).toMatchObject({ isFirstStart: true })
  expect(messages).toContain('left the database of an earlier data folder alone')
  expect(await homeOf(dataFolder)).not.toBe(oldHome)
})
