import type { Rate } from './classes.ts'
import { createRoomMaker } from './make-room.ts'

/** Where a caller stands with a limit, as the headers tell it. */
export interface LimitState {
  /** For example `key`, `session`, `auth`, `address`. */
  readonly name: string
  readonly count: number
  readonly seconds: number
  /** Calls that would be allowed right now. */
  readonly remaining: number
  /** Seconds until the bucket is full again. */
  readonly resetSeconds: number
  /** Seconds until the next call is allowed; 0 when this one was. */
  readonly retryAfterSeconds: number
}

/** Takes one call from a bucket. Asynchronous by type, so that buckets may live elsewhere. */
export interface Limiter {
  take(bucket: {
    readonly name: string
    readonly key: string
    readonly rate: Rate
  }): LimitState | Promise<LimitState>
}

/**
 * In milliseconds. Sums of fractions are off by less, also after years, when `now` is large; without
 * it a full bucket may lack its last call, and a wait be a second too long.
 */
const rounding = 0.01

/**
 * Token buckets in this process, as the generic cell rate algorithm keeps them: one number each, the
 * time at which the bucket would be full again (ITU-T I.371, "virtual scheduling").
 *
 * `now` is in milliseconds and never goes back (`performance.now`). `fullAt` is where the buckets
 * are kept, for whoever wants to look at them.
 */
export function createLimiter({
  now,
  fullAt = new Map<string, number>(),
}: {
  readonly now: () => number
  readonly fullAt?: Map<string, number>
}): Limiter {
  const makeRoom = createRoomMaker(fullAt)
  return {
    take({ name, key, rate }) {
      const time = now()
      const interval = (rate.seconds * 1000) / rate.count
      const id = `${name}\n${key}`
      const next = Math.max(fullAt.get(id) ?? 0, time) + interval
      const wait = next - interval * rate.burst - time
      const isAllowed = wait <= rounding
      if (isAllowed) {
        if (!fullAt.has(id)) makeRoom()
        fullAt.set(id, next)
      }
      const full = isAllowed ? next : next - interval
      return {
        name,
        count: rate.count,
        seconds: rate.seconds,
        remaining: isAllowed ? Math.floor((rounding - wait) / interval) : 0,
        resetSeconds: Math.ceil((full - time - rounding) / 1000),
        retryAfterSeconds: isAllowed ? 0 : Math.max(1, Math.ceil((wait - rounding) / 1000)),
      }
    },
  }
}
