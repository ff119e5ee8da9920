import { definitionOf, type JsonSchema } from '../schema/json-schema.ts'

interface Place {
  readonly root: JsonSchema
  readonly indent: string
}

/**
 * Prints a JSON Schema as a TypeScript type. Formats, patterns and bounds have no type and are left
 * to the server; a descriptive text becomes the member's comment.
 *
 * Throws on a schema that points at itself: a call's input and output are bounded in depth.
 */
export function typeText(schema: JsonSchema, indent = ''): string {
  return print(schema, { root: schema, indent }, [])
}

function print(schema: JsonSchema, place: Place, seen: readonly string[]): string {
  if (schema.$ref !== undefined) {
    if (seen.includes(schema.$ref)) throw new Error(`${schema.$ref} points at itself.`)
    return print(definitionOf(place.root, schema.$ref), place, [...seen, schema.$ref])
  }
  const again = (part: JsonSchema) => print(part, place, seen)
  if ('const' in schema) return literal(schema.const)
  if (schema.enum) return union(schema.enum.map(literal))
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) return union(choices.map(again))
  if (schema.allOf) return schema.allOf.map((part) => `(${again(part)})`).join(' & ')
  // Draft 2020-12 allows a list here, which is how zod writes a union of plain types.
  const types: unknown = schema.type
  if (Array.isArray(types)) return union(types.map((type) => again({ ...schema, type })))
  return printTyped(schema, place, seen)
}

function printTyped(schema: JsonSchema, place: Place, seen: readonly string[]): string {
  switch (schema.type) {
    case 'string':
    case 'boolean':
    case 'null':
      return schema.type
    case 'number':
    case 'integer':
      return 'number'
    case 'array':
      return printList(schema, place, seen)
    case 'object':
      return printObject(schema, place, seen)
    default:
      return 'unknown'
  }
}

function printList(schema: JsonSchema, place: Place, seen: readonly string[]): string {
  if (schema.prefixItems) {
    return `readonly [${schema.prefixItems.map((item) => print(item, place, seen)).join(', ')}]`
  }
  if (!schema.items) return 'readonly unknown[]'
  const item = print(schema.items, place, seen)
  return isJoined(schema.items, place) && / [|&] /.test(item)
    ? `readonly (${item})[]`
    : `readonly ${item}[]`
}

/** Whether a type is several types itself, and not only somewhere inside of it. */
function isJoined(schema: JsonSchema, place: Place): boolean {
  if (schema.$ref !== undefined) return isJoined(definitionOf(place.root, schema.$ref), place)
  const parts = schema.anyOf ?? schema.oneOf ?? schema.allOf ?? schema.enum
  return parts !== undefined || Array.isArray(schema.type)
}

function printObject(schema: JsonSchema, place: Place, seen: readonly string[]): string {
  const inner = { root: place.root, indent: `${place.indent}  ` }
  const lines = Object.entries(schema.properties ?? {}).map(([name, member]) => {
    const mark = schema.required?.includes(name) ? '' : '?'
    // A member that may be left out may also be given as undefined: JSON has neither.
    const rest = mark === '' ? '' : ' | undefined'
    const comment = member.description ? `${inner.indent}/** ${member.description} */\n` : ''
    return `${comment}${inner.indent}readonly ${keyText(name)}${mark}: ${print(member, inner, seen)}${rest}`
  })
  const extra = schema.additionalProperties
  if (lines.length === 0) {
    const values = typeof extra === 'object' ? print(extra, place, seen) : 'never'
    return `Readonly<Record<string, ${extra === true ? 'unknown' : values}>>`
  }
  return `{\n${lines.join('\n')}\n${place.indent}}`
}

const keyText = (name: string) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : literal(name))

const union = (parts: readonly string[]) => [...new Set(parts)].join(' | ')

/** A literal as this repository writes strings: in single quotes. */
export function literal(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value)
  const inside = JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")
  return `'${inside}'`
}
