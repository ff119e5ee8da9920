import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Caller, nobody } from '../identity/caller.ts'
import { createScratchDatabase, type ScratchDatabase } from '../testing/scratch.ts'
import type { Db } from './db.ts'
import { createPool, type Lease, type Pool } from './pool.ts'
import type { UnitStatement } from './unit.ts'
import { openRead, openWrite, type WorkFor, writeAlone } from './work.ts'

const ada = '0199b7a2-6c1e-7a3c-9f7e-2f1a4d5b6c7d'
const caller: Caller = {
  ...nobody,
  personId: ada,
  actor: { kind: 'script', id: 'k1', name: 'laptop' },
}

let database: ScratchDatabase
let inner: Pool
/** What was sent over each lease, one list per unit, and how the lease was given back. */
let leases: { units: string[][]; released: (boolean | undefined)[] }[]

/** The real pool, with somebody who looks on. */
const pool: Pool = {
  async lease(deadline): Promise<Lease> {
    const lease = await inner.lease(deadline)
    const seen = { units: [] as string[][], released: [] as (boolean | undefined)[] }
    leases.push(seen)
    return {
      run(statements) {
        seen.units.push(statements.map(({ text }) => text.replace(/^select set_config.*/, 'bind')))
        return lease.run(statements)
      },
      release(isBroken) {
        seen.released.push(isBroken)
        lease.release(isBroken)
      },
    }
  },
  stats: () => inner.stats(),
  abandon: () => inner.abandon(),
  close: () => inner.close(),
}

beforeAll(async () => {
  database = await createScratchDatabase()
  inner = createPool({
    connection: database.config('app'),
    max: 2,
    name: 'test',
    onIdleError: () => {},
  })
  const owner = await database.connect('owner')
  await owner.query(
    `create schema probe; create table probe.note (id int primary key);
     grant usage on schema probe to plinth_app; grant all on probe.note to plinth_app`,
  )
})
beforeEach(() => {
  leases = []
})
afterAll(async () => {
  await inner.close()
  await database.drop()
})

const work = (milliseconds = 30_000): WorkFor => ({
  caller,
  callId: '0199b7a2-6c1e-7a3c-9f7e-2f1a4d5b6c70',
  deadline: performance.now() + milliseconds,
})
const plain = (text: string): UnitStatement => ({ text, values: [] })
const raw = (db: Db, text: string) => sql.raw<Record<string, unknown>>(text).execute(db)

describe('reading', () => {
  test('takes a connection for each statement, and holds none in between', async () => {
    const { db } = openRead(pool, work())
    expect(leases).toEqual([])
    expect((await raw(db, 'select 1 as x')).rows).toEqual([{ x: 1 }])
    await raw(db, 'select 2 as x')
    expect(leases).toEqual([
      { units: [['bind', 'select 1 as x']], released: [false] },
      { units: [['bind', 'select 2 as x']], released: [false] },
    ])
  })

  test('gives the connection back after a mistake in a statement, and does not try again', async () => {
    const { db } = openRead(pool, work())
    await expect(raw(db, 'select 1 / 0')).rejects.toMatchObject({ code: '22012' })
    expect(leases).toEqual([{ units: [['bind', 'select 1 / 0']], released: [false] }])
  })

  test('tries once more on another connection what the server has forgotten', async () => {
    const { db } = openRead(pool, work())
    const forgotten = "do $$ begin raise exception 'gone' using errcode = '26000'; end $$"
    await expect(raw(db, forgotten)).rejects.toMatchObject({ code: '26000' })
    expect(leases).toEqual([
      { units: [['bind', forgotten]], released: [true] },
      { units: [['bind', forgotten]], released: [true] },
    ])
  })

  test('has what is left of the call’s time', async () => {
    const { db } = openRead(pool, work(20_000))
    const { rows } = await raw(db, "select current_setting('statement_timeout') as left")
    const left = String(rows[0]?.left)
    const milliseconds = left.endsWith('ms')
      ? Number.parseInt(left, 10)
      : 1000 * Number.parseInt(left, 10)
    expect(milliseconds).toBeGreaterThan(0)
    expect(milliseconds).toBeLessThanOrEqual(20_000)
  })
})

