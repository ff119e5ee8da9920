import { mkdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { findBinaries } from './binaries.ts'
import { ensureCluster, port, readPassword, serverArguments, superuser } from './cluster.ts'
import { takeFolderLock } from './folder-lock.ts'
import { keepServer } from './keep.ts'
import { findLocation } from './location.ts'
import type { Log } from './log.ts'
import { shortFolder } from './short-folder.ts'

export interface EmbeddedPostgresOptions {
  /** Made, with mode 700, when it does not exist. */
  readonly dataFolder: string
  readonly log: Log
  /** Settings of postgresql.conf; they win over ours. */
  readonly extraSettings?: Readonly<Record<string, string>>
  /** Before each attempt in a row to start a server again that ended by itself. */
  readonly pausesMilliseconds?: readonly number[]
}

export interface EmbeddedPostgres {
  /** The folder of the server's Unix socket, as `host` of node-postgres. */
  readonly host: string
  readonly port: number
  readonly user: 'postgres'
  readonly password: string
  /** True when this start made the database. */
  readonly isFirstStart: boolean
  /** Stops the server and gives the data folder free. Calling it again returns the same promise. */
  stop(): Promise<void>
  /** Tells the server to stop, for a process that ends at once and waits for nothing. */
  dismiss(): Promise<void>
}

/**
 * Starts the PostgreSQL of a data folder, or goes on with the one that a killed Plinth left
 * running, and resolves when it serves. Throws DataFolderInUseError when a live Plinth has the
 * folder, and an Error that says what to do when PostgreSQL does not start. A server that ends by
 * itself is started again. It outlives this process unless `stop` is called.
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  await mkdir(options.dataFolder, { recursive: true, mode: 0o700 })
  const dataFolder = await realpath(options.dataFolder)
  const lock = await takeFolderLock(dataFolder)
  try {
    return await startLocked({ ...options, dataFolder }, () => lock.release())
  } catch (error) {
    await lock.release()
    throw error
  }
}

async function startLocked(
  { dataFolder, log, extraSettings = {}, pausesMilliseconds }: EmbeddedPostgresOptions,
  unlock: () => Promise<void>,
): Promise<EmbeddedPostgres> {
  const location = await findLocation(dataFolder, log)
  const binaries = await findBinaries(location)
  const serverArgs = serverArguments(location, binaries, extraSettings)
  const isFirstStart = await ensureCluster(location, binaries)
  const password = await readPassword(location)
  const socketFolder = await shortFolder(join(location.home, 'socket'), `.s.PGSQL.${port}`)
  try {
    const connection = { host: socketFolder.path, port, user: superuser, password } as const
    const quoted = serverArgs.map((argument) => `"${argument}"`)
    const commandLine = [await realpath(binaries.postgres), ...quoted].join(' ')
    const launch = { location, connection, commandLine, log, binaries, serverArgs }
    const server = await keepServer({ ...launch, pausesMilliseconds })
    let stopped: Promise<void> | undefined
    const stop = async () => {
      try {
        await server.stop()
      } finally {
        await socketFolder.release()
        await unlock()
      }
    }
    return {
      ...connection,
      isFirstStart,
      stop: () => {
        stopped ??= stop()
        return stopped
      },
      dismiss: () => server.dismiss(),
    }
  } catch (error) {
    await socketFolder.release()
    throw error
  }
}
