import type { ExampleKit } from '@plinth/platform'
import {
  callOver,
  scenarios,
  startTestPlinth,
  type TestPerson,
  type TestPlinth,
} from '@plinth/platform/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tasks } from '../app.ts'
import { addTask } from './add-task.ts'
import { completeTask } from './complete-task.ts'
import { deleteTask } from './delete-task.ts'
import { listTasks } from './list-tasks.ts'

const apps = [tasks]

/** 1 is open, 2 done, 3 in the trash, 4 and 5 are open; and somebody else has one like them. */
async function five({ as }: ExampleKit): Promise<undefined> {
  await as.person(addTask, {
    title: 'Buy MILK',
    description: 'Two litres',
    labels: ['Shopping', 'home'],
    priority: 'high',
    due: { kind: 'date', date: '2030-03-02' },
  })
  const done = await as.person(addTask, {
    title: 'Drink milk',
    priority: 'low',
    due: { kind: 'floating', date: '2030-03-02', time: '08:00' },
  })
  await as.person(completeTask, { taskId: done.id })
  const trashed = await as.person(addTask, { title: 'Spill milk', labels: ['shopping'] })
  await as.person(deleteTask, { taskId: trashed.id })
  await as.person(addTask, {
    title: 'e\u0301clair',
    description: '100%_sure',
    due: { kind: 'zoned', date: '2030-03-03', time: '00:00', timeZone: 'Asia/Tokyo' },
  })
  await as.person(addTask, { title: 'Zebra', labels: ['HOME'], priority: 'urgent' })
  await as.other(addTask, { title: 'Milk of others', labels: ['home'], priority: 'high' })
}

type Input = Parameters<typeof listTasks.run>[0]['input'] & Record<string, unknown>

const finds = (name: string, input: object, numbers: readonly number[]) => ({
  name,
  given: five,
  input: () => input as Input,
  returns: (page: { items: readonly { number: number }[] }) =>
    expect(page.items.map(({ number }) => number)).toEqual(numbers),
})

scenarios<typeof listTasks, undefined>(listTasks, { apps }, [
  finds('shows what is open or done, newest first', {}, [5, 4, 2, 1]),
  finds('shows what is open', { status: 'open' }, [5, 4, 1]),
  finds('shows what is done', { status: 'done' }, [2]),
  finds('shows the trash when asked for it', { status: 'trashed' }, [3]),
  {
    ...finds('hides from the trash what has been there for thirty days', { status: 'trashed' }, []),
    after: 'PT720H',
  },
  finds('filters by priority', { priority: 'high' }, [1]),
  finds('filters by label, in whatever case', { label: ' hOME ' }, [5, 1]),
  finds('filters by the first day that something is due', { dueFrom: '2030-03-03' }, [4]),
  finds('filters by the last day that something is due', { dueTo: '2030-03-02' }, [2, 1]),
  finds(
    'filters by several things at once',
    { status: 'open', label: 'home', dueFrom: '2030-03-02', dueTo: '2030-03-02', q: 'milk' },
    [1],
  ),
  finds('finds a word of the title, in whatever case', { q: 'milk' }, [2, 1]),
  finds('finds words of the description', { q: 'LITRES two' }, [1]),
  finds('finds a word of a label, and part of one', { q: 'shopp' }, [1]),
  finds('finds only what has all words', { q: 'milk zebra' }, []),
  finds('finds é written in one character where two were typed', { q: '\u00c9CLAIR' }, [4]),
  finds('takes % and _ for the letters that they are', { q: '%_' }, [4]),
  finds('does not take % for anything', { q: 'm%k' }, []),
  finds('finds everything with a search of blanks', { q: '  ' }, [5, 4, 2, 1]),
  finds('sorts by when tasks were added', { sort: 'created' }, [1, 2, 4, 5]),
  finds('sorts by due time, the undated last', { sort: 'due' }, [2, 1, 4, 5]),
  finds('sorts by due time backwards, the undated still last', { sort: '-due' }, [4, 1, 2, 5]),
  finds('sorts by priority, from low', { sort: 'priority' }, [2, 4, 1, 5]),
  finds('sorts by priority, from urgent', { sort: '-priority' }, [5, 1, 4, 2]),
  finds('sorts by title as people read it', { sort: 'title' }, [1, 2, 4, 5]),
  finds('sorts by title backwards', { sort: '-title' }, [5, 4, 2, 1]),
  finds('sorts by number', { sort: 'number' }, [1, 2, 4, 5]),
  finds('shows as many as asked for', { limit: 2 }, [5, 4]),
  {
    name: 'counts what there is only when asked',
    given: five,
    input: { limit: 1, total: true },
    returns: { total: 4 },
  },
  {
    name: 'does not count otherwise',
    given: five,
    input: { limit: 1 },
    returns: (page) => expect(page).not.toHaveProperty('total'),
  },
  {
    name: 'shows nothing of others to who has nothing',
    given: async ({ as }) => {
      await as.other(addTask)
      return undefined
    },
    input: { total: true },
    returns: { items: [], nextCursor: null, total: 0 },
  },
  { name: 'is refused to nobody', input: {}, as: 'nobody', fails: 'UNAUTHENTICATED' },
  ...(
    [
      ['a page of none', { limit: 0 }, 'limit'],
      ['a page of more than a hundred', { limit: 101 }, 'limit'],
      ['an order nobody knows', { sort: 'mood' }, 'sort'],
      ['a status nobody knows', { status: 'lost' }, 'status'],
      ['a search that is too long', { q: 'x'.repeat(501) }, 'q'],
      ['an impossible date', { dueFrom: '2030-02-30' }, 'dueFrom'],
      ['an end before its beginning', { dueFrom: '2030-03-02', dueTo: '2030-03-01' }, 'dueTo'],
      ['a cursor of other letters', { cursor: 'bWl+ZQ==' }, 'cursor'],
      ["somebody's id, which no call takes", { ownerId: 'x' }, 'ownerId'],
    ] as const
  ).map(([name, input, field]) => ({
    name: `refuses ${name}, and names the field`,
    input: () => input,
    fails: 'INVALID_INPUT',
    problem: { errors: [{ field }] },
  })),
])

