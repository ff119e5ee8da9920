import { sql } from 'kysely'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Db } from './db.ts'
import { bindDb, queryBuilder, runnerOf } from './kysely.ts'
import type { StatementResult, UnitStatement } from './unit.ts'

type Tables = {
  'probe.note': { id: number; text: string }
}

let sent: UnitStatement[]
let result: StatementResult
let db: Db

beforeEach(() => {
  sent = []
  result = { rows: [{ id: 1 }], rowCount: 1 }
  db = bindDb(async (statement) => {
    sent.push(statement)
    return result
  })
})

const notes = () => db.withTables<Tables>()

describe('the db of a call', () => {
  test('sends a query with its parameters, and gives its rows', async () => {
    const rows = await notes()
      .selectFrom('probe.note')
      .select('id')
      .where('text', '=', "it's")
      .execute()
    expect(rows).toEqual([{ id: 1 }])
    expect(sent).toEqual([
      { text: 'select "id" from "probe"."note" where "text" = $1', values: ["it's"] },
    ])
  })

  test('sends SQL that was written by hand in the same way', async () => {
    expect((await sql`select ${7}::int as id`.execute(db)).rows).toEqual([{ id: 1 }])
    expect(sent).toEqual([{ text: 'select $1::int as id', values: [7] }])
  })

  test('tells how many rows were changed', async () => {
    result = { rows: [], rowCount: 3 }
    const changed = await notes().updateTable('probe.note').set({ text: 'x' }).executeTakeFirst()
    expect(changed.numUpdatedRows).toBe(3n)
    const removed = await notes().deleteFrom('probe.note').executeTakeFirst()
    expect(removed.numDeletedRows).toBe(3n)
  })

  test('passes on what the database said', async () => {
    db = bindDb(() => Promise.reject(new Error('no')))
    await expect(notes().selectFrom('probe.note').selectAll().execute()).rejects.toThrow('no')
  })

  test('offers no stream, which would hold the connection', async () => {
    const stream = notes().selectFrom('probe.note').selectAll().stream()
    await expect(stream.next()).rejects.toThrow('page through them instead of streaming')
    expect(sent).toEqual([])
  })

  test('offers no transaction and no connection: the call has one', async () => {
    const transaction = db.transaction().execute(async () => {})
    await expect(transaction).rejects.toThrow('Only a call has a connection; use its db.')
    expect(sent).toEqual([])
  })

  test('is what compiled statements run on', async () => {
    const statement = { text: 'select 1', values: [] }
    expect(await runnerOf(db)(statement)).toBe(result)
    expect(sent).toEqual([statement])
  })
})

describe('the builder of queries', () => {
  test('writes them for PostgreSQL', () => {
    const query = queryBuilder
      .withTables<Tables>()
      .insertInto('probe.note')
      .values({ id: 1, text: 'x' })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .returning('id')
    expect(query.compile()).toMatchObject({
      sql: 'insert into "probe"."note" ("id", "text") values ($1, $2) on conflict ("id") do nothing returning "id"',
      parameters: [1, 'x'],
    })
  })

  test('runs none: only a call has a connection', async () => {
    const query = queryBuilder.withTables<Tables>().selectFrom('probe.note').selectAll()
    await expect(query.execute()).rejects.toThrow('Only a call has a connection; use its db.')
    await expect(queryBuilder.transaction().execute(async () => {})).rejects.toThrow(
      'Only a call has a connection; use its db.',
    )
    expect(() => runnerOf(queryBuilder)).toThrow('Only the db of a call runs statements.')
  })
})
