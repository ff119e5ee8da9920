import { expect, test } from 'vitest'
import { expected, type TaskPages, withTask } from './optimistic.ts'
import type { Task } from './task.ts'

const task = (number: number): Task => ({
  id: `id-${number}`,
  number,
  title: `Task ${number}`,
  description: null,
  priority: 'medium',
  labels: [],
  due: null,
  status: 'open',
  completedAt: null,
  trashedAt: null,
  createdAt: '2026-03-02T09:00:00Z',
  updatedAt: '2026-03-02T09:00:00Z',
  version: 1,
})
const pages: TaskPages = {
  pages: [
    { items: [task(4), task(3)], nextCursor: 'next' },
    { items: [task(2), task(1)], nextCursor: null },
  ],
  pageParams: [undefined, 'next'],
}
const numbers = (of: TaskPages) => of.pages.map((page) => page.items.map((item) => item.number))
const done = expected.done(task(2), '2026-03-02T10:00:00Z')

test('a completed task leaves the open list and no other task moves', () => {
  expect(numbers(withTask(pages, done, { status: 'open' }))).toEqual([[4, 3], [1]])
})

test('a completed task stays, changed, in a list of open and done tasks', () => {
  const after = withTask(pages, done, { status: 'all' })
  expect(numbers(after)).toEqual([
    [4, 3],
    [2, 1],
  ])
  expect(after.pages[1]?.items[0]?.status).toBe('done')
})

test('a list that does not have the task is left as it is', () => {
  expect(withTask(pages, task(9), { status: 'open' })).toEqual(pages)
})

test('a change shows at once, but for a date whose instant only the server knows', () => {
  const due = { kind: 'date', date: '2026-03-03' } as const
  expect(expected.changed(task(1), { title: 'New', labels: ['home'], due })).toEqual({
    ...task(1),
    title: 'New',
    labels: ['home'],
    due,
  })
  const dated = { ...task(1), description: 'Old', due }
  const zoned = { ...due, kind: 'zoned', time: '09:00', timeZone: 'Asia/Tokyo' } as const
  expect(expected.changed(dated, { description: '', due: zoned })).toEqual({
    ...dated,
    description: null,
  })
  expect(expected.changed(dated, { due: null }).due).toBeNull()
})

test('a trashed task leaves every list but the trash', () => {
  const trashed = expected.trashed(task(2), '2026-03-02T10:00:00Z')
  expect(numbers(withTask(pages, trashed, { status: 'all' }))).toEqual([[4, 3], [1]])
  expect(numbers(withTask(pages, trashed, { status: 'trashed' }))).toEqual([
    [4, 3],
    [2, 1],
  ])
})
