import { afterEach, beforeEach, expect, test } from 'vitest'
import { bindDb } from '../db/kysely.ts'
import type { UnitStatement } from '../db/unit.ts'
import { createIdentifier, type Identifier } from './identify.ts'
import type { CredentialRow } from './store.ts'

const start = Date.parse('2026-03-02T09:00:00Z')
const minute = 60_000
const day = 24 * 60 * minute
const token = 't'.repeat(43)
const key = `plk_${'k'.repeat(43)}`
const session = { kind: 'session', token } as const
const bearer = { kind: 'bearer', token: key } as const

const sessionRow: CredentialRow = {
  id: '0199b7a2-6c1e-7a3c-9f7e-00000000000a',
  person_id: '0199b7a2-6c1e-7a3c-9f7e-00000000000b',
  name: 'Ada',
  email: 'ada@example.com',
  time_zone: 'Europe/London',
  roles: [],
  expires_at: '2026-05-31T09:00:00Z',
  last_used_at: '2026-03-02T09:00:00Z',
  key_name: null,
  used_by: null,
  scopes: null,
}
const keyRow: CredentialRow = {
  ...sessionRow,
  last_used_at: null,
  key_name: 'laptop',
  used_by: 'script',
  scopes: ['tasks:read'],
}

let now = start
let row: CredentialRow | undefined
let queries = 0
let written: UnitStatement[] = []
let beforeAnswer: () => void = () => {}
let identifier: Identifier

beforeEach(() => {
  now = start
  row = sessionRow
  queries = 0
  written = []
  beforeAnswer = () => {}
  identifier = createIdentifier({
    now: () => now,
    read: (run) => run(database),
    write: async (statement) => void written.push(statement),
  })
})
afterEach(() => identifier.stop())

/** A database that answers every query with `row`, as it was when the query began. */
const database = bindDb(async () => {
  queries++
  const rows = row ? [{ ...row }] : []
  beforeAnswer()
  return { rows, rowCount: rows.length }
})

test('a session is the person in the browser, with everything a person may do', async () => {
  expect(await identifier.identify(session)).toEqual({
    personId: sessionRow.person_id,
    name: 'Ada',
    email: 'ada@example.com',
    timeZone: 'Europe/London',
    actor: { kind: 'person', id: sessionRow.id, name: 'browser' },
    roles: [],
    scopes: ['*'],
  })
})

test('a key is what it was made as, under its name and with its scopes alone', async () => {
  row = keyRow
  expect(await identifier.identify(bearer)).toMatchObject({
    actor: { kind: 'script', id: keyRow.id, name: 'laptop' },
    scopes: ['tasks:read'],
  })
})

test.each([
  { kind: 'none' },
  { kind: 'session', token: '' },
  { kind: 'session', token: 'x'.repeat(42) },
  { kind: 'session', token: `${'x'.repeat(42)};` },
  { kind: 'session', token: key },
  { kind: 'bearer', token },
  { kind: 'bearer', token: `plk_${'k'.repeat(100_000)}` },
] as const)('what cannot be a credential asks no database: %j', async (credential) => {
  expect(await identifier.identify(credential)).toBeUndefined()
  expect(queries).toBe(0)
})

test('a hit within five seconds asks nothing and gives the same object', async () => {
  const first = await identifier.identify(session)
  now += 4_999
  expect(await identifier.identify(session)).toBe(first)
  expect(queries).toBe(1)
})

test('after five seconds the database is asked, and an unchanged caller stays the object', async () => {
  const first = await identifier.identify(session)
  now += 5_000
  expect(await identifier.identify(session)).toBe(first)
  expect(queries).toBe(2)
  row = { ...sessionRow, roles: ['platform:admin'] }
  now += 5_000
  const third = await identifier.identify(session)
  expect(third).not.toBe(first)
  expect(third?.roles).toEqual(['platform:admin'])
})

test('a token that nobody has is asked for once in two seconds', async () => {
  row = undefined
  for (let call = 0; call < 3; call++) expect(await identifier.identify(session)).toBeUndefined()
  expect(queries).toBe(1)
  now += 2_000
  row = sessionRow
  expect(await identifier.identify(session)).toBeDefined()
})

