import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Caller, nobody } from '../identity/caller.ts'
import { createScratchDatabase, type ScratchDatabase } from '../testing/scratch.ts'
import { bindRead, bindWrite } from './binding.ts'
import { createPool, type Pool } from './pool.ts'
import type { StatementResult, UnitStatement } from './unit.ts'

const ada = '0199b7a2-6c1e-7a3c-9f7e-2f1a4d5b6c7d'
const callId = '0199b7a2-6c1e-7a3c-9f7e-2f1a4d5b6c70'
const caller: Caller = {
  ...nobody,
  personId: ada,
  actor: { kind: 'agent', id: 'k1', name: 'laptop "x"' },
  scopes: ['*'],
}

let database: ScratchDatabase
let pool: Pool

beforeAll(async () => {
  database = await createScratchDatabase()
  const connection = database.config('app')
  pool = createPool({ connection, max: 1, name: 'test', onIdleError: () => {} })
})
afterAll(async () => {
  await pool.close()
  await database.drop()
})

async function run(...statements: UnitStatement[]): Promise<readonly StatementResult[]> {
  const lease = await pool.lease(performance.now() + 30_000)
  try {
    return await lease.run(statements)
  } finally {
    lease.release()
  }
}

const ask: UnitStatement = {
  text: `select current_setting('plinth.caller', true) as caller,
    current_setting('plinth.actor', true) as actor, current_setting('plinth.call', true) as call,
    current_setting('transaction_read_only') as "readOnly",
    current_setting('statement_timeout') as timeout, transaction_timestamp() as now`,
  values: [],
}
const askAfter = async (binding: UnitStatement) => (await run(binding, ask)).at(-1)?.rows[0]

describe('binding for reading', () => {
  test('says who reads and how long, and lets nothing be written', async () => {
    expect(await askAfter(bindRead({ caller, callId, timeoutMilliseconds: 1500 }))).toMatchObject({
      caller: ada,
      readOnly: 'on',
      timeout: '1500ms',
    })
  })

  test('of nobody is of nobody', async () => {
    const binding = bindRead({ caller: nobody, callId, timeoutMilliseconds: 1000 })
    expect(await askAfter(binding)).toMatchObject({ caller: '' })
    const [, result] = await run(binding, { text: 'select platform.caller_id() as id', values: [] })
    expect(result?.rows).toEqual([{ id: null }])
  })

  test('is over with its unit', async () => {
    await run(bindRead({ caller, callId, timeoutMilliseconds: 1500 }))
    const [result] = await run(ask)
    expect(result?.rows[0]).toMatchObject({ caller: '', readOnly: 'off' })
    expect(result?.rows[0]?.timeout).not.toBe('1500ms')
  })
})

describe('binding for writing', () => {
  test('says who writes, through what, in which call and how long', async () => {
    const row = await askAfter(bindWrite({ caller, callId, timeoutMilliseconds: 2500 }))
    expect(row).toMatchObject({ caller: ada, call: callId, readOnly: 'off', timeout: '2500ms' })
    expect(JSON.parse(String(row?.actor))).toEqual({ kind: 'agent', id: 'k1', name: 'laptop "x"' })
  })

  test('gives the time of the transaction', async () => {
    const [bound, asked] = await run(bindWrite({ caller, callId, timeoutMilliseconds: 2500 }), ask)
    expect(bound?.rows[0]?.now).toMatch(/^\d{4}-\d\d-\d\dT.+Z$/)
    expect(bound?.rows[0]?.now).toBe(asked?.rows[0]?.now)
  })

  test('of nobody is of nobody', async () => {
    const binding = bindWrite({ caller: nobody, callId, timeoutMilliseconds: 1000 })
    const row = await askAfter(binding)
    expect(row).toMatchObject({ caller: '', call: callId })
    expect(JSON.parse(String(row?.actor))).toEqual({ kind: 'person', id: '', name: 'nobody' })
  })

  test('tells two callers apart, and knows one again', () => {
    const actorOf = (one: Caller) =>
      bindWrite({ caller: one, callId, timeoutMilliseconds: 1 }).values.find((value) =>
        String(value).includes('kind'),
      )
    const other = { ...caller, actor: { ...caller.actor, name: 'desktop' } }
    expect(actorOf(other)).toContain('desktop')
    expect(actorOf(caller)).not.toContain('desktop')
    expect(actorOf(caller)).toBe(actorOf(caller))
  })
})

describe('the time that is left', () => {
  test.for([
    [1500, '1500ms'],
    [1500.2, '1501ms'],
    [0.4, '1ms'],
    // To PostgreSQL 0 would be no limit at all.
    [0, '1ms'],
    [-20_000, '1ms'],
  ] as const)('of %d ms is %s to PostgreSQL', async ([timeoutMilliseconds, timeout]) => {
    const { values } = bindRead({ caller, callId, timeoutMilliseconds })
    expect(values).toContain(timeout.slice(0, -2))
    expect(bindWrite({ caller, callId, timeoutMilliseconds }).values).toContain(
      timeout.slice(0, -2),
    )
  })
})
