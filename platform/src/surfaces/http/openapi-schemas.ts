import type { JsonSchema } from '../../schema/json-schema.ts'

/** The named schemas of an API description: each once, referred to wherever it is used. */
export interface SchemaBook {
  /** Puts a schema in under a name, or finds it, and gives back the reference to it. */
  add(name: string, schema: JsonSchema): JsonSchema
  /** A schema for use in place: its named parts are put in and referred to. */
  inline(schema: JsonSchema): JsonSchema
  readonly schemas: Readonly<Record<string, JsonSchema>>
}

/**
 * Two schemas are one when they say the same. Where two different ones have one name (a thing as it
 * is sent and as it comes back), the later one gets a number.
 */
export function createSchemaBook(): SchemaBook {
  const schemas: Record<string, JsonSchema> = {}
  const names = new Map<string, string>()

  function add(name: string, schema: JsonSchema): JsonSchema {
    const { $defs: _definitions, ...own } = schema
    return enter(name, parts(own, schema))
  }
  function enter(name: string, schema: JsonSchema): JsonSchema {
    const content = JSON.stringify(schema)
    const known = names.get(content)
    if (known !== undefined) return referenceTo(known)
    const free = freeName(name)
    names.set(content, free)
    schemas[free] = schema
    return referenceTo(free)
  }
  function freeName(name: string): string {
    for (let number = 1; ; number += 1) {
      const candidate = number === 1 ? name : `${name}${number}`
      if (!(candidate in schemas)) return candidate
    }
  }
  /** The same schema with its titled and defined parts replaced by references. */
  function parts(schema: JsonSchema, root: JsonSchema): JsonSchema {
    const entries = Object.entries(schema).filter(([keyword]) => keyword !== '$defs')
    return Object.fromEntries(
      entries.map(([keyword, value]) => [keyword, part(keyword, value, root)]),
    )
  }
  function part(keyword: string, value: unknown, root: JsonSchema): unknown {
    if (keyword === 'properties') {
      const properties = Object.entries(value as Record<string, JsonSchema>)
      return Object.fromEntries(properties.map(([name, one]) => [name, use(one, root)]))
    }
    if (keyword === 'anyOf' || keyword === 'oneOf' || keyword === 'allOf') {
      return (value as JsonSchema[]).map((one) => use(one, root))
    }
    const isSchema = keyword === 'items' || keyword === 'additionalProperties'
    return isSchema && typeof value === 'object' ? use(value as JsonSchema, root) : value
  }
  function use(schema: JsonSchema, root: JsonSchema): JsonSchema {
    const name = schema.$ref?.replace(/^#\/\$defs\//, '')
    const defined = name === undefined ? undefined : root.$defs?.[name]
    if (name !== undefined && defined) return enter(name, parts(defined, root))
    return schema.title !== undefined && schema.type === 'object'
      ? enter(schema.title.replaceAll(/\W/g, ''), parts(schema, root))
      : parts(schema, root)
  }
  return { add, inline: (schema) => use(schema, schema), schemas }
}

function referenceTo(name: string): JsonSchema {
  return { $ref: `#/components/schemas/${name}` }
}
