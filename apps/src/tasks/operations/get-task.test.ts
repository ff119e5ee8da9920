import { scenarios } from '@plinth/platform/testing'
import { expect } from 'vitest'
import { tasks } from '../app.ts'
import type { Task } from '../schema.ts'
import { addTask } from './add-task.ts'
import { deleteTask } from './delete-task.ts'
import { getTask } from './get-task.ts'

const missing = '0199b7a2-6c1e-7a3c-9f7e-2f1a4d5b6c7d'
const detail = 'There is no such task in your list.'

scenarios<typeof getTask, Task>(getTask, { apps: [tasks] }, [
  {
    name: 'finds a task by its id',
    given: ({ as }) => as.person(addTask),
    input: (task) => ({ taskId: task.id }),
    returns: (found, task) => expect(found).toEqual(task),
  },
  {
    name: 'finds a task by its number',
    given: ({ as }) => as.person(addTask),
    input: { taskId: '1' },
    returns: (found, task) => expect(found).toEqual(task),
  },
  {
    name: 'finds a task in the trash',
    given: async ({ as }) => as.person(deleteTask, { taskId: (await as.person(addTask)).id }),
    input: { taskId: '1' },
    returns: { status: 'trashed' },
  },
  {
    name: 'finds a task in the trash until its thirty days are over',
    given: async ({ as }) => as.person(deleteTask, { taskId: (await as.person(addTask)).id }),
    after: 'PT719H',
    input: { taskId: '1' },
    returns: { status: 'trashed' },
  },
  {
    name: 'finds it no more after thirty days',
    given: async ({ as }) => as.person(deleteTask, { taskId: (await as.person(addTask)).id }),
    after: 'PT720H',
    input: { taskId: '1' },
    fails: 'NOT_FOUND',
    problem: { detail },
  },
  {
    name: "does not find somebody else's task by its id",
    given: ({ as }) => as.person(addTask),
    as: 'other',
    input: (task) => ({ taskId: task.id }),
    fails: 'NOT_FOUND',
    problem: { detail },
  },
  {
    name: "does not find somebody else's task by its number",
    given: ({ as }) => as.person(addTask),
    as: 'other',
    input: { taskId: '1' },
    fails: 'NOT_FOUND',
    problem: { detail },
  },
  {
    name: 'does not find a task that never was, in the same words',
    input: { taskId: missing },
    fails: 'NOT_FOUND',
    problem: { detail },
  },
  {
    name: 'is refused to nobody',
    input: { taskId: '1' },
    as: 'nobody',
    fails: 'UNAUTHENTICATED',
  },
  ...['0', '-1', '#3', 'milk', "1' or '1'='1", '99999999999'].map((taskId) => ({
    name: `refuses "${taskId}", which is neither number nor id`,
    input: { taskId },
    fails: 'INVALID_INPUT',
    problem: { errors: [{ field: 'taskId' }] },
  })),
])
