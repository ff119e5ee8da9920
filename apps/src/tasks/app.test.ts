import type { AnyOperation } from '@plinth/platform'
import {
  callOver,
  startTestPlinth,
  type TestPerson,
  type TestPlinth,
} from '@plinth/platform/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tasks } from './app.ts'
import { addTask } from './operations/add-task.ts'
import { completeTask } from './operations/complete-task.ts'
import { deleteTask } from './operations/delete-task.ts'
import { getTask } from './operations/get-task.ts'
import { reopenTask } from './operations/reopen-task.ts'
import { restoreTask } from './operations/restore-task.ts'
import { updateTask } from './operations/update-task.ts'
import { type Step, type TaskEvent, transitions } from './rules/transitions.ts'
import type { Task } from './schema.ts'

let plinth: TestPlinth
let person: TestPerson
beforeAll(async () => {
  plinth = await startTestPlinth({ apps: [tasks] })
  person = await plinth.createPerson()
})
afterAll(() => plinth.stop())

type Make = (taskId: string) => Promise<Task>

const make: Readonly<Record<TaskEvent, Make>> = {
  update: (taskId) => person.call(updateTask, { taskId, title: 'Other' }),
  complete: (taskId) => person.call(completeTask, { taskId }),
  reopen: (taskId) => person.call(reopenTask, { taskId }),
  delete: (taskId) => person.call(deleteTask, { taskId }),
  restore: (taskId) => person.call(restoreTask, { taskId }),
}

/** What each operation's credential must hold, as people were promised it. */
const scopeOf = ({ name, effect }: AnyOperation): string => {
  if (name === 'tasks.delete_task') return 'tasks:delete'
  return effect === 'read' ? 'tasks:read' : 'tasks:write'
}

/** The events that bring a new task into each state, and what it was before the trash. */
const states = [
  { state: 'open', path: [], earlier: undefined },
  { state: 'done', path: ['complete'], earlier: undefined },
  { state: 'trashed', path: ['delete'], earlier: 'open' },
  { state: 'trashed', path: ['complete', 'delete'], earlier: 'done' },
] as const

const pairs = states.flatMap((from) =>
  (Object.keys(make) as TaskEvent[]).map((event) => ({ ...from, event })),
)

const refusals: Partial<Record<Step, string>> = {
  hidden: 'NOT_FOUND',
  refused: 'INVALID_TRANSITION',
}

describe('the table of transitions', () => {
  it.each(pairs)('is what happens: $event after $path', async ({ state, path, earlier, event }) => {
    const { id } = await person.call(addTask, { title: 'Walk' })
    for (const before of path) await make[before](id)
    const step: Step = transitions[state][event]

    const refusal = refusals[step]
    if (refusal) await expect(make[event](id)).rejects.toMatchObject({ kind: { code: refusal } })
    else await make[event](id)

    const { status } = await person.call(getTask, { taskId: id })
    const stays = refusal !== undefined || step === 'stays'
    expect(status).toBe(stays ? state : step === 'earlier' ? earlier : step)
  })
})

describe('what an app that forgot its own rules could not write', () => {
  it.each([
    ['a title that is too long', "title = repeat('x', 201)", 'task_title_length'],
    ['an empty title', "title = ''", 'task_title_length'],
    [
      'a description that is too long',
      "description = repeat('x', 1001)",
      'task_description_length',
    ],
    ['a priority nobody knows', "priority = 'asap'", 'task_priority_is_known'],
    ['a status nobody knows', "status = 'lost'", 'task_status_is_known'],
    ['a trashed task without the time', "status = 'trashed'", 'task_trash_is_whole'],
    ['a done task without the time', "status = 'done'", 'task_completion_is_whole'],
    ['half a due time', "due_kind = 'zoned', due_date = '2030-01-01'", 'task_due_is_whole'],
    ['a due time of no kind', "due_date = '2030-01-01'", 'task_due_is_whole'],
    [
      'eleven labels',
      "labels = array_fill('x'::text, array[11]), label_keys = array_fill('x'::text, array[11])",
      'task_labels_are_bounded',
    ],
    ["another task's number", 'number = number - 1', 'task_number_is_unique'],
  ])('is %s', async (_name, assignment, constraint) => {
    await person.call(addTask, { title: 'The one before' })
    const { id } = await person.call(addTask, { title: 'Whole' })
    const write = plinth.sql(`update tasks.task set ${assignment} where id = $1`, [id])
    await expect(write).rejects.toMatchObject({ constraint })
  })
})

/**
 * The attack: somebody has learned the id of another's task, and an operation forgot to ask whose it
 * is. The database itself must know nothing of that row on their connection.
 */
