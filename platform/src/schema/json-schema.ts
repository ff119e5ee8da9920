import { z } from 'zod'

/** A JSON Schema (draft 2020-12) as Plinth's surfaces publish it. */
export interface JsonSchema {
  readonly type?: string
  readonly title?: string
  readonly description?: string
  readonly format?: string
  readonly pattern?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly default?: unknown
  readonly examples?: readonly unknown[]
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly items?: JsonSchema
  readonly prefixItems?: readonly JsonSchema[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | JsonSchema
  readonly propertyNames?: JsonSchema
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly allOf?: readonly JsonSchema[]
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, JsonSchema>>
  readonly [keyword: string]: unknown
}

/** The schema of an object, which every operation's input and output is. */
export interface ObjectJsonSchema extends JsonSchema {
  readonly type: 'object'
}

/** What a caller may send: fields with a default are optional, and no other field is taken. */
export function inputJsonSchema(schema: z.ZodType): ObjectJsonSchema {
  return convert(schema, 'input')
}

/** What a caller gets: fields with a default are there, and no other field is. */
export function outputJsonSchema(schema: z.ZodType): ObjectJsonSchema {
  return convert(schema, 'output')
}

/**
 * Throws at start for what JSON Schema cannot say (a Date, a bigint, a transform), so that a published
 * schema never promises less or more than the parser does.
 */
function convert(schema: z.ZodType, io: 'input' | 'output'): ObjectJsonSchema {
  const { $schema: _dialect, ...converted } = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io,
    unrepresentable: 'throw',
    override: ({ jsonSchema }) => {
      if (jsonSchema.properties && jsonSchema.additionalProperties === undefined) {
        jsonSchema.additionalProperties = false
      }
    },
  })
  const result = converted as JsonSchema
  if (result.type !== 'object') throw new Error('An input or output must be an object schema.')
  return result as ObjectJsonSchema
}

/** The schema that `#/$defs/<name>` points at within `root`. */
export function definitionOf(root: JsonSchema, reference: string): JsonSchema {
  const name = reference.replace(/^#\/\$defs\//, '')
  const found = root.$defs?.[name]
  if (!found) throw new Error(`${reference} is not defined in the schema that uses it.`)
  return found
}
