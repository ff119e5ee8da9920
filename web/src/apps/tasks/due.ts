import type { Due, DueInput } from './task.ts'

/** Where and when somebody looks at a date. */
export interface Standpoint {
  readonly now: Date
  /** The person's time zone, for example `Europe/London`. */
  readonly timeZone: string
  /** For example `en-GB`. */
  readonly locale: string
}

export type DueTone = 'overdue' | 'today' | 'soon' | 'later'

/** The calendar date of an instant in a time zone, for example `2026-03-02`. */
export function dateIn(timeZone: string, instant: Date): string {
  return wallClock(timeZone, instant).slice(0, 10)
}

/** The wall clock of an instant in a time zone, for example `2026-03-02T09:30`. */
export function wallClock(timeZone: string, instant: Date): string {
  const parts = new Intl.DateTimeFormat('en', {
    timeZone,
    calendar: 'iso8601',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  }).formatToParts(instant)
  const part = (type: string) => parts.find((found) => found.type === type)?.value ?? ''
  return `${part('year')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}`
}

/** Adds days to a calendar date. Dates have no time zone, so UTC does the sum without surprises. */
export function addDays(date: string, days: number): string {
  const moved = new Date(`${date}T00:00:00Z`)
  moved.setUTCDate(moved.getUTCDate() + days)
  return moved.toISOString().slice(0, 10)
}

/** The days from one calendar date to another, negative when the second lies before the first. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000)
}

/** The date and time of a due as the person's own calendar and clock show it. */
export function localDue(
  due: Due,
  timeZone: string,
): { readonly date: string; readonly time?: string } {
  if (due.kind === 'date') return { date: due.date }
  if (due.kind === 'floating') return { date: due.date, time: due.time }
  const [date = due.date, time = due.time] = wallClock(timeZone, new Date(due.at)).split('T')
  return { date, time }
}

export function dueTone(due: Due, { now, timeZone }: Standpoint): DueTone {
  const clock = wallClock(timeZone, now)
  const local = localDue(due, timeZone)
  const days = daysBetween(clock.slice(0, 10), local.date)
  const isPast = days < 0 || (local.time !== undefined && `${local.date}T${local.time}` < clock)
  if (isPast) return 'overdue'
  if (days === 0) return 'today'
  return days <= 7 ? 'soon' : 'later'
}

/** A due in few words: `Today 09:30`, `Tomorrow`, `Fri`, `2 Mar`, `2 Mar 2027`. */
export function dueWords(due: Due, standpoint: Standpoint): string {
  const local = localDue(due, standpoint.timeZone)
  const day = dayWords(local.date, standpoint)
  return local.time === undefined ? day : `${day} ${timeWords(local.time, standpoint.locale)}`
}

/** The time of a due alone, for where its day stands over it; undefined when it has none. */
export function dueTimeWords(due: Due, { timeZone, locale }: Standpoint): string | undefined {
  const { time } = localDue(due, timeZone)
  return time === undefined ? undefined : timeWords(time, locale)
}

/** A calendar date in few words, seen from today. */
export function dayWords(date: string, { now, timeZone, locale }: Standpoint): string {
  const today = dateIn(timeZone, now)
  const days = daysBetween(today, date)
  if (Math.abs(days) <= 1) {
    return capital(
      new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(days, 'day'),
      locale,
    )
  }
  if (days > 1 && days < 7) return formatDate(date, locale, { weekday: 'short' })
  const year = date.slice(0, 4) === today.slice(0, 4) ? {} : { year: 'numeric' as const }
  return formatDate(date, locale, { day: 'numeric', month: 'short', ...year })
}

/** A due in full, for titles and histories: `Monday, 2 March 2026 at 09:30 (Europe/London)`. */
export function dueInFull(due: DueInput, locale: string): string {
  const date = formatDate(due.date, locale, { dateStyle: 'full' })
  if (due.kind === 'date') return date
  const time = `${date}, ${timeWords(due.time, locale)}`
  return due.kind === 'zoned' ? `${time} (${due.timeZone.replaceAll('_', ' ')})` : time
}

/** The heading over the tasks of one day: `Today · Friday 20 November`. */
export function dayHeading(date: string, standpoint: Standpoint): string {
  const full = formatDate(date, standpoint.locale, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
  })
  const days = daysBetween(dateIn(standpoint.timeZone, standpoint.now), date)
  return days >= 0 && days <= 1 ? `${dayWords(date, standpoint)} · ${full}` : full
}

/** An instant as the person reads it: `20 Nov 2026, 20:14`. */
export function instantWords(instant: string, { timeZone, locale }: Standpoint): string {
  return new Intl.DateTimeFormat(locale, {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone,
  }).format(new Date(instant))
}

function formatDate(date: string, locale: string, options: Intl.DateTimeFormatOptions): string {
  const noon = new Date(`${date}T12:00:00Z`)
  return new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' }).format(noon)
}

function timeWords(time: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { timeStyle: 'short', timeZone: 'UTC' }).format(
    new Date(`2000-01-01T${time}:00Z`),
  )
}

const capital = (words: string, locale: string) =>
  words.charAt(0).toLocaleUpperCase(locale) + words.slice(1)
