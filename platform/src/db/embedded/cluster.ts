import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chown, type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Binaries } from './binaries.ts'
import { exists, readText, syncFolder, writeDurably } from './durable-file.ts'
import type { Location } from './location.ts'

const initdbMilliseconds = 120_000
const initdbOutputBytesMax = 1_000_000
const unfinishedPrefix = 'cluster.new-'
const logBytesMax = 10 * 1024 * 1024
const logTailBytes = 4_000
const clusterNameCharactersMax = 63

/** In the socket's name only: nothing listens on the network. */
export const port = 5432

export const superuser = 'postgres'

/** What would break the promises made here, or the way in. */
const fixedSettings = new Set(['port', 'unix_socket_directories', 'data_directory'])

/**
 * The whole environment of PostgreSQL's programs. Without a locale initdb would make an SQL_ASCII
 * database, and a caller's PG* variables are none of our server's business.
 */
export const postgresEnvironment = {
  LANG: 'C.UTF-8',
  LC_ALL: 'C.UTF-8',
  TZ: 'UTC',
  PATH: '/usr/local/bin:/usr/bin:/bin',
}

/** Makes the cluster if there is none; true when it did. */
export async function ensureCluster(location: Location, binaries: Binaries): Promise<boolean> {
  const { home, account } = location
  await removeUnfinished(home)
  if (await exists(location.cluster)) return false
  // initdb works beside the cluster's place, so a kill in the middle leaves nothing half made. The
  // name is new each time, because the initdb of a killed Plinth may still be at work in its own.
  const unfinished = join(home, `${unfinishedPrefix}${randomBytes(6).toString('hex')}`)
  await mkdir(unfinished, { mode: 0o700 })
  if (account) await chown(unfinished, account.uid, account.gid)
  const password = join(home, 'password')
  await writeDurably(password, `${randomBytes(32).toString('base64url')}\n`, account)
  try {
    await initdb({ location, binaries, folder: unfinished, password })
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true })
    throw error
  }
  await rename(unfinished, location.cluster)
  await syncFolder(home)
  return true
}

async function removeUnfinished(home: string): Promise<void> {
  for (const name of await readdir(home)) {
    if (!name.startsWith(unfinishedPrefix)) continue
    try {
      await rm(join(home, name), { recursive: true, force: true })
    } catch (error) {
      // Somebody still writes into it; a later start removes it.
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOTEMPTY')) throw error
    }
  }
}

interface Initdb {
  readonly location: Location
  readonly binaries: Binaries
  readonly folder: string
  readonly password: string
}

async function initdb({ location, binaries, folder, password }: Initdb): Promise<void> {
  const options = [
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--locale=C.UTF-8',
    '--auth=scram-sha-256',
    `--username=${superuser}`,
    `--pwfile=${password}`,
    '--no-instructions',
    `--pgdata=${folder}`,
  ]
  try {
    await promisify(execFile)(binaries.initdb, options, {
      ...location.account,
      cwd: folder,
      env: postgresEnvironment,
      timeout: initdbMilliseconds,
      killSignal: 'SIGKILL',
      maxBuffer: initdbOutputBytesMax,
    })
  } catch (error) {
    const told = error instanceof Error && 'stderr' in error ? String(error.stderr) : ''
    throw new Error(`PostgreSQL could not make its database: ${told.trim().slice(-logTailBytes)}`, {
      cause: error,
    })
  }
}

/** The password that only the cluster's owner may read. */
export async function readPassword({ home }: Location): Promise<string> {
  const password = await readText(join(home, 'password'))
  if (password) return password
  throw new Error(
    `The database in ${home} has lost its password: restore the file ${join(home, 'password')} ` +
      'from a backup.',
  )
}

/** The command line of the server; the caller's settings come last and win. */
export function serverArguments(
  { cluster }: Location,
  { version }: Binaries,
  extraSettings: Readonly<Record<string, string>>,
): readonly string[] {
  for (const name of Object.keys(extraSettings)) {
    if (fixedSettings.has(name)) throw new Error(`The setting ${name} is not the caller's choice.`)
  }
  const settings = {
    // From the data directory: a relative folder fits into a socket's address however deep it is.
    unix_socket_directories: '../socket',
    port: String(port),
    unix_socket_permissions: '0700',
    listen_addresses: '',
    // Shown in process lists, and what makes a newer release replace an older server.
    cluster_name: `plinth-${version}`.slice(0, clusterNameCharactersMax),
    fsync: 'on',
    max_connections: '100',
    shared_buffers: '128MB',
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_min_messages: 'warning',
    ...extraSettings,
  }
  const pairs = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  return ['-D', cluster, ...pairs]
}

/** The server's log, opened for appending; `startsAt` is where this run's lines begin. */
export interface ServerLog {
  readonly file: FileHandle
  readonly path: string
  readonly startsAt: number
}

export async function openServerLog({ home }: Location): Promise<ServerLog> {
  const path = join(home, 'postgres.log')
  if ((await exists(path)) && (await stat(path)).size > logBytesMax) await rename(path, `${path}.1`)
  const file = await open(path, 'a', 0o600)
  return { file, path, startsAt: (await file.stat()).size }
}

/** The last lines that this run of the server has written. */
export async function readLogTail({ path, startsAt }: ServerLog): Promise<string> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const from = Math.max(startsAt, size - logTailBytes)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(logTailBytes), 0, logTailBytes, from)
    return buffer.toString('utf8', 0, bytesRead).trim()
  } finally {
    await file.close()
  }
}
