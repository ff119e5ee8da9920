import type { UnitStatement } from '../db/unit.ts'
import { sessionIdleMilliseconds } from './lifetimes.ts'
import { markUsed, removeEndedSessions } from './store.ts'

type Kind = 'session' | 'key'

/** Collects when credentials were used and writes it down in batches, off every call's way. */
export interface LastUsed {
  note(kind: Kind, id: string, at: number): void
  /** Writes what is waiting, and stops. */
  stop(): Promise<void>
}

export interface LastUsedOptions {
  /** Runs a statement as the identity login with nobody calling. */
  readonly write: (statement: UnitStatement) => Promise<void>
  /** In milliseconds. */
  readonly now: () => number
  readonly onError: (error: unknown) => void
}

const flushMilliseconds = 5_000
const removeEveryMilliseconds = 3_600_000
const waitingMax = 10_000

export function createLastUsed({ write, now, onError }: LastUsedOptions): LastUsed {
  const waiting: Record<Kind, Map<string, number>> = { session: new Map(), key: new Map() }
  let removedAt = now()

  const flush = async () => {
    for (const kind of ['session', 'key'] as const) {
      // In the order of ids, so that two processes never wait for each other in a circle.
      const uses = [...waiting[kind]].sort(([a], [b]) => (a < b ? -1 : 1)).map(toUse)
      waiting[kind].clear()
      if (uses.length > 0) await write(markUsed(kind, uses))
    }
    if (now() - removedAt < removeEveryMilliseconds) return
    removedAt = now()
    await write(
      removeEndedSessions({
        now: Temporal.Instant.fromEpochMilliseconds(now()),
        idleBefore: Temporal.Instant.fromEpochMilliseconds(now() - sessionIdleMilliseconds),
      }),
    )
  }

  // One flush at a time; what it could not write is noted again at a later use.
  let flushing: Promise<void> = Promise.resolve()
  const flushNext = () => {
    flushing = flushing.then(flush).catch(onError)
    return flushing
  }
  const timer = setInterval(flushNext, flushMilliseconds)
  timer.unref()
  return {
    note(kind, id, at) {
      if (waiting[kind].size < waitingMax || waiting[kind].has(id)) waiting[kind].set(id, at)
    },
    stop() {
      clearInterval(timer)
      return flushNext()
    },
  }
}

const toUse = ([id, at]: [string, number]) => ({
  id,
  at: Temporal.Instant.fromEpochMilliseconds(Math.trunc(at)),
})
