import { expect, test } from 'vitest'
import { z } from 'zod'
import { inputJsonSchema, outputJsonSchema } from '../schema/json-schema.ts'
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