it('keeps the rows of others out of reach below the operations', async () => {
  const { id } = await person.call(addTask, { title: 'Private' })
  const policies = await plinth.sql<{ is_forced: boolean; can_delete: boolean }>(
    `select relforcerowsecurity as is_forced,
       has_table_privilege('plinth_app', oid, 'delete') as can_delete
     from pg_class where oid in ('tasks.task'::regclass, 'tasks.counter'::regclass)`,
  )
  expect(policies).toEqual([
    { is_forced: true, can_delete: false },
    { is_forced: true, can_delete: false },
  ])
  const { app } = plinth.server.database
  const stranger = await plinth.createPerson('Tom Unknown')
  const lease = await app.lease(performance.now() + 5_000)
  try {
    const bind = (who: string) => ({
      text: "select set_config('plinth.caller', $1, true)",
      values: [who],
    })
    const read = { text: 'select title from tasks.task where id = $1', values: [id] }
    const change = {
      text: "update tasks.task set title = 'Mine' where id = $1 returning id",
      values: [id],
    }
    const rowsAs = async (who: string) =>
      (await lease.run([bind(who), read, change])).map(({ rows }) => rows.length).slice(1)
    expect(await rowsAs(stranger.personId)).toEqual([0, 0])
    expect(await rowsAs('')).toEqual([0, 0])
    expect(await rowsAs(person.personId)).toEqual([1, 1])
  } finally {
    lease.release()
  }
})

describe('a task that is not found', () => {
  const missing = '0199b7a2-6c1e-7a3c-9f7e-2f1a4d5b6c7d'

  const deleteWith = async (
    who: TestPerson,
    {
      taskId,
      scopes,
    }: {
      readonly taskId: string
      readonly scopes: readonly string[]
    },
  ) => {
    const credential = { kind: 'bearer', token: await who.key({ scopes }) } as const
    const call = { operation: deleteTask, credential, input: { taskId } }
    const { problem } = await callOver(plinth.server, 'http', call)
    return problem ?? {}
  }

  it("comes with the caller's newest open tasks, five at most, and nobody else's", async () => {
    const [asker, other] = await Promise.all([plinth.createPerson(), plinth.createPerson()])
    const theirs = await other.call(addTask, { title: 'Secret' })
    for (const title of ['1', '2', '3', '4', '5', '6', '7']) await asker.call(addTask, { title })
    await asker.call(completeTask, { taskId: '6' })
    const scopes = ['tasks:read', 'tasks:delete']

    const problem = await deleteWith(asker, { taskId: theirs.id, scopes })
    expect(problem.suggestions).toEqual(
      [7, 5, 4, 3, 2].map((number) => ({ number, title: `${number}` })),
    )
    const { requestId: _, ...foreign } = problem
    const { requestId: __, ...unknown } = await deleteWith(asker, { taskId: missing, scopes })
    expect(foreign).toEqual(unknown)
  })

  it('names no task to a key that may not read them', async () => {
    const asker = await plinth.createPerson()
    await asker.call(addTask, { title: 'Private' })
    const problem = await deleteWith(asker, { taskId: missing, scopes: ['tasks:delete'] })
    expect(problem).toMatchObject({ code: 'NOT_FOUND' })
    expect(JSON.stringify(problem)).not.toContain('Private')
  })
})

describe('a key without the scope', () => {
  const scopes = ['tasks:read', 'tasks:write', 'tasks:delete']
  const calls = Object.values(tasks.operations).flatMap((operation) =>
    (['direct', 'http', 'mcp'] as const).map((surface) => ({
      name: operation.name,
      operation,
      surface,
    })),
  )

  it.each(calls)('cannot call $name over $surface', async ({ operation, surface }) => {
    const [asker, other] = await Promise.all([plinth.createPerson(), plinth.createPerson()])
    const kit = plinth.exampleKit({ person: asker, other })
    const input = (await operation.example(kit)) as Readonly<Record<string, unknown>>
    const scope = scopeOf(operation)
    const token = await asker.key({ scopes: scopes.filter((one) => one !== scope) })
    const credential = { kind: 'bearer', token } as const

    const answer = await callOver(plinth.server, surface, { operation, credential, input })

    // Over MCP it is not even told from a tool that does not exist.
    const tool = operation.name.replace('.', '_')
    expect(answer.code).toBe(surface === 'mcp' ? `Unknown tool: ${tool}` : 'INSUFFICIENT_SCOPE')
    const allowed = await asker.key({ scopes: [scope] })
    const retry = { operation, credential: { kind: 'bearer', token: allowed } as const, input }
    expect((await callOver(plinth.server, surface, retry)).code).toBeUndefined()
  })
})
