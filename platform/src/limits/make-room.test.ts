import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Rate } from './classes.ts'
import { createLimiter, type LimitState } from './limiter.ts'
import { bucketsMax, lookedAtMax } from './make-room.ts'

// The story: somebody with a huge block of addresses sends from a fresh one each time. Each costs
// the server a bucket. They want it to run out of memory, or to spend its time looking through the
// buckets, or to throw away the one bucket that holds them back, so that they can go on guessing.

const rate: Rate = { count: 600, seconds: 60, burst: 200 }
const tries: Rate = { count: 5, seconds: 60, burst: 5 }

function limiterAt(clock: { now: number }, fullAt = new Map<string, number>()) {
  const limiter = createLimiter({ now: () => clock.now, fullAt })
  const take = (key: string, given = rate) =>
    limiter.take({ name: 'address', key, rate: given }) as LimitState
  const flood = (from: number, to: number) => {
    for (let at = from; at < to; at++) take(`2001:db8:${at >> 16}:${at & 0xffff}::/64`)
  }
  return { take, flood, fullAt }
}

function emptied(take: () => LimitState): LimitState {
  for (;;) {
    const state = take()
    if (state.retryAfterSeconds > 0) return state
  }
}

describe('a flood from a million addresses', () => {
  const { take, flood, fullAt } = limiterAt({ now: 0 })
  const guess = () => take('account:ada@example.com', tries)
  let megabytes: number
  let lockedOut: LimitState
  beforeAll(() => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    collect()
    const before = process.memoryUsage().heapUsed
    emptied(() => take('busy before'))
    flood(0, bucketsMax / 2)
    emptied(() => take('busy within'))
    lockedOut = emptied(guess)
    flood(bucketsMax / 2, bucketsMax)
    emptied(() => take('busy when there was no room'))
    flood(bucketsMax, 1_000_000)
    collect()
    megabytes = (process.memoryUsage().heapUsed - before) / 2 ** 20
  })

  test('leaves no more buckets than there may be, and takes little memory', () => {
    expect(fullAt.size).toBe(bucketsMax)
    expect(megabytes).toBeLessThan(64)
  })

  test.for(['before', 'within', 'when there was no room'])(
    'frees nobody who had emptied their bucket %s',
    (when) => {
      expect(take(`busy ${when}`)).toMatchObject({ remaining: 0, retryAfterSeconds: 1 })
    },
  )

  test('ends no lock-out for guessing', () => {
    expect(guess()).toEqual(lockedOut)
  })
})

/** Counts the entries that anybody looks at one after the other. */
class WatchedMap extends Map<string, number> {
  looked = 0
  sizeMax = 0
  override set(id: string, full: number): this {
    super.set(id, full)
    this.sizeMax = Math.max(this.sizeMax, this.size)
    return this
  }
  override *entries(): MapIterator<[string, number]> {
    for (const entry of super.entries()) {
      this.looked++
      yield entry
    }
  }
  override [Symbol.iterator](): MapIterator<[string, number]> {
    return this.entries()
  }
  override *keys(): MapIterator<string> {
    for (const [id] of this.entries()) yield id
  }
  override *values(): MapIterator<number> {
    for (const [, full] of this.entries()) yield full
  }
  override forEach(visit: (full: number, id: string, map: Map<string, number>) => void): void {
    for (const [id, full] of this.entries()) visit(full, id, this)
  }
}

describe('among as many buckets as there may be', () => {
  test('a newcomer looks at a few, however many there are', () => {
    const clock = { now: 0 }
    const fullAt = new WatchedMap()
    const { take, flood } = limiterAt(clock, fullAt)
    flood(0, bucketsMax)
    expect(fullAt.looked).toBe(0)
    for (let at = 0; at < 60_000; at++) {
      const before = fullAt.looked
      // First no bucket is full, then all are, at the end a part.
      if (at === 30_000) clock.now = 1_000
      take(`fresh ${at}`)
      expect(fullAt.looked - before).toBeLessThanOrEqual(lookedAtMax)
    }
    expect(fullAt.looked).toBeGreaterThan(bucketsMax)
    expect(fullAt.sizeMax).toBe(bucketsMax)
  })

  test('whoever is known looks at none, allowed or refused', () => {
    const fullAt = new WatchedMap()
    const { take, flood } = limiterAt({ now: 0 }, fullAt)
    flood(0, bucketsMax - 1)
    take('known')
    emptied(() => take('known'))
    for (let call = 0; call < 100; call++) take('known')
    expect([fullAt.size, fullAt.looked]).toEqual([bucketsMax, 0])
  })

  test('full buckets, which say nothing, go before all others', () => {
    const clock = { now: 0 }
    const { take, flood, fullAt } = limiterAt(clock)
    flood(0, bucketsMax - 1_000)
    clock.now = 1_000
    for (let at = 0; at < 1_000; at++) take(`in use ${at}`)
    flood(bucketsMax, bucketsMax + 10_000)
    const kept = [...fullAt.keys()].filter((id) => id.includes('in use'))
    expect(kept).toHaveLength(1_000)
  })
})
