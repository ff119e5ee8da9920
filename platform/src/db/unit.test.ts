import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PlinthError } from '../errors/define.ts'
import { nobody } from '../identity/caller.ts'
import { createScratchDatabase, type ScratchDatabase } from '../testing/scratch.ts'
import { createPool, type Pool } from './pool.ts'
import { statement } from './statement.ts'
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
