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
})
