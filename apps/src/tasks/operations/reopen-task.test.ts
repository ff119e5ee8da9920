import { scenarios } from '@plinth/platform/testing'
import { tasks } from '../app.ts'
import type { Task } from '../schema.ts'
import { addTask } from './add-task.ts'
import { completeTask } from './complete-task.ts'
import { deleteTask } from './delete-task.ts'
import { reopenTask } from './reopen-task.ts'

scenarios<typeof reopenTask, Task>(reopenTask, { apps: [tasks] }, [
  {
    name: 'makes a done task open, and forgets when it was done',
    given: async ({ as }) => as.person(completeTask, { taskId: (await as.person(addTask)).id }),
    input: (task) => ({ taskId: task.id }),
    returns: { status: 'open', completedAt: null, version: 3 },
    leaves: { 'tasks.task': 1 },
  },
  {
    name: 'succeeds a second time and changes nothing more',
    given: async ({ as }) => as.person(completeTask, { taskId: (await as.person(addTask)).id }),
    input: { taskId: '1' },
    calls: 2,
    returns: { status: 'open', version: 3 },
    leaves: { 'tasks.task': 1 },
  },
  {
    name: 'leaves an open task as it is',
    given: ({ as }) => as.person(addTask),
    input: { taskId: '1' },
    returns: { status: 'open', version: 1 },
  },
  {
    name: 'is refused for a version that is no more',
    given: async ({ as }) => as.person(completeTask, { taskId: (await as.person(addTask)).id }),
    input: { taskId: '1', ifVersion: 1 },
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
    given: async ({ as }) => as.person(completeTask, { taskId: (await as.person(addTask)).id }),
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
