import { describe, expect, it } from 'vitest'
import { DueInput } from '../schema.ts'
import { dueFromColumns, dueToColumns, resolveDue } from './due.ts'

const zoned = (date: string, time: string, timeZone: string) =>
  resolveDue({ kind: 'zoned', date, time, timeZone })

describe('a due time in a zone', () => {
  it.each([
    ['in winter', '2026-01-15', '09:00', 'Europe/London', '2026-01-15T09:00:00Z'],
    ['in summer', '2026-07-15', '09:00', 'Europe/London', '2026-07-15T08:00:00Z'],
    ['at half an hour from UTC', '2026-07-15', '09:00', 'Asia/Kolkata', '2026-07-15T03:30:00Z'],
    ['on the day before in UTC', '2026-07-15', '00:30', 'Asia/Tokyo', '2026-07-14T15:30:00Z'],
    ['that the clock skips', '2026-03-29', '01:30', 'Europe/London', '2026-03-29T01:30:00Z'],
    ['that comes twice: the first', '2026-10-25', '01:30', 'Europe/London', '2026-10-25T00:30:00Z'],
    ['on a day left out', '2011-12-30', '12:00', 'Pacific/Apia', '2011-12-30T22:00:00Z'],
  ])('has the instant of the place: %s', (_name, date, time, timeZone, at) => {
    expect(zoned(date, time, timeZone)).toEqual({ kind: 'zoned', date, time, timeZone, at })
  })

  it('has the usual spelling of its zone', () => {
    expect(zoned('2026-01-15', '09:00', 'europe/london')).toMatchObject({
      timeZone: 'Europe/London',
    })
  })
})

it('computes no instant for a date, a floating time or none', () => {
  expect(resolveDue({ kind: 'date', date: '2026-03-02' })).toEqual({
    kind: 'date',
    date: '2026-03-02',
  })
  expect(resolveDue({ kind: 'floating', date: '2026-03-02', time: '09:00' })).toEqual({
    kind: 'floating',
    date: '2026-03-02',
    time: '09:00',
  })
  expect(resolveDue(null)).toBeNull()
})

it.each([
  [null],
  [{ kind: 'date', date: '2026-03-02' }],
  [{ kind: 'floating', date: '2026-03-02', time: '23:59' }],
  [{ kind: 'zoned', date: '2026-03-02', time: '00:00', timeZone: 'America/New_York' }],
] as const)('comes out of its columns as it went in: %j', (input) => {
  const due = resolveDue(input)
  expect(dueFromColumns(dueToColumns(due))).toEqual(due)
})

it('reads the forms that PostgreSQL gives a time and an instant, in rows and in images', () => {
  const columns = {
    due_kind: 'zoned',
    due_date: '2026-07-15',
    due_time: '09:00:00',
    due_zone: 'Europe/London',
  } as const
  const due = zoned('2026-07-15', '09:00', 'Europe/London')
  expect(dueFromColumns({ ...columns, due_at: '2026-07-15T08:00:00Z' })).toEqual(due)
  expect(dueFromColumns({ ...columns, due_at: '2026-07-15T08:00:00+00:00' })).toEqual(due)
})

describe('the schema', () => {
  it.each([
    ['an unknown kind', { kind: 'someday', date: '2026-03-02' }],
    ['words', 'tomorrow'],
    ['an impossible date', { kind: 'date', date: '2026-02-30' }],
    ['a date in another form', { kind: 'date', date: '02.03.2026' }],
    ['a time where a date is enough', { kind: 'date', date: '2026-03-02', time: '09:00' }],
    ['no time where one is needed', { kind: 'floating', date: '2026-03-02' }],
    ['an hour that no clock shows', { kind: 'floating', date: '2026-03-02', time: '24:00' }],
    ['seconds', { kind: 'floating', date: '2026-03-02', time: '09:00:00' }],
    ['no zone', { kind: 'zoned', date: '2026-03-02', time: '09:00' }],
    [
      'a zone nobody knows',
      { kind: 'zoned', date: '2026-03-02', time: '09:00', timeZone: 'Europe/Atlantis' },
    ],
    [
      'an offset in place of a zone',
      { kind: 'zoned', date: '2026-03-02', time: '09:00', timeZone: '+02:00' },
    ],
    [
      'an instant, which is computed',
      {
        kind: 'zoned',
        date: '2026-03-02',
        time: '09:00',
        timeZone: 'UTC',
        at: '2026-03-02T09:00:00Z',
      },
    ],
    [
      'an instant past what can be written',
      { kind: 'zoned', date: '9999-12-31', time: '23:00', timeZone: 'America/New_York' },
    ],
  ])('refuses %s', (_name, due) => {
    expect(DueInput.safeParse(due).success).toBe(false)
  })

  it('takes the last day that there is', () => {
    expect(DueInput.safeParse({ kind: 'date', date: '9999-12-31' }).success).toBe(true)
  })
})
