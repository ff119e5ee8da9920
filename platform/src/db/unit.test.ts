import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PlinthError } from '../errors/define.ts'
import { nobody } from '../identity/caller.ts'
import { createScratchDatabase, type ScratchDatabase } from '../testing/scratch.ts'
import { createPool, type Pool } from './pool.ts'
import { statement } from './statement.ts'
import { isStale } from './unit.ts'
import { openRead, openWrite, type WorkFor, writeAlone } from './work.ts'

const ada = '0199b7a2-6c1e-7a3c-9f7e-2f1a4d5b6c7d'
const caller = { ...nobody, personId: ada, actor: { kind: 'script', id: 'k1', name: 'laptop' } }

let owner: Pool
let app: Pool
let database: ScratchDatabase

const work = (milliseconds = 10_000): WorkFor => ({
  caller: caller as WorkFor['caller'],
  callId: '0199b7a2-6c1e-7a3c-9f7e-2f1a4d5b6c70',
  deadline: performance.now() + milliseconds,
})

beforeAll(async () => {
  database = await createScratchDatabase()
  const pool = (login: 'owner' | 'app') =>
    createPool({
      connection: database.config(login),
      max: 1,
      name: 'test',
      onIdleError: () => {},
    })
  owner = pool('owner')
  app = pool('app')
  await asOwner(
    'create schema probe',
    'create table probe.note (id int primary key, text text)',
    'grant usage on schema probe to plinth_app',
    'grant all on probe.note to plinth_app',
  )
})
afterAll(async () => {
  await Promise.all([owner.close(), app.close()])
  await database.drop()
})

async function asOwner(...texts: string[]): Promise<void> {
  await writeAlone(
    owner,
    work(),
    texts.map((text) => ({ text, values: [] })),
  )
}

const who = sql<{ caller: string | null; actor: unknown }>`
  select platform.caller_id() as caller, platform.actor() as actor`

describe('a reading unit', () => {
  test('runs as its caller, and leaves nobody behind on the connection', async () => {
    expect((await who.execute(openRead(app, work()).db)).rows[0]?.caller).toBe(ada)
    const next = await who.execute(openRead(app, { ...work(), caller: nobody }).db)
    expect(next.rows[0]?.caller).toBe(null)
  })

  test('cannot write, whatever the login may do', async () => {
    const { db } = openRead(app, work())
    await expect(sql`insert into probe.note values (1, 'x')`.execute(db)).rejects.toMatchObject({
      code: '25006',
    })
  })

  test('leaves the connection usable after an error', async () => {
    const { db } = openRead(app, work())
    await expect(sql`select 1 / 0 as x`.execute(db)).rejects.toMatchObject({ code: '22012' })
    await expect(sql`select 1 / 0 as x`.execute(db)).rejects.toMatchObject({ code: '22012' })
    await expect(sql`select nonsense`.execute(db)).rejects.toMatchObject({ code: '42703' })
    expect((await sql<{ x: number }>`select 7 as x`.execute(db)).rows).toEqual([{ x: 7 }])
  })

  test('ends when the deadline has passed, by the server or, when that is slow, by us', async () => {
    const { db } = openRead(app, work(500))
    const ended = await sql`select pg_sleep(30)`.execute(db).catch((error: unknown) => error)
    const code = ended instanceof PlinthError ? ended.kind.code : (ended as { code?: string }).code
    expect(['57014', 'TIMEOUT']).toContain(code)
  })

  test('goes on when a migration changed the table under a prepared statement', async () => {
    const { db } = openRead(app, work())
    const read = sql<object>`select * from probe.note where id = 1`
    await asOwner("insert into probe.note values (1, 'x')")
    expect((await read.execute(db)).rows).toEqual([{ id: 1, text: 'x' }])
    await asOwner('alter table probe.note add column extra text')
    expect((await read.execute(db)).rows).toEqual([{ id: 1, text: 'x', extra: null }])
    await asOwner('alter table probe.note drop column extra', 'delete from probe.note')
  })

  test('decodes types as documented', async () => {
    const { rows } = await sql<object>`select
      '2026-03-02 09:00:00.5+01'::timestamptz as instant, '2026-03-02'::date as day,
      9007199254740991::int8 as safe, 9007199254740993::int8 as large, array['a', null] as list,
      '{"a": [1]}'::jsonb as json, true as yes, null::int as nothing, 1.5::numeric as exact,
      '\\x00ff'::bytea as bytes`.execute(openRead(app, work()).db)
    expect(rows[0]).toEqual({
      instant: '2026-03-02T08:00:00.5Z',
      day: '2026-03-02',
      safe: 9007199254740991,
      large: 9007199254740993n,
      list: ['a', null],
      json: { a: [1] },
      yes: true,
      nothing: null,
      exact: '1.5',
      bytes: Buffer.from([0, 255]),
    })
  })

  test('keeps text exactly, and sends arrays, instants and null as parameters', async () => {
    const text = 'Tom & Jerry <3 \u{1F600} \u202Bשלום\u202C \\ \' " $1'
    const instant = Temporal.Instant.from('2026-03-02T09:00:00Z')
    const { rows } = await sql<object>`select ${text}::text as text,
      ${['a,b', '"', '{}']}::text[] as list, ${instant}::timestamptz as instant,
      ${null}::text as nothing`.execute(openRead(app, work()).db)
    expect(rows[0]).toEqual({
      text,
      list: ['a,b', '"', '{}'],
      instant: '2026-03-02T09:00:00Z',
      nothing: null,
    })
  })

  test('survives more different statements than a connection keeps prepared', async () => {
    const { db } = openRead(app, work())
    for (let n = 0; n < 900; n++) {
      const { rows } = await sql.raw<{ n: number }>(`select ${n} as n`).execute(db)
      expect(rows[0]?.n).toBe(n)
    }
    expect((await sql.raw<{ n: number }>('select 0 as n').execute(db)).rows[0]?.n).toBe(0)
  })
})

