import { execFile } from 'node:child_process'
import { readFile, readlink, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { readText } from './durable-file.ts'
import type { Log } from './log.ts'

const pollMilliseconds = 20

/** Fast shutdown writes a checkpoint, which takes its time on a slow disk. */
const stopSteps = [
  { signal: 'SIGINT', waitMilliseconds: 30_000 },
  // PostgreSQL stops without a checkpoint, and recovers from its log at the next start.
  { signal: 'SIGQUIT', waitMilliseconds: 5_000 },
  { signal: 'SIGKILL', waitMilliseconds: 5_000 },
] as const

/** How our child ended: exactly one of the two is set. */
export interface Ending {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
}

/** The server's main process, our child or one that an earlier Plinth left behind. */
export interface Postmaster {
  readonly pid: number
  hasExited(): Promise<boolean>
  /** Resolves when it has ended; only a parent is told, of another process one has to ask. */
  readonly ended?: Promise<Ending>
}

/** The process that `postmaster.pid` names, dead or alive, whatever program it is by now. */
export async function readPostmasterPid(cluster: string): Promise<number | undefined> {
  const [line = ''] = ((await readText(join(cluster, 'postmaster.pid'))) ?? '').split('\n')
  const pid = Number(line)
  return Number.isSafeInteger(pid) && pid > 1 ? pid : undefined
}

/** The postmaster that runs on this cluster where we can see and signal it. */
export async function findPostmaster(cluster: string): Promise<Postmaster | undefined> {
  const pid = await readPostmasterPid(cluster)
  if (pid === undefined || !(await isPostmasterOf(pid, cluster))) return undefined
  return { pid, hasExited: async () => !(await isPostmasterOf(pid, cluster)) }
}

/** A recycled number is not enough to send signals to: it must be PostgreSQL, in this cluster. */
async function isPostmasterOf(pid: number, cluster: string): Promise<boolean> {
  try {
    if (process.platform === 'linux') {
      if ((await readFile(`/proc/${pid}/comm`, 'utf8')).trim() !== 'postgres') return false
      return (await readlink(`/proc/${pid}/cwd`)) === (await realpath(cluster))
    }
    const run = promisify(execFile)
    const { stdout } = await run('/bin/ps', ['-o', 'args=', '-p', String(pid)], { timeout: 5_000 })
    return stdout.includes(`-D ${cluster} `)
  } catch {
    // No such process, a zombie, or another user's: in each case not a server of ours.
    return false
  }
}

/** Whether some process has this number. One of another user counts. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** True when the process has ended within the time. */
export async function waitForExit(
  postmaster: Postmaster,
  waitMilliseconds: number,
): Promise<boolean> {
  const deadline = performance.now() + waitMilliseconds
  while (!(await postmaster.hasExited())) {
    if (performance.now() >= deadline) return false
    await sleep(pollMilliseconds)
  }
  return true
}

/** Stops the server, at first gently; throws when even SIGKILL does not end it. */
export async function stopPostmaster(postmaster: Postmaster, log: Log): Promise<void> {
  for (const { signal, waitMilliseconds } of stopSteps) {
    if (await postmaster.hasExited()) return
    if (signal !== 'SIGINT') log('PostgreSQL does not stop', { pid: postmaster.pid, signal })
    sendSignal(postmaster, signal)
    if (await waitForExit(postmaster, waitMilliseconds)) return
  }
  throw new Error(`PostgreSQL (process ${postmaster.pid}) does not stop, not even by SIGKILL.`)
}

/** Sends and does not wait; a process that has ended is no error. */
export function sendSignal({ pid }: Postmaster, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    // It ended between the look and the signal.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
