import { callOver, scenarios, startTestPlinth, type TestPlinth } from '@plinth/platform/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tasks } from '../app.ts'
import type { Task } from '../schema.ts'
import { addTask } from './add-task.ts'
import { completeTask } from './complete-task.ts'
import { deleteTask } from './delete-task.ts'
import { getTaskHistory } from './get-task-history.ts'
import { updateTask } from './update-task.ts'

scenarios<typeof getTaskHistory, Task>(getTaskHistory, { apps: [tasks] }, [
  {
    name: 'tells who changed what, when and through what, newest first',
    given: async ({ as }) => {
      const { id: taskId } = await as.person(addTask, { title: 'Call mom' })
      await as.person(updateTask, { taskId, title: 'Call mom tonight', labels: ['family'] })
      return as.person(completeTask, { taskId })
    },
    input: { taskId: '1' },
    returns: ({ items, nextCursor }) => {
      const by = { name: 'Ada Byron' }
      const through = { kind: 'person', name: 'browser' }
      const at = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
      expect(nextCursor).toBeNull()
      expect(items).toEqual([
        {
          at,
          operation: 'tasks.complete_task',
          by,
          through,
          kind: 'changed',
          changes: [{ field: 'status', before: 'open', after: 'done' }],
        },
        {
          at,
          operation: 'tasks.update_task',
          by,
          through,
          kind: 'changed',
          changes: [
            { field: 'title', before: 'Call mom', after: 'Call mom tonight' },
            { field: 'labels', before: [], after: ['family'] },
          ],
        },
        {
          at,
          operation: 'tasks.add_task',
          by,
          through,
          kind: 'created',
          changes: [
            { field: 'title', before: null, after: 'Call mom' },
            { field: 'priority', before: null, after: 'medium' },
            { field: 'status', before: null, after: 'open' },
          ],
        },
      ])
    },
  },
  {
    name: 'tells one page at a time',
    given: async ({ as }) => {
      const { id: taskId } = await as.person(addTask)
      return as.person(completeTask, { taskId })
    },
    input: { taskId: '1', limit: 1 },
    returns: ({ items, nextCursor }) => {
      expect(items.map(({ operation }) => operation)).toEqual(['tasks.complete_task'])
      expect(nextCursor).toEqual(expect.any(String))
    },
  },
  {
    name: 'tells of a task in the trash',
    given: async ({ as }) => as.person(deleteTask, { taskId: (await as.person(addTask)).id }),
    input: { taskId: '1' },
    returns: ({ items }) => expect(items[0]?.operation).toBe('tasks.delete_task'),
  },
  {
    name: 'does not find a task after thirty days in the trash',
    given: async ({ as }) => as.person(deleteTask, { taskId: (await as.person(addTask)).id }),
    after: 'PT720H',
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
    name: 'refuses a cursor of other letters',
    given: ({ as }) => as.person(addTask),
    input: { taskId: '1', cursor: 'bWl+ZQ==' },
    fails: 'INVALID_INPUT',
    problem: { errors: [{ field: 'cursor' }] },
  },
  {
    name: 'refuses a page of more than a hundred',
    given: ({ as }) => as.person(addTask),
    input: { taskId: '1', limit: 101 },
    fails: 'INVALID_INPUT',
    problem: { errors: [{ field: 'limit' }] },
  },
  {
    name: 'is refused to nobody',
    input: { taskId: '1' },
    as: 'nobody',
    fails: 'UNAUTHENTICATED',
  },
])

describe('a history of several pages', () => {
  let plinth: TestPlinth
  beforeAll(async () => {
    plinth = await startTestPlinth({ apps: [tasks] })
  })
  afterAll(() => plinth.stop())

  it('shows each change once, and takes no cursor of another task', async () => {
    const person = await plinth.createPerson()
    const { id: taskId } = await person.call(addTask, { title: '0' })
    const other = await person.call(addTask, { title: 'Other' })
    for (const title of ['1', '2', '3', '4']) await person.call(updateTask, { taskId, title })

    const titles: unknown[] = []
    let cursor: string | undefined
    do {
      const page = await person.call(getTaskHistory, {
        taskId,
        limit: 2,
        ...(cursor && { cursor }),
      })
      titles.push(...page.items.map(({ changes }) => changes[0]?.after))
      if (page.nextCursor) {
        const call = person.call(getTaskHistory, { taskId: other.id, cursor: page.nextCursor })
        await expect(call).rejects.toMatchObject({ kind: { code: 'INVALID_INPUT' } })
      }
      cursor = page.nextCursor ?? undefined
    } while (cursor)
    expect(titles).toEqual(['4', '3', '2', '1', '0'])
  })

  it('names the key through which a change came', async () => {
    const person = await plinth.createPerson()
    const token = await person.key({ name: 'laptop', usedBy: 'agent' })
    const credential = { kind: 'bearer', token } as const
    await callOver(plinth.server, 'mcp', {
      operation: addTask,
      credential,
      input: { title: 'By an agent' },
    })
    const { items } = await person.call(getTaskHistory, { taskId: '1' })
    expect(items).toMatchObject([
      { by: { name: 'Ada Byron' }, through: { kind: 'agent', name: 'laptop' } },
    ])
  })
})