describe('a writing transaction', () => {
  const insert = (id: number) => sql`insert into probe.note values (${id}, 'x')`
  const count = async () => {
    const { rows } = await sql<{ n: number }>`select count(*)::int as n from probe.note`.execute(
      openRead(app, work()).db,
    )
    return rows[0]?.n
  }

  test('knows its caller and actor, and commits with its last statements', async () => {
    const write = await openWrite(app, work(), [])
    expect((await who.execute(write.db)).rows[0]).toEqual({ caller: ada, actor: caller.actor })
    await insert(10).execute(write.db)
    await write.commit([{ text: 'insert into probe.note values (11, $1)', values: ['y'] }])
    expect(await count()).toBe(2)
  })

  test('leaves nothing when its last statement fails', async () => {
    const write = await openWrite(app, work(), [])
    await insert(12).execute(write.db)
    await expect(write.commit([{ text: 'select 1 / 0', values: [] }])).rejects.toMatchObject({
      code: '22012',
    })
    await write.rollback()
    expect(await count()).toBe(2)
  })

  test('does not commit after an error that the handler swallowed', async () => {
    const write = await openWrite(app, work(), [])
    await insert(13).execute(write.db)
    await insert(13)
      .execute(write.db)
      .catch(() => {})
    await expect(write.commit([{ text: 'select 1', values: [] }])).rejects.toMatchObject({
      code: '25P02',
    })
    await write.rollback()
    expect(await count()).toBe(2)
  })

  test('leaves nobody behind for whoever gets the connection next', async () => {
    const write = await openWrite(app, work(), [])
    await write.rollback()
    const next = await who.execute(openRead(app, { ...work(), caller: nobody }).db)
    expect(next.rows[0]?.caller).toBe(null)
  })

  test('runs nothing more once it has ended, since its connection may be another call’s', async () => {
    for (const end of ['commit', 'rollback'] as const) {
      const { db, ...ending } = await openWrite(app, work(), [])
      await ending[end]([])
      const late = sql`insert into probe.note values (99, 'late')`.execute(db)
      await expect(late).rejects.toThrow(/has ended/)
    }
  })

  test('gives up as 503 when every connection is taken', async () => {
    const write = await openWrite(app, work(), [])
    await expect(openWrite(app, work(), [])).rejects.toMatchObject({
      kind: { code: 'UNAVAILABLE' },
    })
    await write.rollback()
  })
})

describe('a statement', () => {
  test('is compiled once and then takes its parameters in their places', async () => {
    type Notes = { 'probe.note': { id: number; text: string } }
    const find = statement<{ id: number; text: string }, { id: number }>()((db, param) =>
      db
        .withTables<Notes>()
        .selectFrom('probe.note')
        .select('id')
        .where('text', '=', param('text'))
        .where('id', '=', param('id')),
    )
    const { db } = openRead(app, work())
    expect(await find(db, { id: 10, text: 'x' })).toEqual([{ id: 10 }])
    expect(await find(db, { id: 10, text: 'other' })).toEqual([])
  })
})

