import { expect, it } from 'vitest'
import { changesBetween } from './history.ts'

const image = {
  id: '0199b7a2-6c1e-7a3c-9f7e-2f1a4d5b6c7d',
  owner_id: '0199b7a2-0000-7a3c-9f7e-2f1a4d5b6c7d',
  number: 3,
  title: 'Call mom',
  description: null,
  priority: 'medium',
  labels: ['family'],
  due_kind: null,
  due_date: null,
  due_time: null,
  due_zone: null,
  due_at: null,
  status: 'open',
  status_before_trash: null,
  completed_at: null,
  trashed_at: null,
  updated_at: '2026-03-02T09:00:00+00:00',
  version: 1,
  search_text: 'call mom\nfamily',
}

it('tells what a new task began with, without what it has not', () => {
  expect(changesBetween(null, image)).toEqual([
    { field: 'title', before: null, after: 'Call mom' },
    { field: 'priority', before: null, after: 'medium' },
    { field: 'labels', before: [], after: ['family'] },
    { field: 'status', before: null, after: 'open' },
  ])
})

it('tells the fields that a person knows and nothing technical', () => {
  const after = {
    ...image,
    status: 'done',
    completed_at: '2026-03-03T09:00:00+00:00',
    updated_at: '2026-03-03T09:00:00+00:00',
    version: 2,
    search_text: 'other',
  }
  expect(changesBetween(image, after)).toEqual([{ field: 'status', before: 'open', after: 'done' }])
})

it('tells a due time as one thing', () => {
  const due = {
    due_kind: 'zoned',
    due_date: '2026-07-15',
    due_time: '09:00:00',
    due_zone: 'Europe/London',
    due_at: '2026-07-15T08:00:00+00:00',
  }
  expect(changesBetween(image, { ...image, ...due })).toEqual([
    {
      field: 'due',
      before: null,
      after: {
        kind: 'zoned',
        date: '2026-07-15',
        time: '09:00',
        timeZone: 'Europe/London',
        at: '2026-07-15T08:00:00Z',
      },
    },
  ])
})

it('tells nothing where only the technical changed', () => {
  expect(changesBetween(image, { ...image, version: 2 })).toEqual([])
})