test('a session ends fourteen days after its last use, also in the memory', async () => {
  await identifier.identify(session)
  for (let use = 0; use < 3; use++) {
    now += 14 * day - 1
    expect(await identifier.identify(session)).toBeDefined()
  }
  now += 14 * day
  expect(await identifier.identify(session)).toBeUndefined()
})

test('a session ends after ninety days however much it was used', async () => {
  const end = Date.parse(sessionRow.expires_at)
  for (; now < end; now += 10 * day) {
    expect(await identifier.identify(session)).toBeDefined()
  }
  now = end - 1
  expect(await identifier.identify(session)).toBeDefined()
  now = end
  expect(await identifier.identify(session)).toBeUndefined()
  expect(queries).toBeGreaterThan(1)
})

test('a key is over at its date, in the middle of the five seconds too', async () => {
  row = { ...keyRow, expires_at: '2026-03-02T09:00:01Z' }
  now = start + 999
  expect(await identifier.identify(bearer)).toBeDefined()
  now += 1
  expect(await identifier.identify(bearer)).toBeUndefined()
  expect(queries).toBe(1)
})

test('a key is not over for want of use', async () => {
  row = keyRow
  await identifier.identify(bearer)
  now += 60 * day
  expect(await identifier.identify(bearer)).toBeDefined()
})

test.each([{ sessionId: sessionRow.id }, { personId: sessionRow.person_id }])(
  'what is forgotten is asked for at every use until its call must be over: %j',
  async (gone) => {
    await identifier.identify(session)
    identifier.forget(gone)
    // The transaction that ends it has not committed: the database still says that it is good.
    expect(await identifier.identify(session)).toBeDefined()
    row = undefined
    expect(await identifier.identify(session)).toBeUndefined()
    expect(queries).toBe(3)
  },
)

test('an answer that was on its way when its session was forgotten is not remembered', async () => {
  beforeAnswer = () => identifier.forget({ sessionId: sessionRow.id })
  await identifier.identify(session)
  beforeAnswer = () => {}
  row = undefined
  expect(await identifier.identify(session)).toBeUndefined()
})

test('a session whose end was rolled back is remembered again after a minute', async () => {
  identifier.forget({ sessionId: sessionRow.id })
  await identifier.identify(session)
  await identifier.identify(session)
  expect(queries).toBe(2)
  now += minute
  await identifier.identify(session)
  await identifier.identify(session)
  expect(queries).toBe(3)
})

test('forgetting one session leaves the others remembered', async () => {
  await identifier.identify(session)
  identifier.forget({ sessionId: '0199b7a2-6c1e-7a3c-9f7e-0000000000ff' })
  await identifier.identify(session)
  expect(queries).toBe(1)
})

test('the memory is bounded: ten thousand other tokens push the oldest out', async () => {
  await identifier.identify(session)
  for (let other = 0; other < 10_000; other++) {
    const id = `0199b7a2-6c1e-7a3c-9f7e-${String(other).padStart(12, '0')}`
    row = { ...sessionRow, id }
    await identifier.identify({ kind: 'session', token: String(other).padStart(43, 'x') })
  }
  const before = queries
  await identifier.identify(session)
  expect(queries).toBe(before + 1)
})

test('uses are written in one batch, at most once a minute each', async () => {
  row = keyRow
  for (let use = 0; use < 5; use++) {
    now += 10_000
    await identifier.identify(bearer)
  }
  expect(written).toEqual([])
  await identifier.stop()
  expect(written.map(({ values }) => values)).toEqual([[[keyRow.id], ['2026-03-02T09:00:10Z']]])
})

test('a session that was just used is not written again', async () => {
  now += 59_999
  await identifier.identify(session)
  await identifier.stop()
  expect(written).toEqual([])
})

test('a last use that cannot be written is told and hinders nobody', async () => {
  const told: unknown[] = []
  const failure = new Error('the database is away')
  const failing = createIdentifier({
    now: () => now,
    read: (run) => run(database),
    write: () => Promise.reject(failure),
    onError: (error) => told.push(error),
  })
  now += minute
  expect(await failing.identify(session)).toBeDefined()
  await failing.stop()
  expect(told).toEqual([failure])
})
