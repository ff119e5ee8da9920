import { expect, test } from 'vitest'
import {
  addDays,
  dateIn,
  daysBetween,
  dueInFull,
  dueTimeWords,
  dueTone,
  dueWords,
  type Standpoint,
} from './due.ts'
import type { Due } from './task.ts'

const london: Standpoint = {
  now: new Date('2026-03-02T22:30:00Z'),
  timeZone: 'Europe/London',
  locale: 'en-GB',
}
const on = (date: string): Due => ({ kind: 'date', date })
const at = (date: string, time: string): Due => ({ kind: 'floating', date, time })

test('the calendar date of an instant is the one of the time zone it is seen from', () => {
  expect(dateIn('Europe/London', london.now)).toBe('2026-03-02')
  expect(dateIn('Asia/Tokyo', london.now)).toBe('2026-03-03')
  expect(dateIn('America/Los_Angeles', new Date('2026-03-02T07:59:00Z'))).toBe('2026-03-01')
})

test('days are added and counted over the ends of months, leap years and clock changes', () => {
  expect(addDays('2028-02-28', 1)).toBe('2028-02-29')
  expect(addDays('2026-01-01', -1)).toBe('2025-12-31')
  expect(daysBetween('2026-03-28', '2026-03-30')).toBe(2)
  expect(daysBetween('2026-03-02', '2026-03-01')).toBe(-1)
})

test.each([
  [on('2026-03-01'), 'overdue'],
  [on('2026-03-02'), 'today'],
  [at('2026-03-02', '22:29'), 'overdue'],
  [at('2026-03-02', '22:30'), 'today'],
  [on('2026-03-09'), 'soon'],
  [on('2026-03-10'), 'later'],
] as const)('a task due %j is %s at half past ten in the evening of 2 March', (due, tone) => {
  expect(dueTone(due, london)).toBe(tone)
})

test('a time in another zone is judged and shown by the clock of the person', () => {
  const due: Due = {
    kind: 'zoned',
    date: '2026-03-03',
    time: '07:00',
    timeZone: 'Asia/Tokyo',
    at: '2026-03-02T22:00:00Z',
  }
  expect(dueTone(due, london)).toBe('overdue')
  expect(dueWords(due, london)).toBe('Today 22:00')
  expect(dueInFull(due, 'en-GB')).toContain('(Asia/Tokyo)')
})

test.each([
  [on('2026-03-01'), 'Yesterday'],
  [on('2026-03-03'), 'Tomorrow'],
  [on('2026-03-06'), 'Fri'],
  [on('2026-03-09'), '9 Mar'],
  [on('2027-01-05'), '5 Jan 2027'],
  [at('2026-03-03', '09:05'), 'Tomorrow 09:05'],
] as const)('%j reads as %s', (due, words) => {
  expect(dueWords(due, london)).toBe(words)
})

test('dates and times are written in the language and form of the person', () => {
  const german = { ...london, locale: 'de-DE' }
  expect(dueWords(on('2026-03-03'), german)).toBe('Morgen')
  const american = { ...london, locale: 'en-US' }
  expect(dueWords(at('2026-03-05', '15:00'), american)).toMatch(/^Thu 3:00\sPM$/)
})

test('under its day a due is its time alone, on the clock of the person', () => {
  expect(dueTimeWords(on('2026-03-03'), london)).toBeUndefined()
  expect(dueTimeWords(at('2026-03-03', '15:00'), london)).toBe('15:00')
  const tokyo: Due = {
    kind: 'zoned',
    date: '2026-03-03',
    time: '18:00',
    timeZone: 'Asia/Tokyo',
    at: '2026-03-03T09:00:00Z',
  }
  expect(dueTimeWords(tokyo, london)).toBe('09:00')
})
