import type { Clock } from '../observability/clock.ts'

/** A clock that a test can move forward. It starts at the real time and keeps walking. */
export interface TestClock extends Clock {
  /** Moves the time of all following calls by an ISO 8601 duration in exact time, for example PT48H. */
  advance(duration: string): void
  reset(): void
}

export function createTestClock(): TestClock {
  let shift = Temporal.Duration.from('PT0S')
  return {
    now: () => Temporal.Now.instant().add(shift),
    fromDatabase: (instant) => Temporal.Instant.from(instant).add(shift),
    advance(duration) {
      shift = shift.add(duration)
    },
    reset() {
      shift = Temporal.Duration.from('PT0S')
    },
  }
}
