import type { Logger } from 'pino'
import type { UnitStatement } from './unit.ts'

const hourMilliseconds = 3_600_000

/** Removes what has outlived its purpose and prepares coming partitions, once an hour. */
export function startUpkeep(parts: {
  readonly run: (statement: UnitStatement) => Promise<void>
  readonly log: Logger
}): { stop(): Promise<void> } {
  const purge = async () => {
    try {
      await parts.run({ text: 'select platform.purge()', values: [] })
    } catch (error) {
      parts.log.warn(
        { err: error, action: 'upkeep' },
        'upkeep failed and is tried again in an hour',
      )
    }
  }
  const timer = setInterval(() => void purge(), hourMilliseconds)
  timer.unref()
  return {
    async stop() {
      clearInterval(timer)
    },
  }
}
