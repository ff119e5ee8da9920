import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { inputJsonSchema, type JsonSchema, outputJsonSchema } from './json-schema.ts'
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

describe('a sample of a schema', () => {
  const sample = (schema: JsonSchema) =>
    (sampleOf({ properties: { it: schema }, required: ['it'], type: 'object' }) as { it: unknown })
      .it

  it.each<[string, JsonSchema, unknown]>([
    ['takes an example before anything else', { examples: [7, 8], default: 1, enum: [2] }, 7],
    ['takes the one value there is', { const: 'only', default: 'other' }, 'only'],
    ['takes the first choice', { enum: ['a', 'b'], default: 'b' }, 'a'],
    ['takes the default', { type: 'string', default: 'given' }, 'given'],
    [
      'takes the first alternative that is not null',
      { oneOf: [{ type: 'null' }, { const: 1 }] },
      1,
    ],
    ['takes the first part of several joined', { allOf: [{ const: 1 }, { const: 2 }] }, 1],
    ['is null where nothing else is possible', { anyOf: [{ type: 'null' }] }, null],
    ['is null where nothing is said', {}, null],
    ['is the least number', { type: 'number', minimum: 3 }, 3],
    ['is the least number above a bound', { type: 'integer', exclusiveMinimum: 3 }, 3],
    ['is never less than nothing', { type: 'integer', minimum: -5 }, 0],
    ['is nothing without a bound', { type: 'number' }, 0],
    ['is no', { type: 'boolean' }, false],
    ['has one item where none is asked for', { type: 'array', items: { const: 1 } }, [1]],
    [
      'has as many items as must be',
      { type: 'array', items: { const: 1 }, minItems: 3 },
      [1, 1, 1],
    ],
    ['has no item where none may be', { type: 'array', items: { const: 1 }, maxItems: 0 }, []],
    ['has an item of which nothing is said', { type: 'array' }, [null]],
    ['has no members where none are named', { type: 'object' }, {}],
    ['is made longer where it must be', { type: 'string', minLength: 5 }, 'It...'],
    ['is cut where it must be', { type: 'string', maxLength: 1 }, 'I'],
    ['is the name where a sentence does not fit', { type: 'string', pattern: '^[a-z]+$' }, 'it'],
    ['is a sentence where that fits', { type: 'string', pattern: '^[A-Z]' }, 'It'],
    ['is an address', { type: 'string', format: 'uri' }, 'https://example.com'],
    ['knows not every format', { type: 'string', format: 'color' }, 'It'],
  ])('%s', (_what, schema, expected) => {
    expect(sample(schema)).toEqual(expected)
  })

  it('reads a name as words', () => {
    const schema = { type: 'object', properties: { dueAtLatest: { type: 'string' } } }
    expect(sampleOf({ ...schema, required: ['dueAtLatest'] })).toEqual({
      dueAtLatest: 'Due at latest',
    })
  })

  it('follows a reference, and ends where a schema contains itself without an end', () => {
    const $defs = { chain: { type: 'object', properties: { next: { $ref: '#/$defs/chain' } } } }
    const endless = { ...$defs.chain, required: ['next'] }
    const root = { $ref: '#/$defs/chain', $defs: { chain: endless } }
    const text = JSON.stringify(sampleOf(root))
    expect(text.startsWith('{"next":{"next":{')).toBe(true)
    expect(text).toContain('{"next":null}')
    expect(
      JSON.stringify(
        sampleOf({ type: 'object', required: ['a'], properties: { a: { $ref: '#' } } }),
      ),
    ).toContain('null')
  })

  it('is refused where a reference leads nowhere', () => {
    expect(() => sampleOf({ $ref: '#/$defs/missing' })).toThrow('#/$defs/missing is not defined')
    expect(() => sampleOf({ $ref: '#/$defs/missing', $defs: { other: {} } })).toThrow('not defined')
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
