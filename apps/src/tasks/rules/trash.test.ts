import { expect, it } from 'vitest'
import { isPastTrash, trashHorizon } from './trash.ts'

const trashed = { trashedAt: '2026-03-01T12:00:00Z' }

it.each([
  ['at once', '2026-03-01T12:00:00Z', false],
  ['a moment before its thirty days are over', '2026-03-31T11:59:59.999999Z', false],
  ['when its thirty days are over', '2026-03-31T12:00:00Z', true],
])('hides a trashed task only after thirty days: %s', (_name, now, isPast) => {
  expect(isPastTrash(trashed, Temporal.Instant.from(now))).toBe(isPast)
})

it('never hides a task that is not in the trash', () => {
  expect(isPastTrash({ trashedAt: null }, Temporal.Instant.from('2999-01-01T00:00:00Z'))).toBe(
    false,
  )
})

it('counts days of 24 hours, whatever clocks do meanwhile', () => {
  const now = Temporal.Instant.from('2026-04-15T00:00:00Z')
  expect(trashHorizon(now).toString()).toBe('2026-03-16T00:00:00Z')
})
