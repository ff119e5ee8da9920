import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import type { JsonSchema } from '../../platform/src/schema/json-schema.ts'

/**
 * The judge of schemas. It is nobody's parser here: what it says of a value is what a client that
 * knows nothing but the published schema would say. A keyword or format that it does not know throws.
 */
export function createJudge(): Ajv2020 {
  const ajv = new Ajv2020({ strictSchema: true, allErrors: true })
  formats.default(ajv)
  return ajv
}

const judge = createJudge()
const compiled = new WeakMap<object, ValidateFunction>()

/** Whether a value is what a schema describes. */
export function fits(schema: JsonSchema, value: unknown): boolean {
  const known = compiled.get(schema)
  const validate = known ?? judge.compile(schema)
  if (!known) compiled.set(schema, validate)
  return validate(value) === true
}

/** The keywords that the arbitraries understand. What they would pass over must not slip by. */
const understood = new Set([
  'type',
  'title',
  'description',
  'default',
  'examples',
  'enum',
  'const',
  'anyOf',
  'oneOf',
  'properties',
  'required',
  'additionalProperties',
  'items',
  'minItems',
  'maxItems',
  'minLength',
  'maxLength',
  'pattern',
  'format',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
])

/** Throws for a schema of which an arbitrary would not know all that it says. */
export function refuseUnknownKeywords(schema: JsonSchema): void {
  for (const [keyword, value] of Object.entries(schema)) {
    if (!understood.has(keyword) || (keyword === 'additionalProperties' && value !== false)) {
      throw new Error(
        `The fuzzer does not understand ${keyword}: ${JSON.stringify(value)}. Teach it in tests/fuzz.`,
      )
    }
  }
}
