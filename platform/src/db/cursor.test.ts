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
    ['an instant with an offset', ['2026-03-02T09:00:00+01:00', id]],
    ['an instant without a zone', ['2026-03-02T09:00:00', id]],
    ['more after an instant', ['2026-03-02T09:00:00Z; --', id]],
    ['more before an instant', ['+2026-03-02T09:00:00Z', id]],
    ['nanoseconds', ['2026-03-02T09:00:00.1234567Z', id]],
    ['a stray dot', ['2026-03-02T09:00:00.Z', id]],
    ['more after an id', [at, `${id}0`]],
    ['more before an id', [at, `0${id}`]],
    ['capitals in an id', [at, id.toUpperCase()]],
    ['an id in another form', [at, id.replaceAll('-', '')]],
    ['a number in place of an id', [at, 7]],
  ] as const)('that was forged with %s is refused', ([, key]) => {
    const cursor = encodeCursor(question, [...key])
    expect(() => decodeCursor(question, cursor, ['instant', 'id'])).toThrow()
  })

  test.for([
    ['text', 'a\0b'],
    ['text', '\ud800'],
    ['text', 7],
    ['integer', 'x'],
    ['integer', '7'],
    ['integer', 1.5],
    ['integer', 2 ** 53],
  ] as const)('whose %s was forged as %j is refused', ([kind, part]) => {
    const cursor = encodeCursor(question, [part])
    expect(() => decodeCursor(question, cursor, [kind])).toThrow()
  })

  test.for([
    ['instant', at],
    ['instant', '2026-03-02T09:00:00Z'],
    ['instant', '2026-03-02T09:00:00.1Z'],
    ['id', id],
    ['text', ''],
    ['text', "'; drop table x; --"],
    ['integer', 0],
    ['integer', -(2 ** 53) + 1],
    ['integer', null],
  ] as const)('may end at the %s %j', ([kind, part]) => {
    expect(decodeCursor(question, encodeCursor(question, [part]), [kind])).toEqual([part])
  })

  test('without a question belongs to no question', () => {
    const cursor = encodeCursor(undefined, [id])
    expect(decodeCursor(undefined, cursor, ['id'])).toEqual([id])
    expect(() => decodeCursor(question, cursor, ['id'])).toThrow()
    expect(() => decodeCursor(undefined, encodeCursor(question, [id]), ['id'])).toThrow()
  })

  test('says which field is wrong when it is refused', () => {
    expect(() => decodeCursor(question, 'x', ['id'])).toThrow(
      expect.objectContaining({
        details: {
          errors: [
            {
              field: 'cursor',
              code: 'invalid_cursor',
              message: 'must be a nextCursor of the same list, with the same filters and order',
            },
          ],
        },
      }),
    )
  })

  test('is short: the question is in it as eleven letters', () => {
    const text = Buffer.from(encodeCursor(question, [7]), 'base64url').toString()
    expect(text).toMatch(/^\["[\w-]{11}",7\]$/)
  })

  test.for(['', 'AAAA', '!!', 'bnVsbA', 'e30'])('that is no cursor is refused: %j', (cursor) => {
    expect(() => decodeCursor(question, cursor, ['instant', 'id'])).toThrow()
  })
})
