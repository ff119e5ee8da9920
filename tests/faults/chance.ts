import { randomInt } from 'node:crypto'

/** Numbers that look random and come again in the same order for the same seed. */
export interface Chance {
  readonly seed: number
  /** A whole number from 0 to one less than `count`. */
  below(count: number): number
  pick<T>(from: readonly T[]): T
  shuffle<T>(given: readonly T[]): readonly T[]
}

/** A new seed for each run, or the one that a failed run has printed, to see it again. */
export function seedOfRun(): number {
  return Number(process.env.FAULTS_SEED) || randomInt(1, 2 ** 31)
}

/** The generator "mulberry32": small, and good enough to choose moments. */
export function createChance(seed: number): Chance {
  let state = seed
  const below = (count: number): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * count)
  }
  return {
    seed,
    below,
    pick(from) {
      const picked = from[below(from.length)]
      if (picked === undefined) throw new Error('There is nothing to pick from.')
      return picked
    },
    shuffle(given) {
      const left = [...given]
      return given.map(() => {
        const [taken] = left.splice(below(left.length), 1)
        if (taken === undefined) throw new Error('There is nothing left to take.')
        return taken
      })
    },
  }
}
