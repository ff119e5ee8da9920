import { expect, test } from 'vitest'
import { z } from 'zod'
import { inputJsonSchema, type JsonSchema, outputJsonSchema } from '../schema/json-schema.ts'
import { typeText } from './type-text.ts'

test('a schema prints as the type of what a caller may send', () => {
  const schema = z.strictObject({
    name: z.string().describe('What it is called.'),
    size: z.number().int().optional(),
    kind: z.enum(['a', "b's"]).default('a'),
    tags: z.array(z.union([z.string(), z.null()])),
    place: z.strictObject({ city: z.string() }).nullable(),
  })
  expect(typeText(inputJsonSchema(schema))).toBe(`{
  /** What it is called. */
  readonly name: string
  readonly size?: number | undefined
  readonly kind?: 'a' | 'b\\'s' | undefined
  readonly tags: readonly (string | null)[]
  readonly place: {
    readonly city: string
  } | null
}`)
})

test('a field with a default is always there in an answer', () => {
  const schema = z.strictObject({ limit: z.number().default(20) })
  expect(typeText(outputJsonSchema(schema))).toBe('{\n  readonly limit: number\n}')
})

test('an empty object takes no field at all', () => {
  expect(typeText(inputJsonSchema(z.strictObject({})))).toBe('Readonly<Record<string, never>>')
})

test('a schema that points at itself is refused rather than printed for ever', () => {
  interface Tree {
    children: Tree[]
  }
  const tree: z.ZodType<Tree, Tree> = z.strictObject({
    get children() {
      return z.array(tree)
    },
  })
  expect(() => typeText(inputJsonSchema(z.strictObject({ tree })))).toThrow(/points at itself/)
})

/** On one line. */
const typeOf = (schema: JsonSchema) => typeText(schema).replaceAll(/\s+/g, ' ')
const object = (name: string): JsonSchema => ({
  type: 'object',
  properties: { [name]: { type: ['string', 'null'] } as unknown as JsonSchema },
  required: [name],
})

test.for<[JsonSchema, string]>([
  [{ type: 'null' }, 'null'],
  [{ type: 'boolean' }, 'boolean'],
  [{ type: 'integer' }, 'number'],
  [{}, 'unknown'],
  [{ const: 7 }, '7'],
  [{ const: null }, 'null'],
  [{ type: 'array' }, 'readonly unknown[]'],
  [{ type: 'array', items: { type: 'string' } }, 'readonly string[]'],
  [{ type: 'array', items: { enum: ['a', 'b'] } }, "readonly ('a' | 'b')[]"],
  [{ type: 'array', items: { enum: ['a'] } }, "readonly 'a'[]"],
  [{ type: 'array', items: object('a') }, 'readonly { readonly a: string | null }[]'],
  [
    { type: 'array', items: { oneOf: [object('a'), object('b')] } },
    'readonly ({ readonly a: string | null } | { readonly b: string | null })[]',
  ],
  [
    { type: 'array', items: { allOf: [object('a'), object('b')] } },
    'readonly (({ readonly a: string | null }) & ({ readonly b: string | null }))[]',
  ],
  [
    { type: 'array', items: { $ref: '#/$defs/size' }, $defs: { size: { enum: [1, 2] } } },
    'readonly (1 | 2)[]',
  ],
  [
    { type: 'array', prefixItems: [{ type: 'string' }, { type: 'number' }] },
    'readonly [string, number]',
  ],
  [{ allOf: [{ type: 'string' }, { type: 'number' }] }, '(string) & (number)'],
  [{ anyOf: [{ type: 'number' }, { type: 'integer' }] }, 'number'],
  [{ type: 'object' }, 'Readonly<Record<string, never>>'],
  [{ type: 'object', additionalProperties: true }, 'Readonly<Record<string, unknown>>'],
  [
    { type: 'object', additionalProperties: { type: 'number' } },
    'Readonly<Record<string, number>>',
  ],
  [
    { type: 'object', properties: { 'a-b': { type: 'string' }, $c: { type: 'string' } } },
    "{ readonly 'a-b'?: string | undefined readonly $c?: string | undefined }",
  ],
])('%j prints as %s', ([schema, type]) => {
  expect(typeOf(schema)).toBe(type)
})
