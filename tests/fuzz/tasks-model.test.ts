import { callOver, startTestPlinth, type TestPlinth } from '@plinth/platform/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { apps } from '../../apps/src/all.ts'
import type { Credential } from '../../platform/src/identity/caller.ts'
import { check, fuzzTimeout } from './run.ts'
import {
  added,
  edited,
  listed,
  type ModelList,
  type ModelTask,
  type Outcome,
  type Question,
  stepped,
} from './tasks-model.ts'
import { type ActorName, type Aiming, type Move, move, question, sorts } from './tasks-steps.ts'

// Days of two people who add, change, finish, throw away and look for tasks, one of them with a
// script, too. After each call the answer is what a list on paper would say, and nobody ever sees
// what is the other's.

let plinth: TestPlinth
beforeAll(async () => {
  plinth = await startTestPlinth({ apps })
})
afterAll(() => plinth.stop())

type Owner = 'ada' | 'tom'
const ownerOf = (who: ActorName): Owner => (who === 'tom' ? 'tom' : 'ada')
const otherOf = (owner: Owner): Owner => (owner === 'tom' ? 'ada' : 'tom')

/** A day so far: the lists on paper, and what the server said of each task last. */
interface Day {
  readonly credentials: Readonly<Record<ActorName, Credential>>
  readonly lists: Record<Owner, ModelList>
  readonly seen: Readonly<Record<Owner, Map<number, SeenTask>>>
}

interface SeenTask extends Omit<ModelTask, 'before'> {
  readonly id: string
  readonly completedAt: string | null
  readonly trashedAt: string | null
  readonly createdAt: string
  readonly updatedAt: string
}

async function beginDay(): Promise<Day> {
  const [ada, tom] = await Promise.all([
    plinth.createPerson('Ada Byron'),
    plinth.createPerson('Tom Unknown'),
  ])
  return {
    credentials: {
      ada: ada.session,
      adasKey: { kind: 'bearer', token: await ada.key() },
      tom: tom.session,
    },
    lists: { ada: { tasks: [] }, tom: { tasks: [] } },
    seen: { ada: new Map(), tom: new Map() },
  }
}

async function ask(
  day: Day,
  who: ActorName,
  verb: string,
  input: Readonly<Record<string, unknown>>,
) {
  const operation = plinth.server.registry.find(`tasks.${verb}`)
  if (!operation) throw new Error(`There is no operation tasks.${verb}.`)
  return callOver(plinth.server, 'http', { operation, credential: day.credentials[who], input })
}

const nowhere = '0199b7a2-6c1e-7a3c-9f7e-000000000000'

/** The number on the person's own list that an aim means, and how the call names it. */
function target({ lists, seen }: Day, owner: Owner, { at, which }: Aiming) {
  const own = lists[owner].tasks
  const number =
    at === 'others' || at === 'nothing' || own.length === 0 ? 0 : 1 + (which % own.length)
  const others = lists[otherOf(owner)].tasks
  const foreign = seen[otherOf(owner)].get(1 + (which % Math.max(1, others.length)))?.id
  const names = {
    number: String(number === 0 ? 999 : number),
    id: seen[owner].get(number)?.id ?? nowhere,
    others: foreign ?? nowhere,
    nothing: nowhere,
  }
  return { number, taskId: names[at] }
}

async function makeMove(day: Day, made: Move): Promise<void> {
  const owner = ownerOf(made.who)
  const list = day.lists[owner]
  if (made.does === 'list') return checkList(day, made.who, made)
  if (made.does === 'add') {
    return checkOutcome(day, owner, {
      answer: await ask(day, made.who, 'add_task', made.content),
      outcome: added(list, made.content),
    })
  }
  const { number, taskId } = target(day, owner, made.aim)
  const task = list.tasks[number - 1]
  if (made.does === 'get') {
    const answer = await ask(day, made.who, 'get_task', { taskId })
    return checkOutcome(day, owner, {
      answer,
      outcome: task ? { list, task } : { code: 'NOT_FOUND' },
    })
  }
  const version = task?.version ?? 1
  const ifVersion = { none: undefined, current: version, older: version - 1 || 7 }[made.aim.version]
  const aim = { number, ifVersion }
  const input = { taskId, ...(ifVersion === undefined ? {} : { ifVersion }) }
  return checkOutcome(
    day,
    owner,
    made.does === 'edit'
      ? {
          answer: await ask(day, made.who, 'update_task', { ...input, ...made.change }),
          outcome: edited(list, aim, made.change),
        }
      : {
          answer: await ask(day, made.who, `${made.step}_task`, input),
          outcome: stepped(list, aim, made.step),
        },
  )
}

