import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Rate } from './classes.ts'
import { createLimiter, type LimitState } from './limiter.ts'

// The story: a client that is told to wait counts on what it is told. One that comes back as soon as
// it may, and never earlier, must never be refused twice; one that comes back a second too early
// must gain nothing; and none may get one call more than the rate says, whatever the numbers are and
// however long the process has been running.

const rates: fc.Arbitrary<Rate> = fc.record({
  count: fc.integer({ min: 1, max: 10_000 }),
  seconds: fc.integer({ min: 1, max: 86_400 }),
  burst: fc.integer({ min: 1, max: 500 }),
})
/** What `performance.now` may say in the first three years of a process. */
const times = fc.double({ min: 0, max: 1e11, noNaN: true })
const situations = fc.record({ rate: rates, start: times })

function bucketAt(start: number, rate: Rate) {
  const clock = { now: start }
  const limiter = createLimiter({ now: () => clock.now })
  const take = () => limiter.take({ name: 'key', key: 'one', rate }) as LimitState
  return { clock, take }
}

/** Takes until the bucket refuses; gives what was allowed and the refusal. */
function empty(take: () => LimitState, callsMax: number) {
  const allowed: LimitState[] = []
  for (let call = 0; call <= callsMax; call++) {
    const state = take()
    if (state.retryAfterSeconds > 0) return { allowed, refused: state }
    allowed.push(state)
  }
  throw new Error(`More than ${callsMax} calls were allowed.`)
}

describe('for every rate and every time', () => {
  test('a full bucket allows its burst, call by call, and not one more', () => {
    fc.assert(
      fc.property(situations, ({ rate, start }) => {
        const { take } = bucketAt(start, rate)
        const { allowed } = empty(take, rate.burst)
        expect(allowed.map(({ remaining }) => remaining)).toEqual(
          Array.from({ length: rate.burst }, (_, at) => rate.burst - 1 - at),
        )
      }),
    )
  })

  test('the named wait is enough, and one second less is not', () => {
    fc.assert(
      fc.property(situations, ({ rate, start }) => {
        const { clock, take } = bucketAt(start, rate)
        const { retryAfterSeconds } = empty(take, rate.burst).refused
        expect(Number.isInteger(retryAfterSeconds)).toBe(true)
        clock.now = start + (retryAfterSeconds - 1) * 1000
        expect(take().retryAfterSeconds).toBe(1)
        clock.now = start + retryAfterSeconds * 1000
        expect(take().retryAfterSeconds).toBe(0)
      }),
    )
  })

  test('the bucket is full when the reset that it named is over, and not a second before', () => {
    fc.assert(
      fc.property(situations, fc.nat({ max: 500 }), ({ rate, start }, calls) => {
        const { clock, take } = bucketAt(start, rate)
        const taken = Math.min(calls + 1, rate.burst)
        const states = Array.from({ length: taken }, take)
        const { resetSeconds } = states.at(-1)!
        expect(resetSeconds).toBeGreaterThanOrEqual(1)
        // One call that comes a second early finds what is missing since then.
        clock.now = start + resetSeconds * 1000
        expect(take().remaining).toBe(rate.burst - 1)
      }),
    )
  })

  test('no sequence of calls gets more than the burst and what came back meanwhile', () => {
    const pauses = fc.array(fc.double({ min: 0, max: 5_000, noNaN: true }), { maxLength: 200 })
    fc.assert(
      fc.property(situations, pauses, ({ rate, start }, waits) => {
        const { clock, take } = bucketAt(start, rate)
        let allowed = 0
        for (const wait of waits) {
          clock.now += wait
          if (take().retryAfterSeconds === 0) allowed++
        }
        // A hundredth of a millisecond is given away, against errors of rounding.
        const refilled = (clock.now - start + 0.02) / ((rate.seconds * 1000) / rate.count)
        expect(allowed).toBeLessThanOrEqual(rate.burst + refilled)
      }),
    )
  })

  test('refused calls, however many, put nothing off', () => {
    fc.assert(
      fc.property(situations, fc.integer({ min: 1, max: 50 }), ({ rate, start }, tries) => {
        const { clock, take } = bucketAt(start, rate)
        const { refused } = empty(take, rate.burst)
        for (let call = 0; call < tries; call++) expect(take()).toEqual(refused)
        clock.now = start + refused.retryAfterSeconds * 1000
        expect(take().retryAfterSeconds).toBe(0)
      }),
    )
  })
})
