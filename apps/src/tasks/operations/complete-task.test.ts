import { scenarios, startTestPlinth, type TestPlinth } from '@plinth/platform/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tasks } from '../app.ts'
import type { Task } from '../schema.ts'
import { addTask } from './add-task.ts'
import { completeTask } from './complete-task.ts'
import { deleteTask } from './delete-task.ts'
import { getTaskHistory } from './get-task-history.ts'

const apps = [tasks]

scenarios<typeof completeTask, Task>(completeTask, { apps }, [
  {
    name: 'marks a task as done, with the time',
    given: ({ as }) => as.person(addTask),
    input: (task) => ({ taskId: task.id }),
    returns: (done, task) =>
      expect(done).toEqual({
        ...task,
        status: 'done',
        completedAt: done.updatedAt,
        updatedAt: done.updatedAt,
        version: 2,
      }),
    leaves: { 'tasks.task': 1 },
  },
  {
    name: 'succeeds a second time and changes nothing more',
    given: ({ as }) => as.person(addTask),
    input: { taskId: '1' },
    calls: 2,
    returns: { status: 'done', version: 2 },
    leaves: { 'tasks.task': 1 },
  },
  {
    name: 'keeps the time of the first completion',
    given: async ({ as }) => as.person(completeTask, { taskId: (await as.person(addTask)).id }),
    after: 'PT24H',
    input: { taskId: '1' },
    returns: (again, done) => expect(again).toEqual(done),
  },
  {
    name: 'is refused for a version that is no more',
    given: ({ as }) => as.person(addTask),
    input: { taskId: '1', ifVersion: 2 },
    fails: 'VERSION_CONFLICT',
  },
  {
    name: 'does not find a task in the trash',
    given: async ({ as }) => as.person(deleteTask, { taskId: (await as.person(addTask)).id }),
    input: { taskId: '1' },
    fails: 'NOT_FOUND',
  },
  {
    name: "does not find somebody else's task",
    given: ({ as }) => as.person(addTask),
    as: 'other',
    input: (task) => ({ taskId: task.id }),
    fails: 'NOT_FOUND',
  },
  {
    name: 'is refused to nobody',
    input: { taskId: '1' },
    as: 'nobody',
    fails: 'UNAUTHENTICATED',
  },
])

describe('at the same time', () => {
  let plinth: TestPlinth
  beforeAll(async () => {
    plinth = await startTestPlinth({ apps })
  })
  afterAll(() => plinth.stop())

  it('completes a task once, however many ask at once', async () => {
    const person = await plinth.createPerson()
    const { id: taskId } = await person.call(addTask, { title: 'Pay bills' })
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => person.call(completeTask, { taskId })),
    )
    expect(new Set(answers.map(({ completedAt }) => completedAt)).size).toBe(1)
    expect(answers.every(({ version }) => version === 2)).toBe(true)
    const { items } = await person.call(getTaskHistory, { taskId })
    expect(items.map(({ operation }) => operation)).toEqual([
      'tasks.complete_task',
      'tasks.add_task',
    ])
  })
})
