import type { Due, DueInput } from '../schema.ts'

/** A due time as its columns hold it, in a row or in the image of one. */
export interface DueColumns {
  readonly due_kind: 'date' | 'floating' | 'zoned' | null
  readonly due_date: string | null
  readonly due_time: string | null
  readonly due_zone: string | null
  readonly due_at: string | null
}

/**
 * A due time with the instant it stands for.
 *
 * A wall-clock time that a change of the clock skips is taken as long after the gap as it would have
 * been; one that happens twice is the first of the two (RFC 5545 section 3.3.5, and Temporal's
 * 'compatible'). The zone's name comes back in its usual spelling.
 */
export function resolveDue(due: DueInput): Due | null {
  if (due?.kind !== 'zoned') return due
  const moment = Temporal.PlainDateTime.from(`${due.date}T${due.time}`).toZonedDateTime(
    due.timeZone,
    { disambiguation: 'compatible' },
  )
  return { ...due, timeZone: moment.timeZoneId, at: moment.toInstant().toString() }
}

const noDue: DueColumns = {
  due_kind: null,
  due_date: null,
  due_time: null,
  due_zone: null,
  due_at: null,
}

export function dueToColumns(due: Due | null): DueColumns {
  if (due === null) return noDue
  const dated = { ...noDue, due_kind: due.kind, due_date: due.date }
  if (due.kind === 'date') return dated
  const timed = { ...dated, due_time: due.time }
  return due.kind === 'floating' ? timed : { ...timed, due_zone: due.timeZone, due_at: due.at }
}

export function dueFromColumns(columns: DueColumns): Due | null {
  const { due_kind: kind, due_date: date, due_time, due_zone: timeZone, due_at } = columns
  if (kind === null || date === null) return null
  if (kind === 'date') return { kind, date }
  // A check constraint holds that these are there for their kind.
  const time = (due_time ?? '').slice(0, 5)
  if (kind === 'floating') return { kind, date, time }
  const at = Temporal.Instant.from(due_at ?? '').toString()
  return { kind, date, time, timeZone: timeZone ?? '', at }
}