type Answer = Awaited<ReturnType<typeof ask>>

function checkOutcome(
  day: Day,
  owner: Owner,
  { answer, outcome }: { readonly answer: Answer; readonly outcome: Outcome },
): void {
  const told = JSON.stringify(answer.problem ?? answer.output)
  if ('code' in outcome) {
    expect(answer.code, told).toBe(outcome.code)
    if (outcome.code === 'NOT_FOUND') {
      expect(answer.problem?.suggestions ?? [], told).toEqual(suggestions(day.lists[owner]))
    }
    return
  }
  expect(answer.code, told).toBeUndefined()
  day.lists[owner] = outcome.list
  checkTask(day.seen[owner], outcome.task, answer.output as SeenTask)
}

/** The five newest open ones, which a person who mistook a number may have meant. */
const suggestions = (list: ModelList) =>
  listed(list, { status: 'open', sort: '-created' })
    .slice(0, 5)
    .map(({ number, title }) => ({ number, title }))

/** A task is what the paper says; its times follow from what happened to it. */
function checkTask(seen: Map<number, SeenTask>, task: ModelTask, answer: SeenTask): void {
  const { before, ...expected } = task
  expect(answer).toMatchObject(expected)
  const earlier = seen.get(task.number)
  const isDone = (task.status === 'trashed' ? before : task.status) === 'done'
  expect([answer.completedAt !== null, answer.trashedAt !== null]).toEqual([
    isDone,
    task.status === 'trashed',
  ])
  if (earlier) {
    expect([answer.id, answer.createdAt]).toEqual([earlier.id, earlier.createdAt])
    if (earlier.version === answer.version) expect(answer).toEqual(earlier)
    // A task keeps the time of its completion while it is done, also through the trash.
    if (earlier.completedAt && isDone) expect(answer.completedAt).toBe(earlier.completedAt)
    expect(instant(answer.updatedAt)).toBeGreaterThanOrEqual(instant(earlier.updatedAt))
  }
  seen.set(task.number, answer)
}

const instant = (text: string) => Temporal.Instant.from(text).epochMilliseconds

const isGiven = ([, value]: [string, unknown]) => value !== undefined

/** Turns all pages of a list, and compares them with the one on paper. */
async function checkList(
  day: Day,
  who: ActorName,
  { question: asked, limit }: { readonly question: Question; readonly limit: number },
): Promise<void> {
  const owner = ownerOf(who)
  const expected = listed(day.lists[owner], asked)
  const items: SeenTask[] = []
  let cursor: string | null | undefined
  do {
    const given = Object.fromEntries(Object.entries(asked).filter(isGiven))
    const input = { ...given, limit, total: true, ...(cursor ? { cursor } : {}) }
    const answer = await ask(day, who, 'list_tasks', input)
    expect(answer.code, JSON.stringify(answer.problem)).toBeUndefined()
    const page = answer.output as { items: SeenTask[]; nextCursor: string | null; total: number }
    expect(page.total).toBe(expected.length)
    expect(page.items.length).toBeLessThanOrEqual(limit)
    items.push(...page.items)
    cursor = page.nextCursor
  } while (cursor && items.length <= expected.length)
  const numbers = items.map(({ number }) => number)
  expect(numbers, JSON.stringify(asked)).toEqual(expected.map(({ number }) => number))
  for (const [at, item] of items.entries()) checkTask(day.seen[owner], expected[at]!, item)
}

test(
  'every answer of a day is what a list on paper says',
  async () => {
    const cases = fc.record({
      moves: fc.array(move, { minLength: 1, maxLength: 50, size: 'max' }),
      questions: fc.array(question, { minLength: 3, maxLength: 6 }),
    })
    const about = { name: 'every answer of a day is what a list on paper says', cases, runs: 25 }
    await check(about, async ({ moves, questions }) => {
      const day = await beginDay()
      for (const made of moves) await makeMove(day, made)
      for (const asked of questions) {
        await checkList(day, 'adasKey', { question: asked, limit: 2 })
      }
      for (const who of ['ada', 'tom'] as const) {
        for (const sort of sorts) {
          await checkList(day, who, { question: { status: 'all', sort }, limit: 3 })
        }
        await checkList(day, who, { question: { status: 'trashed', sort: 'number' }, limit: 50 })
        for (const { number } of day.lists[otherOf(ownerOf(who))].tasks) {
          const aim = { at: 'others', which: number - 1 } as const
          await makeMove(day, { who, does: 'get', aim })
        }
      }
    })
  },
  fuzzTimeout,
)
