import { vi } from 'vitest'

/** The clock that limits go by, standing still until it is moved. */
export interface HeldClock {
  /** Lets seconds go by, of which no real time passes. */
  pass(seconds: number): void
  release(): void
}

/**
 * Holds `performance.now`, so that a test can count calls exactly however slow the machine is. Time
 * must not go back for a limiter, so a server that was asked under a held clock ends with its test.
 */
export function holdClock(): HeldClock {
  let time = performance.now()
  const spy = vi.spyOn(performance, 'now').mockImplementation(() => time)
  return {
    pass(seconds) {
      time += seconds * 1000
    },
    release: () => spy.mockRestore(),
  }
}

/** Makes many requests, a few at a time: more would only wait for each other. */
export async function inTurns<T>(count: number, request: (at: number) => Promise<T>): Promise<T[]> {
  const answers: T[] = []
  let next = 0
  const workers = Array.from({ length: 20 }, async () => {
    while (next < count) {
      const at = next++
      answers[at] = await request(at)
    }
  })
  await Promise.all(workers)
  return answers
}
