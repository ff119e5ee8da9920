import { z } from 'zod'

/** An id as Plinth makes them: a UUID, version 7 where new. */
export const Id = z
  .string()
  .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/, {
    message: 'must be an id in lower-case UUID form',
  })
  .meta({
    format: 'uuid',
    minLength: 36,
    maxLength: 36,
    examples: ['0199b7a2-6c1e-7a3c-9f7e-2f1a4d5b6c7d'],
  })

/** An instant as RFC 3339 in UTC, for example `2026-03-02T09:00:00.000Z`. */
export const Instant = z
  .string()
  .meta({ format: 'date-time', maxLength: 40, examples: ['2026-03-02T09:00:00.000Z'] })

/** The version of a row. It grows by one with each change; send it back as `ifVersion`. */
export const Version = z.number().int().min(1).max(2_147_483_647)

/** A calendar date in ISO 8601, for example `2026-03-02`. Impossible dates are refused. */
export const PlainDate = z
  .string()
  .check((context) => {
    if (!isDate(context.value)) {
      const message = 'must be a date such as 2026-03-02'
      context.issues.push({ code: 'custom', message, input: context.value })
    }
  })
  .meta({ format: 'date', minLength: 10, maxLength: 10, examples: ['2026-03-02'] })

function isDate(value: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value) || value < '1900-01-01') return false
  try {
    return Temporal.PlainDate.from(value, { overflow: 'reject' }).toString() === value
  } catch {
    return false
  }
}

/** A wall-clock time to the minute, for example `09:30`. */
export const PlainTime = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, { message: 'must be a time such as 09:30' })
  .meta({ minLength: 5, maxLength: 5, examples: ['09:30'] })

/** Every name of a zone, and no offset such as +02:00, which is no place. */
const timeZoneForm = /^[A-Za-z][A-Za-z0-9_+/-]*$/

/** An IANA time zone that this server knows, for example `Europe/London`. */
export const TimeZone = z
  .string()
  .check((context) => {
    if (!isTimeZone(context.value)) {
      const message = 'must be an IANA time zone such as Europe/London'
      context.issues.push({ code: 'custom', message, input: context.value })
    }
  })
  .meta({
    minLength: 1,
    maxLength: 64,
    pattern: timeZoneForm.source,
    examples: ['Europe/London'],
  })

function isTimeZone(value: string): boolean {
  if (value.length > 64 || !timeZoneForm.test(value)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: value })
    return true
  } catch {
    return false
  }
}
