import type { UnitStatement } from '../db/unit.ts'

export interface Refusal {
  readonly address: string
  readonly code: string
}

export interface RefusalCounter {
  count(refusal: Refusal): void
  /** Writes what was counted. Counts that could not be written are kept for the next time. */
  flush(): Promise<void>
  stop(): Promise<void>
}

const entriesMax = 10_000
const flushMilliseconds = 10_000
/** Stands for all addresses that came when the table was full. */
const everybodyElse = '0.0.0.0'

/**
 * Counts requests that were refused before anybody was identified: one row per address, reason and
 * minute, however many there were, so that a flood cannot fill the audit.
 */
export function createRefusalCounter(parts: {
  readonly write: (statement: UnitStatement) => Promise<void>
  readonly now: () => Temporal.Instant
}): RefusalCounter {
  const counts = new Map<string, number>()
  let flushing: Promise<void> | undefined

  const write = async (): Promise<void> => {
    if (counts.size === 0) return
    const taken = [...counts]
    counts.clear()
    const rows = taken.map(([id, count]) => {
      const [minute, address, code] = id.split('|')
      return { minute, address, code, count }
    })
    try {
      await parts.write({
        text: 'select platform.count_refusals($1::jsonb)',
        values: [JSON.stringify(rows)],
      })
    } catch {
      for (const [id, count] of taken) counts.set(id, (counts.get(id) ?? 0) + count)
    }
  }
  const flush = (): Promise<void> => {
    flushing ??= write().finally(() => {
      flushing = undefined
    })
    return flushing
  }
  const timer = setInterval(() => void flush(), flushMilliseconds)
  timer.unref()

  return {
    count({ address, code }) {
      const minute = parts.now().round({ smallestUnit: 'minute', roundingMode: 'floor' })
      const id = `${minute}|${address || everybodyElse}|${code}`
      const isKnown = counts.has(id) || counts.size < entriesMax
      const key = isKnown ? id : `${minute}|${everybodyElse}|${code}`
      counts.set(key, (counts.get(key) ?? 0) + 1)
    },
    flush,
    async stop() {
      clearInterval(timer)
      await flush()
    },
  }
}