describe('pages', () => {
  let plinth: TestPlinth
  let person: TestPerson
  let other: TestPerson
  beforeAll(async () => {
    plinth = await startTestPlinth({ apps })
    person = await plinth.createPerson('Ada Byron')
    other = await plinth.createPerson('Tom Unknown')
    // Twins in every order, so that only the number tells them apart.
    for (let index = 0; index < 12; index++) {
      await person.call(addTask, {
        title: `😀${'x'.repeat(100)}${index % 3}`,
        priority: index % 2 === 0 ? 'high' : 'low',
        due: index % 4 === 0 ? null : { kind: 'date', date: `2030-03-0${1 + (index % 3)}` },
      })
    }
  })
  afterAll(() => plinth.stop())

  const orders = ['created', 'due', 'priority', 'title', 'number'] as const
  const sorts = orders.flatMap((order) => [order, `-${order}`] as const)

  it.each(sorts)('sorted by %s show each task once, as the whole list does', async (sort) => {
    const whole = await person.call(listTasks, { sort })
    const numbers: number[] = []
    let cursor: string | undefined
    do {
      const page = await person.call(listTasks, { sort, limit: 5, ...(cursor && { cursor }) })
      numbers.push(...page.items.map(({ number }) => number))
      cursor = page.nextCursor ?? undefined
    } while (cursor)
    expect(numbers).toEqual(whole.items.map(({ number }) => number))
    expect(new Set(numbers).size).toBe(12)
  })

  it('go on where they were, whatever is added meanwhile', async () => {
    const first = await person.call(listTasks, { sort: '-number', limit: 5 })
    await person.call(addTask, { title: 'Later' })
    const second = await person.call(listTasks, {
      sort: '-number',
      limit: 5,
      cursor: first.nextCursor ?? '',
    })
    expect(second.items.map(({ number }) => number)).toEqual([7, 6, 5, 4, 3])
  })

  it.each([
    ['another order', { sort: 'title' as const }],
    ['another filter', { status: 'open' as const }],
    ['another search', { q: 'x' }],
  ])('end with a cursor that is refused for %s', async (_name, change) => {
    const { nextCursor } = await person.call(listTasks, { limit: 1 })
    const call = person.call(listTasks, { ...change, cursor: nextCursor ?? '' })
    await expect(call).rejects.toMatchObject({ kind: { code: 'INVALID_INPUT' } })
  })

  it.each(['direct', 'http', 'mcp'] as const)(
    'refuse over %s a cursor that nobody gave',
    async (surface) => {
      const credential = { kind: 'bearer', token: await person.key() } as const
      const input = { cursor: 'bWluZQ' }
      const call = { operation: listTasks, credential, input }
      expect(await callOver(plinth.server, surface, call)).toMatchObject({
        code: 'INVALID_INPUT',
        problem: { errors: [{ field: 'cursor', code: 'invalid_cursor' }] },
      })
    },
  )

  it('end with a cursor that is refused for somebody else', async () => {
    const { nextCursor } = await person.call(listTasks, { limit: 1 })
    const call = other.call(listTasks, { cursor: nextCursor ?? '' })
    await expect(call).rejects.toMatchObject({ kind: { code: 'INVALID_INPUT' } })
  })
})
