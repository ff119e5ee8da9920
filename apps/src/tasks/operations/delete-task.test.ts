import { scenarios } from '@plinth/platform/testing'
import { expect } from 'vitest'
import { tasks } from '../app.ts'
import type { Task } from '../schema.ts'
import { addTask } from './add-task.ts'
import { completeTask } from './complete-task.ts'
import { deleteTask } from './delete-task.ts'

scenarios<typeof deleteTask, Task>(deleteTask, { apps: [tasks] }, [
  {
    name: 'moves a task to the trash and gives it back whole',
    given: ({ as }) => as.person(addTask),
    input: (task) => ({ taskId: task.id }),
    returns: (trashed, task) =>
      expect(trashed).toEqual({
        ...task,
        status: 'trashed',
        trashedAt: trashed.updatedAt,
        updatedAt: trashed.updatedAt,
        version: 2,
      }),
    leaves: { 'tasks.task': 1 },
  },
  {
    name: 'moves a done task to the trash, with the time it was done',
    given: async ({ as }) => as.person(completeTask, { taskId: (await as.person(addTask)).id }),
    input: { taskId: '1' },
    returns: (trashed, done) => expect(trashed.completedAt).toBe(done.completedAt),
    leaves: { 'tasks.task': 1 },
  },
  {
    name: 'does not find it a second time',
    given: async ({ as }) => as.person(deleteTask, { taskId: (await as.person(addTask)).id }),
    input: (task) => ({ taskId: task.id }),
    fails: 'NOT_FOUND',
  },
  {
    name: 'gives the first answer again when the call is sent again with its key',
    given: ({ as }) => as.person(addTask),
    input: { taskId: '1' },
    calls: 2,
    key: 'same',
    returns: { status: 'trashed', version: 2 },
    leaves: { 'tasks.task': 1 },
  },
  {
    name: 'is refused for a version that is no more',
    given: ({ as }) => as.person(addTask),
    input: { taskId: '1', ifVersion: 2 },
    fails: 'VERSION_CONFLICT',
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