describe('a unit', () => {
  const run = async (...texts: string[]) => {
    const lease = await app.lease(performance.now() + 30_000)
    try {
      return await lease.run(texts.map((text) => ({ text, values: [] })))
    } finally {
      lease.release()
    }
  }

  test('has a result for each statement, in their order, the same one twice included', async () => {
    const results = await run('select 1 as x', 'select 2 as y', 'select 1 as x')
    expect(results.map(({ rows }) => rows)).toEqual([[{ x: 1 }], [{ y: 2 }], [{ x: 1 }]])
  })

  test('tells how many rows a statement found, changed or removed', async () => {
    const counts = await run(
      'insert into probe.note select n, null from generate_series(100, 104) as n',
      "update probe.note set text = 'x' where id > 101",
      'select id from probe.note where id between 100 and 101',
      'delete from probe.note where id >= 100',
      "select set_config('plinth.caller', null, true)",
      'begin',
      'rollback',
    )
    expect(counts.map(({ rowCount }) => rowCount)).toEqual([5, 3, 2, 5, 1, 0, 0])
  })

  test('may hold a statement that is empty, or one without columns', async () => {
    expect(await run('', 'select 1 as x', '', 'select')).toEqual([
      { rows: [], rowCount: 0 },
      { rows: [{ x: 1 }], rowCount: 1 },
      { rows: [], rowCount: 0 },
      { rows: [{}], rowCount: 1 },
    ])
  })

  test.for(['copy probe.note from stdin', 'copy (select 7 as x) to stdout'])(
    'takes no COPY, and the next one gets a connection that is good: %s',
    async (copy) => {
      await expect(run(copy)).rejects.toMatchObject({
        cause: new Error('COPY is not part of a unit.'),
      })
      await expect(run('select 1 as x', copy, 'select 2 as x')).rejects.toThrow()
      expect((await run('select 1 as x'))[0]?.rows).toEqual([{ x: 1 }])
    },
  )

  test('that fails in the middle runs neither what follows nor keeps what came before', async () => {
    const texts = ['insert into probe.note values (200)', 'select 1 / 0 as x', 'select 7 as later']
    await expect(run(...texts)).rejects.toMatchObject({ code: '22012' })
    expect((await run('select id from probe.note where id = 200'))[0]?.rows).toEqual([])
    // What was never reached, what failed and what had run can all be sent again.
    expect((await run('select 7 as later'))[0]?.rows).toEqual([{ later: 7 }])
    await expect(run('select 1 / 0 as x')).rejects.toMatchObject({ code: '22012' })
    await run('insert into probe.note values (200)')
    expect((await run('delete from probe.note where id = 200'))[0]?.rowCount).toBe(1)
  })

  test('knows the columns of a statement again, where a row has nulls and where there is none', async () => {
    const text = 'select null::int as a, 2 as b, $1::text as c where $1 is not null'
    const lease = await app.lease(performance.now() + 30_000)
    const ask = async (value: string | null) =>
      (await lease.run([{ text, values: [value] }]))[0]?.rows
    expect(await ask(null)).toEqual([])
    expect(await ask('x')).toEqual([{ a: null, b: 2, c: 'x' }])
    expect(await ask('y')).toEqual([{ a: null, b: 2, c: 'y' }])
    lease.release()
  })

  test('leaves nothing of statements that failed on the server', async () => {
    for (let n = 0; n < 20; n++) {
      await expect(run(`select ${n} / 0 as failed`)).rejects.toMatchObject({ code: '22012' })
    }
    const [prepared] = await run(
      "select statement from pg_prepared_statements where statement like '%as failed'",
    )
    expect(prepared?.rows).toEqual([])
  })

  test('keeps no more statements prepared than it should', async () => {
    for (let n = 0; n < 500; n++) await run(`select ${n} as few`)
    const [prepared] = await run('select count(*)::int as n from pg_prepared_statements')
    expect(prepared?.rows[0]?.n).toBeLessThanOrEqual(400)
    expect(prepared?.rows[0]?.n).toBeGreaterThan(300)
  })

  test('is made of more different statements than are prepared at once', async () => {
    const texts = Array.from({ length: 450 }, (_, n) => `select ${n} as many`)
    for (let time = 0; time < 2; time++) {
      const results = await run(...texts)
      expect(results.map(({ rows }) => rows[0]?.many)).toEqual(texts.map((_, n) => n))
    }
    const [prepared] = await run('select count(*)::int as n from pg_prepared_statements')
    expect(prepared?.rows[0]?.n).toBeLessThanOrEqual(451)
  })
})

describe('an error', () => {
  const error = (code: string, message: string) => Object.assign(new Error(message), { code })

  test.for([
    ['26000', 'prepared statement "p_1" does not exist', true],
    ['0A000', 'cached plan must not change result type', true],
    ['0A000', 'COPY is not supported', false],
    ['42P01', 'cached plan', false],
  ] as const)(
    'of class %s, “%s”, is about a statement that went stale: %s',
    ([code, text, stale]) => {
      expect(isStale(error(code, text))).toBe(stale)
    },
  )

  test('is not stale when it is none', () => {
    expect(isStale({ code: '26000' })).toBe(false)
    expect(isStale(new Error('26000'))).toBe(false)
    expect(isStale(undefined)).toBe(false)
  })
})
