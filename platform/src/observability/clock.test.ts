import { describe, expect, test } from 'vitest'
import { createClock } from './clock.ts'

/** How far two instants are apart. A busy machine takes its time between two lines of a test. */
const secondsBetween = (one: Temporal.Instant, other: Temporal.Instant) =>
  Math.abs(one.epochMilliseconds - other.epochMilliseconds) / 1000

describe('the clock', () => {
  test('is that of the process until the database was asked', () => {
    const clock = createClock()
    expect(secondsBetween(clock.now(), Temporal.Now.instant())).toBeLessThan(60)
  })

  test('gives a call exactly the time that its transaction has', () => {
    const text = '2026-03-02T09:00:00.123456Z'
    expect(createClock().fromDatabase(text).toString()).toBe(text)
  })

  test.for(['-PT48H', 'PT48H'])('goes by the database where the two differ by %s', (shift) => {
    const clock = createClock()
    const database = Temporal.Now.instant().add(shift)
    clock.fromDatabase(database.toString())
    expect(secondsBetween(clock.now(), database)).toBeLessThan(60)
  })

  test('goes by what the database said last', () => {
    const clock = createClock()
    clock.fromDatabase(Temporal.Now.instant().add('PT48H').toString())
    clock.fromDatabase(Temporal.Now.instant().toString())
    expect(secondsBetween(clock.now(), Temporal.Now.instant())).toBeLessThan(60)
  })
})
