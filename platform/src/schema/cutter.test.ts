import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { compileCutter } from './cutter.ts'
import { outputJsonSchema } from './json-schema.ts'

const cutterOf = (schema: z.ZodType) => compileCutter(outputJsonSchema(schema))

describe('the cutter', () => {
  test('leaves out what the schema does not declare, at every depth', () => {
    const cut = cutterOf(
      z.strictObject({
        id: z.string(),
        by: z.strictObject({ name: z.string() }),
        items: z.array(z.strictObject({ n: z.number() })),
      }),
    )
    const row = {
      id: '1',
      secret: 'x',
      by: { name: 'Ada', password: 'x' },
      items: [{ n: 1, secret: 'x' }, { n: 2 }],
    }
    expect(cut(row)).toEqual({ id: '1', by: { name: 'Ada' }, items: [{ n: 1 }, { n: 2 }] })
    expect(row.secret).toBe('x')
  })

  test('keeps null, and leaves out what is undefined', () => {
    const cut = cutterOf(z.strictObject({ a: z.string().nullable(), b: z.string().optional() }))
    expect(JSON.stringify(cut({ a: null, b: undefined }))).toBe('{"a":null}')
  })

  test('takes of several shapes the one whose constant fits', () => {
    const cut = cutterOf(
      z.strictObject({
        due: z
          .discriminatedUnion('kind', [
            z.strictObject({ kind: z.literal('date'), date: z.string() }),
            z.strictObject({ kind: z.literal('floating'), date: z.string(), time: z.string() }),
          ])
          .nullable(),
      }),
    )
    expect(cut({ due: { kind: 'date', date: 'd', time: 't' } })).toEqual({
      due: { kind: 'date', date: 'd' },
    })
    expect(cut({ due: { kind: 'floating', date: 'd', time: 't', at: 1 } })).toEqual({
      due: { kind: 'floating', date: 'd', time: 't' },
    })
    expect(cut({ due: null })).toEqual({ due: null })
    expect(cut({ due: { kind: 'other', secret: 'x' } })).toEqual({ due: {} })
  })

  test('cuts the values of a record', () => {
    const cut = cutterOf(
      z.strictObject({ byName: z.record(z.string(), z.strictObject({ n: z.number() })) }),
    )
    expect(cut({ byName: { a: { n: 1, x: 2 } } })).toEqual({ byName: { a: { n: 1 } } })
  })

  test('keeps what has no members as it is, also in lists and records', () => {
    const cut = cutterOf(
      z.strictObject({
        words: z.array(z.string()),
        counts: z.record(z.string(), z.number()),
        anything: z.unknown(),
      }),
    )
    const value = { words: ['a'], counts: { a: 1 }, anything: { b: 2 } }
    expect(cut(value)).toEqual(value)
  })

  test('leaves a value of another kind to the check of the answer', () => {
    const Thing = z.strictObject({ n: z.number() })
    const cut = cutterOf(
      z.strictObject({ one: Thing, list: z.array(Thing), record: z.record(z.string(), Thing) }),
    )
    const wrong = { one: 'x', list: 'y', record: null }
    expect(cut(wrong)).toEqual(wrong)
    expect(cut({ one: [1], list: { n: 1, x: 2 }, record: [1] })).toEqual({
      one: [1],
      list: { n: 1, x: 2 },
      record: [1],
    })
  })

  test('cuts a list or an object, whichever of the two it is', () => {
    const Thing = z.strictObject({ n: z.number() })
    const cut = cutterOf(z.strictObject({ found: z.union([z.array(Thing), Thing, z.null()]) }))
    expect(cut({ found: [{ n: 1, x: 2 }] })).toEqual({ found: [{ n: 1 }] })
    expect(cut({ found: { n: 1, x: 2 } })).toEqual({ found: { n: 1 } })
    expect(cut({ found: null })).toEqual({ found: null })
  })

  test('keeps a choice of simple values as it is', () => {
    const cut = cutterOf(z.strictObject({ size: z.union([z.number(), z.string()]) }))
    expect(cut({ size: 'large' })).toEqual({ size: 'large' })
    expect(cut({ size: 7 })).toEqual({ size: 7 })
  })

  test('is refused for a schema that refers elsewhere or joins several', () => {
    const members = { a: {} }
    for (const shape of [{ $ref: '#/$defs/a' }, { allOf: [{ properties: members }] }]) {
      expect(() => compileCutter(shape)).toThrow('without $ref and allOf')
      expect(() => compileCutter({ properties: { inner: shape } })).toThrow(
        'without $ref and allOf',
      )
    }
  })
})
