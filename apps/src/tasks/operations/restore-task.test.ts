import { scenarios } from '@plinth/platform/testing'
import { expect } from 'vitest'
import { tasks } from '../app.ts'
import type { Task } from '../schema.ts'
import { addTask } from './add-task.ts'
import { completeTask } from './complete-task.ts'
import { deleteTask } from './delete-task.ts'
import { restoreTask } from './restore-task.ts'

scenarios<typeof restoreTask, Task>(restoreTask, { apps: [tasks] }, [
  {
    name: 'brings an open task back open',
    given: async ({ as }) => {
      const task = await as.person(addTask)
      await as.person(deleteTask, { taskId: task.id })
      return task
    },
    input: (task) => ({ taskId: task.id }),
    returns: (restored, task) =>
      expect(restored).toEqual({ ...task, updatedAt: restored.updatedAt, version: 3 }),
    leaves: { 'tasks.task': 1 },
  },
  {
    name: 'brings a done task back done, as of when it was done',
    given: async ({ as }) => {
      const task = await as.person(completeTask, { taskId: (await as.person(addTask)).id })
      await as.person(deleteTask, { taskId: task.id })
      return task
    },
    input: { taskId: '1' },
    returns: (restored, task) =>
      expect(restored).toEqual({ ...task, updatedAt: restored.updatedAt, version: 4 }),
    leaves: { 'tasks.task': 1 },
  },
  {
    name: 'brings a task back until its thirty days are over',
    given: async ({ as }) => as.person(deleteTask, { taskId: (await as.person(addTask)).id }),
    after: 'PT719H',
    input: { taskId: '1' },
    returns: { status: 'open' },
    leaves: { 'tasks.task': 1 },
  },
  {
    name: 'does not find a task after thirty days in the trash',
    given: async ({ as }) => as.person(deleteTask, { taskId: (await as.person(addTask)).id }),
    after: 'PT720H',
    input: { taskId: '1' },
    fails: 'NOT_FOUND',
  },
  {
    name: 'is refused for an open task, with what is possible instead',
    given: ({ as }) => as.person(addTask),
    input: { taskId: '1' },
    fails: 'INVALID_TRANSITION',
    problem: { detail: 'A task that is open cannot take "restore".' },
  },
  {
    name: 'is refused for a done task, with what is possible instead',
    given: async ({ as }) => as.person(completeTask, { taskId: (await as.person(addTask)).id }),
    input: { taskId: '1' },
    fails: 'INVALID_TRANSITION',
    problem: { detail: 'A task that is done cannot take "restore".' },
  },
  {
    name: 'gives the first answer again when the call is sent again with its key',
    given: async ({ as }) => as.person(deleteTask, { taskId: (await as.person(addTask)).id }),
    input: { taskId: '1' },
    calls: 2,
    key: 'same',
    returns: { status: 'open', version: 3 },
    leaves: { 'tasks.task': 1 },
  },
  {
    name: 'is refused for a version that is no more',
    given: async ({ as }) => as.person(deleteTask, { taskId: (await as.person(addTask)).id }),
    input: { taskId: '1', ifVersion: 1 },
    fails: 'VERSION_CONFLICT',
  },
  {
    name: "does not find somebody else's task",
    given: async ({ as }) => as.person(deleteTask, { taskId: (await as.person(addTask)).id }),
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
