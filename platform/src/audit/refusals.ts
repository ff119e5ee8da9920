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
/** With those of everybody else. More can only come together while nothing can be written for hours. */
const entriesWithEverybodyMax = 11_000
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
  /** Told when counts could not be written, or when so many refusals found no more room. */
  readonly onError: (error: unknown, dropped: number) => void
}): RefusalCounter {
  const counts = new Map<string, number>()
  let dropped = 0
  let flushing: Promise<void> | undefined

  const add = (id: string, count: number): void => {
    const isOwn = counts.has(id) || counts.size < entriesMax
    const key = isOwn ? id : idOfEverybodyElse(id)
    const known = counts.get(key)
    if (known === undefined && counts.size >= entriesWithEverybodyMax) dropped += count
    else counts.set(key, (known ?? 0) + count)
  }
  const write = async (): Promise<void> => {
    if (counts.size === 0) return
    const taken = [...counts]
    counts.clear()
    const rows = taken.map(([id, count]) => {
      const [minute, address, code] = id.split('|')
      return { minute, address, code, count }
    })
    let problem: unknown
    try {
      await parts.write({
        text: 'select platform.count_refusals($1::jsonb)',
        values: [JSON.stringify(rows)],
      })
    } catch (error) {
      problem = error
      for (const [id, count] of taken) add(id, count)
    }
    if (problem === undefined && dropped === 0) return
    parts.onError(problem, dropped)
    dropped = 0
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
      add(`${minute}|${address || everybodyElse}|${code}`, 1)
    },
    flush,
    async stop() {
      clearInterval(timer)
      await flush()
    },
  }
}

function idOfEverybodyElse(id: string): string {
  const [minute, , code] = id.split('|')
  return `${minute}|${everybodyElse}|${code}`
}
