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
    let tried = 0
    for (const operation of plinth.server.registry.operations) {
      if (surface === 'mcp' && operation.actors !== 'any') continue
      const input = (await operation.example(kit)) as Record<string, unknown>
      if (Object.keys(idsReplaced(input)).length === 0) continue
      const credential = operation.actors === 'person' ? tom.session : tomsKey
      const before = await plinth.sql('select id, xmin::text from tasks.task order by id')
      const hers = await callOver(plinth.server, surface, { operation, credential, input })
      const nowhere = await callOver(plinth.server, surface, {
        operation,
        credential,
        input: { ...input, ...idsReplaced(input) },
      })
      expect(hers.code, `${operation.name} of somebody else's`).toBe('NOT_FOUND')
      expect(bare(hers.problem), operation.name).toEqual(bare(nowhere.problem))
      expect(await plinth.sql('select id, xmin::text from tasks.task order by id')).toEqual(before)
      tried++
    }
    expect(tried).toBe(surface === 'mcp' ? 7 : 8)
  })

  test('no list tells that somebody else’s things are there', async () => {
    const kit = plinth.exampleKit({ person: ada, other: tom })
    const tomsKey = { kind: 'bearer', token: await tom.key() } as const
    await ada.call(addTask, { title: 'a secret of Ada' })
    await ada.key()
    const adasIds = (
      await plinth.sql<{ id: string }>(
        `select id from tasks.task where owner_id = $1
       union select id from identity.api_key where owner_id = $1`,
        [ada.personId],
      )
    ).map(({ id }) => id)
    expect(adasIds.length).toBeGreaterThan(0)
    for (const operation of plinth.server.registry.operations) {
      const isRead = operation.effect === 'read'
      if (!isRead || (surface === 'mcp' && operation.actors !== 'any')) continue
      const input = (await operation.example(kit)) as Record<string, unknown>
      if (Object.keys(idsReplaced(input)).length > 0) continue
      const credential = operation.actors === 'person' ? tom.session : tomsKey
      const { output, code } = await callOver(plinth.server, surface, {
        operation,
        credential,
        input,
      })
      expect(code, operation.name).toBe(undefined)
      const text = JSON.stringify(output)
      for (const id of [...adasIds, ada.personId, ada.email, 'a secret of Ada'])
        expect(text).not.toContain(id)
    }
  })
})

function idsReplaced(input: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(input)
      .filter(([name]) => name.endsWith('Id'))
      .map(([name]) => [name, missing]),
  )
}
