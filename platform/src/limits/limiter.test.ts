import { describe, expect, test } from 'vitest'
import { addressBucket } from './address.ts'
import type { Rate } from './classes.ts'
import { createLimiter, type LimitState } from './limiter.ts'

const rate: Rate = { count: 100, seconds: 60, burst: 20 }

function limiterAt(clock: { now: number }) {
  const limiter = createLimiter({ now: () => clock.now })
  return (key = 'one', given = rate) =>
    limiter.take({ name: 'key', key, rate: given }) as LimitState
}

describe('a bucket', () => {
  test('gives its burst at once and then nothing', () => {
    const take = limiterAt({ now: 0 })
    const states = Array.from({ length: 25 }, () => take())
    expect(states.filter((state) => state.retryAfterSeconds === 0)).toHaveLength(20)
    expect(states.map((state) => state.remaining).slice(0, 21)).toEqual([
      ...Array.from({ length: 20 }, (_, at) => 19 - at),
      0,
    ])
  })

  test('gives its whole burst at any time, however the fractions of it round', () => {
    const clock = { now: 0 }
    const take = limiterAt(clock)
    for (const [count, seconds, burst] of [
      [1, 36_000, 1],
      [5, 60, 5],
      [7, 3, 20],
    ] as const) {
      for (let caller = 0; caller < 1_000; caller++) {
        clock.now = 1_000 + caller * 0.123_456_7
        const key = `${count} ${caller}`
        const left = Array.from({ length: burst }, () => take(key, { count, seconds, burst }))
        expect(left.map(({ retryAfterSeconds }) => retryAfterSeconds)).toEqual(left.map(() => 0))
        expect(left.map(({ remaining }) => remaining)).toEqual(left.map((_, at) => burst - 1 - at))
      }
    }
  })

  test('lets a caller through again after exactly the time it named', () => {
    const clock = { now: 0 }
    const take = limiterAt(clock)
    for (let call = 0; call < 20; call++) take()
    const refused = take()
    expect(refused.retryAfterSeconds).toBe(1)
    clock.now = 599
    expect(take().retryAfterSeconds).toBe(1)
    clock.now = 600
    expect(take().retryAfterSeconds).toBe(0)
    expect(take().retryAfterSeconds).toBe(1)
  })

  test('lets a caller who sends evenly at the rate through every time', () => {
    const clock = { now: 0 }
    const take = limiterAt(clock)
    for (let call = 0; call < 1_000; call++) {
      clock.now += 600
      expect(take().retryAfterSeconds).toBe(0)
    }
  })

  test('is not made emptier by calls that it refused', () => {
    const clock = { now: 0 }
    const take = limiterAt(clock)
    for (let call = 0; call < 500; call++) take()
    clock.now = 12_000
    expect(take().remaining).toBe(19)
  })

  test('says how long it takes until it is full', () => {
    const take = limiterAt({ now: 0 })
    expect(take().resetSeconds).toBe(1)
    for (let call = 0; call < 19; call++) take()
    expect(take().resetSeconds).toBe(12)
  })

  test('is nobody else’s', () => {
    const take = limiterAt({ now: 0 })
    for (let call = 0; call < 21; call++) take('one')
    expect(take('one').retryAfterSeconds).toBe(1)
    expect(take('two').retryAfterSeconds).toBe(0)
  })
})

describe('an address', () => {
  test.for([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
    ['::1', '0:0:0:0::/64'],
    ['2001:db8::', '2001:db8:0:0::/64'],
  ] as const)('%s counts as %s', ([address, bucket]) => {
    expect(addressBucket(address)).toBe(bucket)
  })
})
