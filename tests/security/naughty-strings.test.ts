import naughtyStrings from 'big-list-of-naughty-strings/blns.json' with { type: 'json' }
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { registry } from '../fuzz/operations.ts'
import { startTarget, type Target } from './raw-target.ts'
import { type Surface, tryTexts } from './raw-text-calls.ts'
import { textGroupsOf } from './raw-text-fields.ts'

// The story: texts that have broken other systems, some five hundred of them: scripts, SQL, file
// names, formats, right-to-left and no width at all. Each is sent in each place where a text may
// stand. It comes back as it was sent, or is refused with the field named. Nothing else happens.

// Thousands of requests, and some hundred passwords to hash: a slow machine has its time.
vi.setConfig({ testTimeout: 300_000 })

let target: Target
/** What nobody names in these tests, and must be untouched: rows of Ada and of Tom. */
let bystanders: () => Promise<readonly object[]>
beforeAll(async () => {
  target = await startTarget({ LOG_LEVEL: 'warn' })
  const { plinth, ada } = target
  const tom = await plinth.createPerson('Tom Unknown')
  const kit = plinth.exampleKit({ person: ada, other: tom })
  const addTask = registry.find('tasks.add_task')
  if (!addTask) throw new Error('There are no tasks.')
  // Some of the strings are numbers, and would name one of the first.
  for (let at = 0; at < 12; at++) await kit.as.person(addTask)
  await kit.as.other(addTask)
  const since = new Date().toISOString()
  bystanders = () =>
    plinth.sql(
      `select id, xmin::text from tasks.task where created_at < $1 and number not in (1, 8, 9)
       union select id, xmin::text from identity.person where id = any($2) order by 1`,
      [since, [ada.personId, tom.personId]],
    )
})
afterAll(() => target?.plinth.stop())

const operations = registry.operations
  .filter((operation) => textGroupsOf(operation).length > 0)
  .map((operation) => [operation.name, operation] as const)

async function exampleOf(operation: (typeof operations)[number][1]) {
  const { plinth, ada } = target
  const kit = plinth.exampleKit({ person: ada, other: ada })
  return (await operation.example(kit)) as Readonly<Record<string, unknown>>
}

async function callsDone(operation: string): Promise<number> {
  const [row] = await target.plinth.sql<{ count: number }>(
    `select count(*)::int as count from platform.call where operation = $1 and outcome = 'done'`,
    [operation],
  )
  return row?.count ?? -1
}

describe.for<Surface>(['http', 'mcp'])('over %s', (surface) => {
  const reachable = operations.filter(([, { actors }]) => surface === 'http' || actors === 'any')

  test.for(reachable)(
    'every text of %s keeps a naughty one whole, or refuses it',
    async (given) => {
      const [name] = given
      const operation = target.plinth.server.registry.find(name) ?? given[1]
      const base = await exampleOf(operation)
      const before = await bystanders()
      const doneBefore = await callsDone(name)
      const trials = textGroupsOf(operation).flatMap((fields) =>
        naughtyStrings.map((text) => ({ surface, operation, fields, text })),
      )
      const { complaints, accepted, refused } = await tryTexts(target, trials, base)
      expect(complaints).toEqual([])
      expect(accepted + refused).toBe(trials.length)
      // Reads leave no row; of writes exactly those that were answered so were done.
      const done = (await callsDone(name)) - doneBefore
      expect(done).toBe(operation.effect === 'read' ? 0 : accepted)
      expect(await bystanders()).toEqual(before)
    },
  )
})
