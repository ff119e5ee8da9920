import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { inputJsonSchema, outputJsonSchema } from './json-schema.ts'
import { sampleOf } from './sample.ts'
import { Id, Instant, PlainDate, TimeZone, Version } from './values.ts'

const Thing = z.strictObject({
  id: Id,
  at: Instant,
  day: PlainDate,
  zone: TimeZone,
  version: Version,
  name: z.string().min(12).max(20),
  short: z.string().max(3),
  mail: z.email().max(254),
  kind: z.enum(['first', 'second']),
  one: z.literal('only'),
  flag: z.boolean(),
  maybe: z.string().max(9).nullable(),
  nothing: z.null(),
  tags: z.array(z.string().max(9)).min(2).max(5),
  none: z.array(z.string().max(9)).max(0),
  due: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('date'), date: PlainDate }),
    z.strictObject({ kind: z.literal('never') }),
  ]),
  rest: z.record(z.string().max(9), z.number()),
  left: z.string().max(9).optional(),
})

describe('a sample', () => {
  it('fits the schema it was made of', () => {
    const sample = sampleOf(outputJsonSchema(Thing))
    expect(Thing.parse(sample)).toEqual(sample)
  })
  it('is the same each time, with the first choice and the least number', () => {
    const schema = outputJsonSchema(Thing)
    expect(sampleOf(schema)).toEqual(sampleOf(schema))
    expect(sampleOf(schema)).toMatchObject({ kind: 'first', version: 1, due: { kind: 'date' } })
  })
  it('leaves out what is optional', () => {
    expect(sampleOf(outputJsonSchema(Thing))).not.toHaveProperty('left')
  })
  it('of a schema that contains itself has an end', () => {
    interface Tree {
      readonly name: string
      readonly children: readonly Tree[]
    }
    const Tree: z.ZodType<Tree, Tree> = z.lazy(() =>
      z.strictObject({ name: z.string().max(9), children: z.array(Tree).max(3) }),
    )
    const sample = sampleOf(outputJsonSchema(z.strictObject({ root: Tree })))
    expect(z.strictObject({ root: Tree }).parse(sample)).toEqual(sample)
  })
})

describe('a published schema', () => {
  it('takes defaults for granted in what comes in, and promises them in what goes out', () => {
    const schema = z.strictObject({ count: z.number().int().min(0).max(9).default(3) })
    expect(inputJsonSchema(schema).required).toBeUndefined()
    expect(outputJsonSchema(schema).required).toEqual(['count'])
  })
  it('takes no field that it does not name, at any depth', () => {
    const schema = z.object({ inner: z.object({ a: z.boolean() }) })
    expect(inputJsonSchema(schema)).toMatchObject({
      additionalProperties: false,
      properties: { inner: { additionalProperties: false } },
    })
  })
  it.each([
    ['a Date', z.strictObject({ at: z.date() })],
    ['a bigint', z.strictObject({ amount: z.bigint() })],
    ['a transform', z.strictObject({ at: z.string().transform((text) => text.length) })],
  ])('is refused where it would hide %s', (_what, schema) => {
    expect(() => outputJsonSchema(schema)).toThrow()
  })
  it('is that of an object', () => {
    expect(() => inputJsonSchema(z.string())).toThrow('must be an object schema')
  })
})
