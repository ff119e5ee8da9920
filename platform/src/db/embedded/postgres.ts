import { mkdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { findBinaries } from './binaries.ts'
import { ensureCluster, port, readPassword, serverArguments, superuser } from './cluster.ts'
import { takeFolderLock } from './folder-lock.ts'
import { type Launch, launchServer, type Server } from './launch.ts'
import { findLocation } from './location.ts'
import type { Log } from './log.ts'
import { settleOrphan } from './orphan.ts'
import { stopPostmaster } from './postmaster.ts'
import { shortFolder } from './short-folder.ts'

const clearMilliseconds = 60_000
const clearPauseMilliseconds = 100

export interface EmbeddedPostgresOptions {
  /** Made, with mode 700, when it does not exist. */
  readonly dataFolder: string
  readonly log: Log
  /** Settings of postgresql.conf; they win over ours. */
  readonly extraSettings?: Readonly<Record<string, string>>
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
}

/**
 * Starts the PostgreSQL of a data folder, or goes on with the one that a killed Plinth left
 * running, and resolves when it serves. Throws DataFolderInUseError when a live Plinth has the
 * folder, and an Error that says what to do when PostgreSQL does not start. The server outlives
 * this process unless `stop` is called.
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
  { dataFolder, log, extraSettings = {} }: EmbeddedPostgresOptions,
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
    const server = await adoptOrLaunch(launch)
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
    }
  } catch (error) {
    await socketFolder.release()
    throw error
  }
}

async function adoptOrLaunch(launch: Launch): Promise<Server> {
  const deadline = performance.now() + clearMilliseconds
  for (;;) {
    const orphan = await settleOrphan(launch)
    if (orphan) return { stop: () => stopPostmaster(orphan, launch.log) }
    const outcome = await launchServer(launch)
    if (!('failure' in outcome)) return outcome
    if (!outcome.isPassing || performance.now() >= deadline) throw new Error(outcome.failure)
    await sleep(clearPauseMilliseconds)
  }
}
