import { type ChildProcess, spawn } from 'node:child_process'
import type { Binaries } from './binaries.ts'
import { openServerLog, postgresEnvironment, readLogTail, type ServerLog } from './cluster.ts'
import type { OrphanQuestion } from './orphan.ts'
import { type Ending, type Postmaster, stopPostmaster } from './postmaster.ts'
import { waitUntilReady } from './probe.ts'

export interface Launch extends OrphanQuestion {
  readonly binaries: Binaries
  readonly serverArgs: readonly string[]
}

export interface Failure {
  readonly failure: string
  /** Processes of an earlier server are about to end: another attempt is worth while. */
  readonly isPassing: boolean
}

/** Starts the server on a cluster where none runs, and waits until it serves. */
export async function launchServer(launch: Launch): Promise<Postmaster | Failure> {
  const { location, log } = launch
  const serverLog = await openServerLog(location)
  const child = spawnServer(launch, serverLog)
  let spawnError: Error | undefined
  child.once('error', (error) => {
    spawnError = error
  })
  await serverLog.file.close()
  const hasExited = async () =>
    spawnError !== undefined || child.exitCode !== null || child.signalCode !== null
  const ended = new Promise<Ending>((resolve) => {
    child.once('exit', (exitCode, signal) => resolve({ exitCode, signal }))
  })
  const postmaster: Postmaster = { pid: child.pid ?? 0, hasExited, ended }

  const state = await waitUntilReady(launch, postmaster).catch(async (error) => {
    await stopPostmaster(postmaster, log)
    throw error
  })
  if (state === 'ready') return postmaster
  await stopPostmaster(postmaster, log)
  const tail = await readLogTail(serverLog)
  const what = state === 'exited' ? 'PostgreSQL ended while starting' : 'PostgreSQL does not start'
  return {
    failure: `${what}: ${spawnError?.message ?? tail} (its log is ${serverLog.path})`,
    isPassing: /pre-existing shared memory block|lock file "postmaster\.pid" already exists/.test(
      tail,
    ),
  }
}

function spawnServer(
  { location, binaries, serverArgs }: Launch,
  { file }: ServerLog,
): ChildProcess {
  const child = spawn(binaries.postgres, serverArgs, {
    ...location.account,
    cwd: location.cluster,
    env: postgresEnvironment,
    // A process group of its own: Ctrl-C in the terminal must not stop the database before the
    // calls that are under way have ended.
    detached: true,
    stdio: ['ignore', file.fd, file.fd],
  })
  child.unref()
  return child
}
