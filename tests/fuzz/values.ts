import fc from 'fast-check'
import type { JsonSchema } from '../../platform/src/schema/json-schema.ts'
import { fits, refuseUnknownKeywords } from './fits.ts'
import { textOf } from './texts.ts'

export type Fields = Readonly<Record<string, unknown>>

/** Whatever fits a schema, with a liking for its limits. */
export function anyValueOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  refuseUnknownKeywords(schema)
  const alternatives = schema.anyOf ?? schema.oneOf
  if (alternatives) {
    return fc.oneof(...alternatives.map(anyValueOf)).filter((value) => fits(schema, value))
  }
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  switch (schema.type) {
    case 'null':
      return fc.constant(null)
    case 'boolean':
      return fc.boolean()
    case 'integer':
    case 'number':
      return numberOf(schema)
    case 'string':
      return textOf(schema)
    case 'array':
      return listOf(schema)
    case 'object':
      return objectOf(schema)
    default:
      throw new Error(`The fuzzer does not know the type of ${JSON.stringify(schema)}.`)
  }
}

function numberOf(schema: JsonSchema): fc.Arbitrary<number> {
  const min = schema.minimum ?? schema.exclusiveMinimum ?? Number.MIN_SAFE_INTEGER
  const max = schema.maximum ?? schema.exclusiveMaximum ?? Number.MAX_SAFE_INTEGER
  const numbers =
    schema.type === 'integer'
      ? fc.integer({ min, max })
      : fc.double({ min, max, noNaN: true, noDefaultInfinity: true })
  return fc
    .oneof({ arbitrary: numbers, weight: 3 }, { arbitrary: fc.constantFrom(min, max), weight: 1 })
    .filter((number) => fits(schema, number))
}

function listOf(schema: JsonSchema): fc.Arbitrary<unknown[]> {
  const { minItems: minLength = 0, maxItems: maxLength = 20, items = {} } = schema
  const item = anyValueOf(items)
  return fc.oneof(
    { arbitrary: fc.array(item, { minLength, maxLength: Math.min(maxLength, 20) }), weight: 4 },
    { arbitrary: fc.array(item, { minLength: maxLength, maxLength, size: 'max' }), weight: 1 },
  )
}

function objectOf(schema: JsonSchema): fc.Arbitrary<Fields> {
  const properties = Object.entries(schema.properties ?? {})
  return fc.record(
    Object.fromEntries(properties.map(([name, property]) => [name, anyValueOf(property)])),
    { requiredKeys: [...(schema.required ?? [])], noNullPrototype: true },
  )
}
