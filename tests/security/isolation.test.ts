import type { AnyOperation } from '@plinth/platform'
import {
  callOver,
  startTestPlinth,
  type TestPerson,
  type TestPlinth,
  type TestSurface,
} from '@plinth/platform/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apps } from '../../apps/src/all.ts'
import { addTask } from '../../apps/src/tasks/operations/add-task.ts'
import { changesBetween, takeSnapshot } from '../../platform/src/testing/snapshot.ts'

// The story: Tom has an account of his own and learns Ada's ids, from a screenshot or by guessing.
// He puts them into every call there is, on every surface. What is Ada's must look exactly like what
// does not exist, nothing of hers may change, and no list may tell that it is there.

let plinth: TestPlinth
let ada: TestPerson
let tom: TestPerson

beforeAll(async () => {
  plinth = await startTestPlinth({ apps })
  ada = await plinth.createPerson('Ada Byron')
  tom = await plinth.createPerson('Tom Unknown')
})
afterAll(() => plinth.stop())

const missing = '0199b7a2-6c1e-7a3c-9f7e-000000000000'
const surfaces: readonly TestSurface[] = ['direct', 'http', 'mcp']

/** What two refusals must share: everything but the request's own id. */
const bare = (problem: Readonly<Record<string, unknown>> | undefined) => ({
  ...problem,
  requestId: undefined,
})

describe.for(surfaces)('over %s', (surface) => {
  test('what is somebody else’s looks like what does not exist, in every operation', async () => {
    const kit = plinth.exampleKit({ person: ada, other: tom })
    const tomsKey = { kind: 'bearer', token: await tom.key() } as const
    const operations = plinth.server.registry.operations.filter(
      ({ actors }) => surface !== 'mcp' || actors === 'any',
    )
    const tried: string[] = []
    for (const operation of operations) {
      const input = (await operation.example(kit)) as Record<string, unknown>
      if (Object.keys(idsReplaced(input)).length === 0) continue
      const credential = operation.actors === 'person' ? tom.session : tomsKey
      const before = await takeSnapshot(plinth)
      const hers = await callOver(plinth.server, surface, { operation, credential, input })
      const nowhere = await callOver(plinth.server, surface, {
        operation,
        credential,
        input: { ...input, ...idsReplaced(input) },
      })
      expect(hers.code, `${operation.name} of somebody else's`).toBe('NOT_FOUND')
      expect(bare(hers.problem), operation.name).toEqual(bare(nowhere.problem))
      expect(changesBetween(before, await takeSnapshot(plinth)), operation.name).toEqual({})
      tried.push(operation.name)
    }
    // What is about one thing has its id in the address; an example without it would hide it here.
    const aboutOneThing = operations.filter(({ http }) => /Id\}/.test(http))
    expect(tried).toEqual(expect.arrayContaining(aboutOneThing.map(({ name }) => name)))
    expect(tried).toContain('tasks.restore_task')
  })

  test('no list tells that somebody else’s things are there', async () => {
    const kit = plinth.exampleKit({ person: ada, other: tom })
    const tomsKey = { kind: 'bearer', token: await tom.key() } as const
    await ada.call(addTask, { title: 'a secret of Ada' })
    await ada.key()
    const lists = new Map<AnyOperation, Record<string, unknown>>()
    for (const operation of plinth.server.registry.operations) {
      if (operation.effect !== 'read' || (surface === 'mcp' && operation.actors !== 'any')) continue
      const input = (await operation.example(kit)) as Record<string, unknown>
      if (Object.keys(idsReplaced(input)).length === 0) lists.set(operation, input)
    }
    expect([...lists.keys()].map(({ name }) => name)).toContain('tasks.list_tasks')
    const adas = [...(await idsOf(ada)), ada.personId, ada.email, 'a secret of Ada']
    for (const [operation, input] of lists) {
      const credential = operation.actors === 'person' ? tom.session : tomsKey
      const { output, code } = await callOver(plinth.server, surface, {
        operation,
        credential,
        input,
      })
      expect(code, operation.name).toBe(undefined)
      const text = JSON.stringify(output)
      expect(
        adas.filter((word) => text.includes(word)),
        `what ${operation.name} tells of Ada's`,
      ).toEqual([])
    }
  })
})

/** The ids of all that somebody owns, whichever app it belongs to. */
async function idsOf({ personId }: TestPerson): Promise<readonly string[]> {
  const tables = await plinth.sql<{ name: string }>(
    `select format('%I.%I', table_schema, table_name) as name from information_schema.columns
     where table_schema <> 'platform' and column_name in ('id', 'owner_id')
     group by table_schema, table_name having count(*) = 2`,
  )
  const ids: string[] = []
  for (const { name } of tables) {
    const owned = `select id::text from ${name} where owner_id = $1`
    ids.push(...(await plinth.sql<{ id: string }>(owned, [personId])).map(({ id }) => id))
  }
  expect(ids.length).toBeGreaterThan(1)
  return ids
}

function idsReplaced(input: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(input)
      .filter(([name]) => name.endsWith('Id'))
      .map(([name]) => [name, missing]),
  )
}