describe('writing', () => {
  test('begins, and ends, in one round trip each', async () => {
    const write = await openWrite(pool, work(), [plain('select 1 as x'), plain('select 2 as x')])
    expect(write.first.map(({ rows }) => rows)).toEqual([[{ x: 1 }], [{ x: 2 }]])
    expect(write.now).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/)
    expect((await raw(write.db, 'select 3 as x')).rows).toEqual([{ x: 3 }])
    await write.commit([plain('select 4 as x')])
    expect(leases).toEqual([
      {
        units: [
          ['begin', 'bind', 'select 1 as x', 'select 2 as x'],
          ['select 3 as x'],
          ['select 4 as x', 'commit'],
        ],
        released: [undefined],
      },
    ])
  })

  test('runs nothing more once it has ended, whoever has the connection by then', async () => {
    const committed = await openWrite(pool, work(), [])
    await committed.commit([])
    const undone = await openWrite(pool, work(), [])
    await undone.rollback()
    for (const { db } of [committed, undone]) {
      await expect(raw(db, 'select 1')).rejects.toThrow('The call has ended')
    }
    expect(leases.flatMap(({ units }) => units.flat())).not.toContain('select 1')
  })

  test('is undone, and its connection is good for the next', async () => {
    const write = await openWrite(pool, work(), [])
    await raw(write.db, 'insert into probe.note values (1)')
    await write.rollback()
    const { rows } = await raw(openRead(pool, work()).db, 'select id from probe.note')
    expect(rows).toEqual([])
    expect(leases[0]).toMatchObject({ released: [false] })
    expect(leases[0]?.units.at(-1)).toEqual(['rollback'])
  })

  test('that cannot begin is undone, too, and says why', async () => {
    const begin = openWrite(pool, work(), [plain('select 1 / 0')])
    await expect(begin).rejects.toMatchObject({ code: '22012' })
    expect(leases).toEqual([
      { units: [['begin', 'bind', 'select 1 / 0'], ['rollback']], released: [false] },
    ])
  })

  test('that fails at its end can still be undone', async () => {
    const write = await openWrite(pool, work(), [])
    await expect(write.commit([plain('select 1 / 0')])).rejects.toMatchObject({ code: '22012' })
    expect(leases[0]?.released).toEqual([])
    await write.rollback()
    expect(leases[0]?.released).toEqual([false])
  })

  test('on a connection that broke is given up with it', async () => {
    const write = await openWrite(pool, work(), [])
    const { rows } = await raw(write.db, 'select pg_backend_pid() as pid')
    const other = await database.connect('app')
    await other.query('select pg_terminate_backend($1, 10000)', [rows[0]?.pid])
    await write.rollback()
    expect(leases[0]?.released).toEqual([true])
    const next = await openWrite(pool, work(), [])
    await next.rollback()
    expect(leases[1]?.released).toEqual([false])
  })
})

describe('writing alone', () => {
  test('is one unit, bound to the caller', async () => {
    await writeAlone(pool, work(), [
      plain('insert into probe.note values (2)'),
      plain('insert into probe.note values (3)'),
    ])
    expect(leases[0]?.units).toHaveLength(1)
    expect(leases[0]?.released).toHaveLength(1)
    const { rows } = await raw(openRead(pool, work()).db, 'select id from probe.note order by id')
    expect(rows).toEqual([{ id: 2 }, { id: 3 }])
  })

  test('happens whole or not at all, and the connection is given back', async () => {
    const half = writeAlone(pool, work(), [
      plain('insert into probe.note values (4)'),
      plain('insert into probe.note values (4)'),
    ])
    await expect(half).rejects.toMatchObject({ code: '23505' })
    expect(leases[0]?.released).toHaveLength(1)
    const { rows } = await raw(openRead(pool, work()).db, 'select from probe.note where id = 4')
    expect(rows).toEqual([])
  })
})
