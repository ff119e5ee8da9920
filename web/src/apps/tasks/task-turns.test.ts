import { expect, test } from 'vitest'
import type { Task } from './task.ts'
import { createTaskTurns } from './task-turns.ts'

const base: Task = {
  id: '0199b7a2-6c1e-7a3c-9f7e-2f1a4d5b6c7d',
  number: 1,
  title: 'Buy milk',
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
}
const next = (task: Task, by = 1): Task => ({ ...task, version: task.version + by })

test('a change waits for the one before, and is made on what that made', async () => {
  const turns = createTaskTurns()
  const first = Promise.withResolvers<{ task: Task }>()
  const seen: number[] = []
  const saves = [
    turns.take(base, (on) => {
      seen.push(on.version)
      return first.promise
    }),
    ...[1, 2].map(() =>
      turns.take(base, async (on) => {
        seen.push(on.version)
        return { task: next(on) }
      }),
    ),
  ]
  expect([turns.isBusy(base.id), turns.isBusy('another'), turns.isAnyBusy()]).toEqual([
    true,
    false,
    true,
  ])
  // Long enough for whatever would not wait.
  await new Promise((resolve) => setImmediate(resolve))
  expect(seen).toEqual([1])
  first.resolve({ task: next(base) })
  await Promise.all(saves)
  expect(seen).toEqual([1, 2, 3])
  expect([turns.isBusy(base.id), turns.isAnyBusy()]).toEqual([false, false])
})

test('a change that is refused holds nothing up, and is not built upon', async () => {
  const turns = createTaskTurns()
  const refused = turns.take(base, async () => {
    throw new Error('refused')
  })
  const after = turns.take(base, async (on) => ({ task: next(on) }))
  await expect(refused).rejects.toThrow('refused')
  expect((await after).task.version).toBe(2)
})

test('a version that others took part in is not taken for our own', async () => {
  const turns = createTaskTurns()
  await turns.take(base, async (on) => ({ task: next(on, 2) }))
  const on = await turns.take(base, async (task) => ({ task }))
  expect(on.task.version).toBe(1)
})

test('tasks do not wait for each other', async () => {
  const turns = createTaskTurns()
  const held = Promise.withResolvers<{ task: Task }>()
  const slow = turns.take(base, () => held.promise)
  const other = { ...base, id: '0199b7a2-6c1e-7a3c-9f7e-2f1a4d5b6c7e' }
  expect(await turns.take(other, async (task) => ({ task }))).toEqual({ task: other })
  held.resolve({ task: base })
  await slow
})
