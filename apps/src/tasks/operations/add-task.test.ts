import { scenarios, startTestPlinth, type TestPlinth } from '@plinth/platform/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tasks } from '../app.ts'
import { addTask } from './add-task.ts'

const apps = [tasks]
const oneTask = { 'tasks.task': 1, 'tasks.counter': 1 }

scenarios(addTask, { apps }, [
  {
    name: 'adds a task of medium priority with nothing but a title',
    input: { title: 'Buy milk' },
    returns: {
      number: 1,
      title: 'Buy milk',
      description: null,
      priority: 'medium',
      labels: [],
      due: null,
      status: 'open',
      completedAt: null,
      trashedAt: null,
      version: 1,
    },
    leaves: oneTask,
  },
  {
    name: 'adds a task with everything, and computes the instant of a time in a zone',
    input: {
      title: 'Call the bank',
      description: 'About the **card**',
      priority: 'urgent',
      labels: ['Money', 'phone', 'MONEY'],
      due: { kind: 'zoned', date: '2030-07-01', time: '09:30', timeZone: 'Europe/London' },
    },
    returns: {
      description: 'About the **card**',
      priority: 'urgent',
      labels: ['Money', 'phone'],
      due: {
        kind: 'zoned',
        date: '2030-07-01',
        time: '09:30',
        timeZone: 'Europe/London',
        at: '2030-07-01T08:30:00Z',
      },
    },
    leaves: oneTask,
  },
  ...[
    'Tom & Jerry <3',
    '👩‍👩‍👧‍👦 🇬🇧 party',
    'مرحبا بالعالم',
    'e\u0301te\u0301 and \u00e9t\u00e9',
    "'; drop table tasks.task; --",
    '<script>alert(1)</script>',
  ].map((text) => ({
    name: `keeps "${text}" as it is, in title, description and label`,
    input: { title: text, description: text, labels: [text] },
    returns: { title: text, description: text, labels: [text] },
    leaves: oneTask,
  })),
  {
    name: 'drops the blanks around a title and keeps those of a description',
    input: { title: '  Buy milk\t', description: '  two\n\n  litres ' },
    returns: { title: 'Buy milk', description: '  two\n\n  litres ' },
    leaves: oneTask,
  },
  {
    name: 'takes an empty description for none',
    input: { title: 'Buy milk', description: '' },
    returns: { description: null },
    leaves: oneTask,
  },
  {
    name: 'takes everything at its limit',
    input: {
      title: '😀'.repeat(200),
      description: 'x'.repeat(1000),
      labels: Array.from({ length: 10 }, (_, index) => `${index}`.padEnd(50, 'ß')),
    },
    returns: { title: '😀'.repeat(200), description: 'x'.repeat(1000) },
    leaves: oneTask,
  },
  {
    name: 'goes on counting after the tasks that are there',
    given: ({ as }) => as.person(addTask),
    input: { title: 'The second' },
    returns: { number: 2 },
    leaves: oneTask,
  },
  {
    name: "begins at one, whatever others' tasks are called",
    given: ({ as }) => as.other(addTask),
    input: { title: 'The first' },
    returns: { number: 1 },
    leaves: oneTask,
  },
  {
    name: 'adds one task when a call is sent again with its key',
    input: { title: 'Once' },
    calls: 3,
    key: 'same',
    returns: { title: 'Once', number: 1 },
    leaves: oneTask,
  },
  {
    name: 'adds two tasks of one title when asked twice without a key',
    input: { title: 'Twice' },
    calls: 2,
    returns: { title: 'Twice' },
    leaves: { 'tasks.task': 2, 'tasks.counter': 1 },
  },
  {
    name: 'is refused to nobody',
    input: { title: 'Buy milk' },
    as: 'nobody',
    fails: 'UNAUTHENTICATED',
  },
  ...refusals([
    ['no title', {}, 'title', 'is missing'],
    ['a blank title', { title: ' \n ' }, 'title', 'must not be empty'],
    [
      'a title that is too long',
      { title: 'x'.repeat(201) },
      'title',
      'must have at most 200 characters, this has 201',
    ],
    [
      'a description that is too long',
      { title: 'x', description: 'x'.repeat(1001) },
      'description',
      'must have at most 1000 characters, this has 1001',
    ],
    [
      'a label that is too long',
      { title: 'x', labels: ['x'.repeat(51)] },
      'labels.0',
      'must have at most 50 characters, this has 51',
    ],
    ['eleven labels', { title: 'x', labels: [...'abcdefghijk'] }, 'labels'],
    ['a priority nobody knows', { title: 'x', priority: 'asap' }, 'priority'],
    ['a number for a title', { title: 5 }, 'title'],
    ['a due time in words', { title: 'x', due: 'tomorrow' }, 'due'],
    ['an impossible date', { title: 'x', due: { kind: 'date', date: '2030-02-30' } }, 'due.date'],
    ['a NUL in the title', { title: 'a\u0000b' }, 'title'],
    ['half a surrogate pair', { title: 'a\ud83d' }, 'title'],
    ["somebody's id, which no call takes", { title: 'x', ownerId: 'x' }, 'ownerId'],
  ]),
])

function refusals(
  list: readonly (readonly [name: string, input: object, field: string, message?: string])[],
) {
  return list.map(([name, input, field, message]) => ({
    name: `refuses ${name}, and names the field`,
    input: () => input,
    fails: 'INVALID_INPUT',
    problem: { errors: [message === undefined ? { field } : { field, message }] },
  }))
}

describe('at the same time', () => {
  let plinth: TestPlinth
  beforeAll(async () => {
    plinth = await startTestPlinth({ apps })
  })
  afterAll(() => plinth.stop())

  it('gives each of many tasks a number of its own, without a gap', async () => {
    const person = await plinth.createPerson()
    const added = await Promise.all(
      Array.from({ length: 25 }, (_, index) => person.call(addTask, { title: `Task ${index}` })),
    )
    expect(added.map(({ number }) => number).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 25 }, (_, index) => index + 1),
    )
  })
})
