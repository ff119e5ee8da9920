import { scenarios } from '@plinth/platform/testing'
import { expect } from 'vitest'
import { tasks } from '../app.ts'
import type { Task } from '../schema.ts'
import { addTask } from './add-task.ts'
import { completeTask } from './complete-task.ts'
import { deleteTask } from './delete-task.ts'
import { updateTask } from './update-task.ts'

const given = {
  title: 'Call mom',
  description: 'At home',
  priority: 'high',
  labels: ['family'],
  due: { kind: 'date', date: '2030-03-02' },
} as const
const oneTask = { 'tasks.task': 1 }

scenarios<typeof updateTask, Task>(updateTask, { apps: [tasks] }, [
  {
    name: 'changes what it is given and leaves the rest',
    given: ({ as }) => as.person(addTask, { ...given, labels: ['family'] }),
    input: (task) => ({ taskId: task.id, title: ' Call mom tonight ' }),
    returns: (changed, task) =>
      expect(changed).toEqual({
        ...task,
        title: 'Call mom tonight',
        version: 2,
        updatedAt: changed.updatedAt,
      }),
    leaves: oneTask,
  },
  {
    name: 'changes everything at once',
    given: ({ as }) => as.person(addTask),
    input: {
      taskId: '1',
      title: 'Other',
      description: 'New',
      priority: 'low',
      labels: ['b', 'a', 'B'],
      due: { kind: 'floating', date: '2031-01-01', time: '08:00' },
    },
    returns: {
      title: 'Other',
      description: 'New',
      priority: 'low',
      labels: ['b', 'a'],
      due: { kind: 'floating', date: '2031-01-01', time: '08:00' },
      version: 2,
    },
    leaves: oneTask,
  },
  {
    name: 'clears the description and the due time with null',
    given: ({ as }) => as.person(addTask),
    input: { taskId: '1', description: null, due: null },
    returns: { description: null, due: null, version: 2 },
    leaves: oneTask,
  },
  {
    name: 'clears the description with an empty one, and the labels with none',
    given: ({ as }) => as.person(addTask),
    input: { taskId: '1', description: '', labels: [] },
    returns: { description: null, labels: [], version: 2 },
    leaves: oneTask,
  },
  {
    name: 'makes no new version of what stays the same',
    given: ({ as }) => as.person(addTask, { ...given, labels: ['family'] }),
    input: { taskId: '1', ...given, labels: ['family', 'Family'] },
    returns: { version: 1 },
  },
  {
    name: 'changes a task once, however often it is asked',
    given: ({ as }) => as.person(addTask),
    input: { taskId: '1', title: 'Other' },
    calls: 3,
    returns: { title: 'Other', version: 2 },
    leaves: oneTask,
  },
  {
    name: 'changes a done task, which stays done',
    given: async ({ as }) => as.person(completeTask, { taskId: (await as.person(addTask)).id }),
    input: { taskId: '1', title: 'Other' },
    returns: { title: 'Other', status: 'done', version: 3 },
    leaves: oneTask,
  },
  {
    name: 'changes the version that it was meant for',
    given: ({ as }) => as.person(addTask),
    input: { taskId: '1', title: 'Other', ifVersion: 1 },
    returns: { version: 2 },
    leaves: oneTask,
  },
  {
    name: 'is refused for a version that is no more',
    given: async ({ as }) => as.person(completeTask, { taskId: (await as.person(addTask)).id }),
    input: { taskId: '1', title: 'Other', ifVersion: 1 },
    fails: 'VERSION_CONFLICT',
  },
  {
    name: 'does not find a task in the trash',
    given: async ({ as }) => as.person(deleteTask, { taskId: (await as.person(addTask)).id }),
    input: { taskId: '1', title: 'Other' },
    fails: 'NOT_FOUND',
  },
  {
    name: "does not find somebody else's task",
    given: ({ as }) => as.person(addTask),
    as: 'other',
    input: (task) => ({ taskId: task.id, title: 'Mine now' }),
    fails: 'NOT_FOUND',
  },
  {
    name: 'is refused to nobody',
    input: { taskId: '1', title: 'Other' },
    as: 'nobody',
    fails: 'UNAUTHENTICATED',
  },
  {
    name: 'is refused without anything to change',
    given: ({ as }) => as.person(addTask),
    input: { taskId: '1', ifVersion: 1 },
    fails: 'INVALID_INPUT',
    problem: { errors: [{ message: 'must have at least one field to change' }] },
  },
  ...(
    [
      ['no title', { title: null }, 'title'],
      ['a blank title', { title: '  ' }, 'title'],
      ['a title that is too long', { title: 'x'.repeat(201) }, 'title'],
      ['a description that is too long', { description: 'x'.repeat(1001) }, 'description'],
      ['eleven labels', { labels: [...'abcdefghijk'] }, 'labels'],
      ['another number', { number: 7 }, 'number'],
      ['a status, which has operations of its own', { status: 'done' }, 'status'],
    ] as const
  ).map(([name, change, field]) => ({
    name: `refuses ${name}, and names the field`,
    given: ({ as }: Parameters<typeof updateTask.example>[0]) => as.person(addTask),
    input: () => ({ taskId: '1', title: 'Other', ...change }),
    fails: 'INVALID_INPUT',
    problem: { errors: [{ field }] },
  })),
])
