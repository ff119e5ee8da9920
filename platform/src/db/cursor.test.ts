import { describe, expect, test } from 'vitest'
import { decodeCursor, encodeCursor } from './cursor.ts'

const question = { list: 'things', sort: 'created' }
const id = '0199b7a2-6c1e-7a3c-9f7e-2f1a4d5b6c7d'
const at = '2026-03-02T09:00:00.123456Z'

describe('a cursor', () => {
  test('gives back the key it was made of', () => {
    const cursor = encodeCursor(question, [at, id, null, 7, 'text'])
    expect(cursor).toMatch(/^[\w-]+$/)
    expect(decodeCursor(question, cursor, ['instant', 'id', 'text', 'integer', 'text'])).toEqual([
      at,
      id,
      null,
      7,
      'text',
    ])
  })

  test('of another question is refused', () => {
    const cursor = encodeCursor({ ...question, sort: 'title' }, [at, id])
    expect(() => decodeCursor(question, cursor, ['instant', 'id'])).toThrow(
      expect.objectContaining({ kind: expect.objectContaining({ code: 'INVALID_INPUT' }) }),
    )
  })

  test.for([
    ['an impossible instant', ['2026-99-99T99:99:99Z', id]],
    ['the thirtieth of February', ['2026-02-30T00:00:00Z', id]],
    ['an id that is none', [at, 'x']],
    ['SQL', ["'; drop table x; --", id]],
    ['too few parts', [at]],
    ['too many parts', [at, id, id]],
    ['a number in place of a text', [7, id]],
  ] as const)('that was forged with %s is refused', ([, key]) => {
    const cursor = encodeCursor(question, [...key])
    expect(() => decodeCursor(question, cursor, ['instant', 'id'])).toThrow()
  })

  test.for(['', 'AAAA', '!!', 'bnVsbA', 'e30'])('that is no cursor is refused: %j', (cursor) => {
    expect(() => decodeCursor(question, cursor, ['instant', 'id'])).toThrow()
  })
})
