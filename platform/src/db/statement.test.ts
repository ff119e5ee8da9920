import { describe, expect, test } from 'vitest'
import { bindDb, queryBuilder } from './kysely.ts'
import { statement } from './statement.ts'
import type { UnitStatement } from './unit.ts'

type Tables = {
  'probe.note': { id: number; text: string; kind: string }
}

describe('a statement', () => {
  let built = 0
  const find = statement<{ id: number; text: string }, { id: number }>()((db, param) => {
    built += 1
    return db
      .withTables<Tables>()
      .selectFrom('probe.note')
      .select('id')
      .where('text', '=', param('text'))
      .where('kind', '=', 'fixed')
      .where('id', '=', param('id'))
  })

  test('is built once, and puts each parameter where it belongs', async () => {
    const sent: UnitStatement[] = []
    const db = bindDb(async (one) => {
      sent.push(one)
      return { rows: [{ id: sent.length }], rowCount: 1 }
    })
    expect(await find(db, { id: 7, text: 'a' })).toEqual([{ id: 1 }])
    expect(await find(db, { text: 'b', id: 8 })).toEqual([{ id: 2 }])
    const text = 'select "id" from "probe"."note" where "text" = $1 and "kind" = $2 and "id" = $3'
    expect(sent).toEqual([
      { text, values: ['a', 'fixed', 7] },
      { text, values: ['b', 'fixed', 8] },
    ])
    expect(built).toBe(1)
  })

  test('runs on the db of a call and on no other', async () => {
    await expect(find(queryBuilder, { id: 7, text: 'a' })).rejects.toThrow(
      'Only the db of a call runs statements.',
    )
  })
})
