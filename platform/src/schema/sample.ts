import { definitionOf, type JsonSchema } from './json-schema.ts'

const byFormat: Readonly<Record<string, string>> = {
  uuid: '0199b7a2-6c1e-7a3c-9f7e-2f1a4d5b6c7d',
  'date-time': '2026-03-02T09:00:00.000Z',
  date: '2026-03-02',
  email: 'ada@example.com',
  uri: 'https://example.com',
}

/**
 * A value that fits a schema, always the same one: for the examples of the API description. It takes
 * the schema's own examples, defaults and choices first, then the smallest value the limits allow.
 * A pattern is not solved: what neither words nor a name can fit says an example in its schema. What is optional is left
 * out. A schema that contains itself ends where that is allowed: at what is optional or a list.
 */
export function sampleOf(schema: JsonSchema): unknown {
  return sample(schema, { root: schema, name: 'text', depth: 0 })
}

interface Place {
  readonly root: JsonSchema
  /** The field's name, which makes the better example of a text. */
  readonly name: string
  readonly depth: number
}

const depthMax = 12

function sample(schema: JsonSchema, place: Place): unknown {
  if (place.depth > depthMax) return null
  if (schema.$ref !== undefined) {
    const target = schema.$ref === '#' ? place.root : definitionOf(place.root, schema.$ref)
    return sample(target, { ...place, depth: place.depth + 1 })
  }
  if (schema.examples?.length) return schema.examples[0]
  if (schema.const !== undefined) return schema.const
  if (schema.enum?.length) return schema.enum[0]
  if (schema.default !== undefined) return schema.default
  const alternatives = schema.anyOf ?? schema.oneOf ?? schema.allOf
  if (alternatives) {
    const chosen = alternatives.find(({ type }) => type !== 'null') ?? {}
    return sample(chosen, { ...place, depth: place.depth + 1 })
  }
  return sampleOfType(schema, place)
}

function sampleOfType(schema: JsonSchema, place: Place): unknown {
  switch (schema.type) {
    case 'object':
      return sampleObject(schema, place)
    case 'array':
      return sampleList(schema, place)
    case 'string':
      return sampleText(schema, place.name)
    case 'integer':
    case 'number':
      return Math.max(schema.minimum ?? schema.exclusiveMinimum ?? 0, 0)
    case 'boolean':
      return false
    default:
      return null
  }
}

function sampleObject(schema: JsonSchema, place: Place): Record<string, unknown> {
  const properties = Object.entries(schema.properties ?? {})
  const required = new Set(schema.required)
  return Object.fromEntries(
    properties
      .filter(([name]) => required.has(name))
      .map(([name, value]) => [name, sample(value, { ...place, name, depth: place.depth + 1 })]),
  )
}

function sampleList(schema: JsonSchema, place: Place): unknown[] {
  const count = Math.min(Math.max(schema.minItems ?? 0, 1), schema.maxItems ?? Infinity)
  if (place.depth >= depthMax / 2 && !schema.minItems) return []
  const item = sample(schema.items ?? {}, { ...place, depth: place.depth + 1 })
  return Array.from({ length: count }, () => item)
}

function sampleText(schema: JsonSchema, name: string): string {
  const known = byFormat[schema.format ?? '']
  if (known !== undefined) return known
  const words = name.replaceAll(/([A-Z])/g, ' $1').toLowerCase()
  const sentence = words.charAt(0).toUpperCase() + words.slice(1)
  const fits = schema.pattern === undefined || new RegExp(schema.pattern, 'u').test(sentence)
  const text = fits ? sentence : name
  return text.padEnd(schema.minLength ?? 0, '.').slice(0, schema.maxLength)
}
