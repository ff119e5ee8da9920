import { once } from 'node:events'
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Launch, launchServer } from './launch.ts'
import { settleOrphan } from './orphan.ts'
import { type Postmaster, sendSignal, stopPostmaster } from './postmaster.ts'

// PostgreSQL may be killed under a Plinth that lives on: by the system when memory runs out, or by a
// hand that meant something else. It recovers by itself when it is started again, so it is.

const clearMilliseconds = 60_000
const clearPauseMilliseconds = 100
/** How often a server that is not our child is looked at. */
const lookMilliseconds = 500
const usualPauses = [0, 250, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000] as const
/** A server that served this long was well: its end begins a new row. */
const wellMilliseconds = 60_000

/** A server that is started again when it ends without being asked to. */
export interface Server {
  /** Stops it, or the attempt to start it, and resolves when it is gone. */
  stop(): Promise<void>
  /** Tells it to stop and does not wait until it has. */
  dismiss(): Promise<void>
}

/** A server to start, and how patiently to start it again. */
export interface Keeping extends Omit<Launch, 'signal'> {
  /** Before each attempt in a row. After the last one only a person can help. */
  readonly pausesMilliseconds?: readonly number[] | undefined
}

/** Goes on with the server that runs, or starts one, and keeps it running until it is stopped. */
export async function keepServer({
  pausesMilliseconds = usualPauses,
  ...question
}: Keeping): Promise<Server> {
  const stopping = new AbortController()
  const { signal } = stopping
  const aborted = once(signal, 'abort')
  const launch = { ...question, signal }
  let postmaster = await adoptOrLaunch(launch)
  const keep = async () => {
    let attempts = 0
    for (;;) {
      const servingSince = performance.now()
      const ending = await Promise.race([untilEnded(postmaster, signal), aborted])
      if (signal.aborted) return
      launch.log('PostgreSQL ended unexpectedly', { pid: postmaster.pid, ...ending })
      if (performance.now() - servingSince >= wellMilliseconds) attempts = 0
      const revived = await revive({ launch, attempts, pausesMilliseconds })
      if (!revived) return
      postmaster = revived.postmaster
      attempts = revived.attempts
    }
  }
  const kept = keep()
  return {
    async stop() {
      stopping.abort()
      await kept
      await stopPostmaster(postmaster, launch.log)
    },
    async dismiss() {
      stopping.abort()
      if (!(await postmaster.hasExited())) sendSignal(postmaster, 'SIGINT')
    },
  }
}

/** Starts the server again; undefined when it was not wanted any more or would not start. */
async function revive(row: {
  readonly launch: Launch
  /** So far, in a row. */
  readonly attempts: number
  readonly pausesMilliseconds: readonly number[]
}): Promise<{ readonly postmaster: Postmaster; readonly attempts: number } | undefined> {
  const { log, signal, location } = row.launch
  let { attempts } = row
  for (const pause of row.pausesMilliseconds.slice(attempts)) {
    attempts += 1
    // Cut short by the signal, it rejects, which the next line sees.
    await sleep(pause, undefined, { signal, ref: false }).catch(() => {})
    if (signal.aborted) return undefined
    try {
      const postmaster = await adoptOrLaunch(row.launch)
      log('PostgreSQL was started again', { pid: postmaster.pid, attempts })
      return { postmaster, attempts }
    } catch (error) {
      if (signal.aborted) return undefined
      const reason = error instanceof Error ? error.message : String(error)
      log('PostgreSQL could not be started again', { reason, attempts })
    }
  }
  log('PostgreSQL is not started again any more: remove what ends it, then restart Plinth', {
    attempts,
    folder: location.home,
  })
  return undefined
}

/** Resolves when the server has ended, with how as far as that is known. */
async function untilEnded(postmaster: Postmaster, signal: AbortSignal): Promise<object> {
  if (postmaster.ended) return postmaster.ended
  while (!signal.aborted && !(await postmaster.hasExited())) {
    await sleep(lookMilliseconds, undefined, { ref: false })
  }
  return {}
}

async function adoptOrLaunch(launch: Launch): Promise<Postmaster> {
  const deadline = performance.now() + clearMilliseconds
  for (;;) {
    const orphan = await settleOrphan(launch)
    if (orphan) return orphan
    const outcome = await launchServer(launch)
    if (!('failure' in outcome)) return outcome
    const mayRepeat = outcome.isPassing && !launch.signal.aborted && performance.now() < deadline
    if (!mayRepeat) throw new Error(outcome.failure)
    await sleep(clearPauseMilliseconds)
  }
}
