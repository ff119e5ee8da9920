import { afterAll, beforeAll, expect, test } from 'vitest'
import { openRead } from '../db/work.ts'
import { startTestPlinth, type TestPerson, type TestPlinth } from '../testing.ts'
import { notes } from './app-for-tests.ts'
import { type Caller, nobody } from './caller.ts'

let plinth: TestPlinth
let ada: TestPerson
beforeAll(async () => {
  plinth = await startTestPlinth({ apps: [notes] })
  ada = await plinth.createPerson('Ada')
  await ada.key()
  const tom = await plinth.createPerson('Tom')
  await tom.key()
})
afterAll(() => plinth.stop())

const workFor = (caller: Caller) => ({
  caller,
  callId: '0199b7a2-6c1e-7a3c-9f7e-2f1a4d5b6c7d',
  deadline: performance.now() + 10_000,
})

const query = async (login: 'app' | 'identity', caller: Caller, text: string) => {
  const { db } = openRead(plinth.server.database[login], workFor(caller))
  const { rows } = await db.executeQuery<{ owner: string }>({
    sql: text,
    parameters: [],
    query: { kind: 'RawNode' } as never,
    queryId: { queryId: 'test' },
  })
  return rows
}

const tables = [
  ['person', 'id'],
  ['account', 'person_id'],
  ['session', 'person_id'],
  ['api_key', 'owner_id'],
] as const

test.each(tables)('a caller’s call sees nobody else’s rows of %s', async (table, owner) => {
  const caller = { ...nobody, personId: ada.personId }
  const rows = await query('identity', caller, `select ${owner} as owner from identity.${table}`)
  expect(rows).toEqual([{ owner: ada.personId }])
})

test.each([...tables.map(([table]) => table), 'verification', 'role_grant'])(
  'a request’s login may not even ask for %s',
  async (table) => {
    await expect(query('app', nobody, `select from identity.${table}`)).rejects.toThrow(
      /permission denied/,
    )
  },
)

test.each([
  ['the caller’s session', 'session', true],
  ['the caller’s key', 'api_key', true],
  ['another person’s session', 'session', false],
  ['another person’s key', 'api_key', false],
])('a credential is live for its owner alone: %s', async (_what, table, isOwn) => {
  const owner = table === 'session' ? 'person_id' : 'owner_id'
  const [row] = await plinth.sql<{ id: string }>(
    `select id from identity.${table} where (${owner} = $1) = $2 limit 1`,
    [ada.personId, isOwn],
  )
  const kind = table === 'session' ? 'session' : 'key'
  const caller = { ...nobody, personId: ada.personId }
  const text = `select platform.credential_is_live('${kind}', '${row?.id}') as owner`
  expect(await query('app', caller, text)).toEqual([{ owner: isOwn }])
})
