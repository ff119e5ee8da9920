import { callOver, startTestPlinth, type TestPlinth } from '@plinth/platform/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { apps } from '../../apps/src/all.ts'
import { addTask } from '../../apps/src/tasks/operations/add-task.ts'
import type { Task } from '../../apps/src/tasks/schema.ts'
import { inputJsonSchema, type JsonSchema } from '../../platform/src/schema/json-schema.ts'
import { check, fuzzTimeout } from './run.ts'
import { anyValueOf } from './values.ts'

// Whatever text fits is kept as it was given, is found again by its own words and labels, and stands
// in every order exactly once, also where a page ends in the middle of it.

let plinth: TestPlinth
beforeAll(async () => {
  plinth = await startTestPlinth({ apps })
})
afterAll(() => plinth.stop())

interface Texts {
  readonly title: string
  readonly description: string | null
  readonly labels: readonly string[]
}

const { properties = {} } = inputJsonSchema(addTask.input)
const any = (name: string) => anyValueOf(properties[name] as JsonSchema)

const texts = fc.record(
  { title: any('title'), description: any('description'), labels: any('labels') },
  { noNullPrototype: true },
) as fc.Arbitrary<Texts>

/** Ada's calls over HTTP; each must be done. */
async function beginDay() {
  const ada = await plinth.createPerson('Ada Byron')
  return async <Output>(verb: string, input: Readonly<Record<string, unknown>>) => {
    const operation = plinth.server.registry.find(`tasks.${verb}`)!
    const call = { operation, credential: ada.session, input }
    const answer = await callOver(plinth.server, 'http', call)
    expect(answer.code, JSON.stringify(answer.problem)).toBeUndefined()
    return answer.output as Output
  }
}

type Ask = Awaited<ReturnType<typeof beginDay>>

/** What is kept of texts; which labels are the same is for the labels' own tests. */
const kept = ({ title, description }: Texts) => ({
  title: title.trim(),
  description: description || null,
})

/** The ids of a list, page by page. */
async function idsOf(ask: Ask, question: Readonly<Record<string, unknown>>): Promise<string[]> {
  const ids: string[] = []
  for (let cursor: string | null = ''; cursor !== null && ids.length < 50; ) {
    const page: { items: Task[]; nextCursor: string | null } = await ask('list_tasks', {
      ...question,
      limit: 1,
      ...(cursor === '' ? {} : { cursor }),
    })
    ids.push(...page.items.map(({ id }) => id))
    cursor = page.nextCursor
  }
  return ids
}

test(
  'a text is kept as it was given, and is found again',
  async () => {
    const cases = fc.array(texts, { minLength: 2, maxLength: 4 })
    const about = { name: 'a text is kept as it was given', cases, runs: 25 }
    await check(about, async (given) => {
      const ask = await beginDay()
      const tasks: Task[] = []
      for (const one of given) {
        const task = await ask<Task>('add_task', { ...one })
        expect(task).toMatchObject(kept(one))
        for (const label of task.labels)
          expect(one.labels.map((some) => some.trim())).toContain(label)
        expect(await ask('get_task', { taskId: task.id })).toEqual(task)
        tasks.push(task)
      }
      const all = tasks.map(({ id }) => id)
      for (const task of tasks) {
        expect(await idsOf(ask, { q: task.title })).toContain(task.id)
        for (const label of task.labels.slice(0, 2)) {
          expect(await idsOf(ask, { label })).toContain(task.id)
        }
      }
      for (const sort of ['title', '-title', 'priority', '-due']) {
        expect((await idsOf(ask, { sort })).toSorted()).toEqual(all.toSorted())
      }
    })
  },
  fuzzTimeout,
)

test(
  'a history tells every text before and after',
  async () => {
    const cases = fc.tuple(texts, texts)
    const about = { name: 'a history tells every text before and after', cases, runs: 25 }
    await check(about, async ([first, second]) => {
      const ask = await beginDay()
      const before = await ask<Task>('add_task', { ...first })
      const after = await ask<Task>('update_task', { taskId: before.id, ...second })
      expect(after).toMatchObject(kept(second))
      const history = await ask<{ items: { changes: object[] }[] }>('get_task_history', {
        taskId: before.id,
      })
      const changes = (['title', 'description', 'labels'] as const).flatMap((field) =>
        JSON.stringify(before[field]) === JSON.stringify(after[field])
          ? []
          : [{ field, before: before[field], after: after[field] }],
      )
      expect(history.items).toHaveLength(changes.length === 0 ? 1 : 2)
      if (changes.length > 0) expect(history.items[0]?.changes).toEqual(changes)
    })
  },
  fuzzTimeout,
)
