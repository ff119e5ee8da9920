import { definitionOf, type JsonSchema } from '../../platform/src/schema/json-schema.ts'
import { code, codes, table } from './markdown.ts'

/** A field of an input or output as a row of a table. */
interface Field {
  readonly path: string
  readonly type: string
  /** Empty for what is always there. */
  readonly presence: string
  readonly bounds: string
  readonly meaning: string
}

/** What a caller sends, where a field may be left out; or what comes back, where most are there. */
type Side = 'input' | 'answer'

/** Where a thing with a name is described, so that it is not described again. */
export type Things = (title: string) => string | undefined

interface Place {
  readonly root: JsonSchema
  readonly path: string
  readonly presence: string
  readonly things: Things
  readonly side: Side
}

const heads = ['field', 'type', 'given', 'bounds', 'meaning'] as const

/** The fields of an object as a table; empty when it has none. */
export function fieldTable(
  schema: JsonSchema,
  { side, things = () => undefined }: { readonly side: Side; readonly things?: Things },
): string {
  const fields = fieldsOf(schema, { root: schema, path: '', presence: '', things, side })
  const rows = fields.map(({ path, type, presence, bounds, meaning }) => [
    code(path),
    type,
    presence,
    bounds,
    meaning,
  ])
  // Where nothing is said in a column, it is left out.
  const used = heads.map((_, at) => at < 2 || rows.some((row) => row[at] !== ''))
  const cut = (row: readonly string[]) => row.filter((_, at) => used[at])
  return table(cut(heads), rows.map(cut))
}

function fieldsOf(schema: JsonSchema, place: Place): readonly Field[] {
  const { path, root, side } = place
  return Object.entries(schema.properties ?? {}).flatMap(([name, member]) => {
    const field = resolved(member, root)
    const isNeeded = schema.required?.includes(name) === true
    const presence = side === 'input' ? givenOf(field, isNeeded) : isNeeded ? '' : 'at times'
    return fieldOf(field, { ...place, path: path === '' ? name : `${path}.${name}`, presence })
  })
}

function givenOf(field: JsonSchema, isNeeded: boolean): string {
  if (isNeeded) return 'required'
  if (field.default !== undefined) return `else ${code(JSON.stringify(field.default))}`
  return 'optional'
}

/** A field, and below it the fields of the objects that it holds. */
function fieldOf(field: JsonSchema, place: Place): readonly Field[] {
  const own: Field = {
    path: place.path,
    type: typeOf(field, place),
    presence: place.presence,
    bounds: boundsOf(field, place.root),
    meaning: field.description ?? '',
  }
  return [own, ...innerFields(field, place)]
}

function innerFields(field: JsonSchema, place: Place): readonly Field[] {
  if (thingOf(field, place.things)) return []
  const choices = choicesOf(field, place.root)
  if (choices) return merged(choices, place)
  if (field.type === 'array' && field.items) {
    const items = resolved(field.items, place.root)
    return innerFields(items, { ...place, path: `${place.path}[]` })
  }
  return fieldsOf(field, place)
}

/** The fields of several forms of one thing: each once, and said in which forms it is. */
function merged(choices: readonly JsonSchema[], place: Place): readonly Field[] {
  const objects = choices.filter(({ properties }) => properties !== undefined)
  const byPath = new Map<string, { readonly fields: Field[]; readonly forms: string[] }>()
  for (const object of objects) {
    for (const field of fieldsOf(object, place)) {
      const known = byPath.get(field.path) ?? { fields: [], forms: [] }
      known.fields.push(field)
      known.forms.push(formOf(object))
      byPath.set(field.path, known)
    }
  }
  return [...byPath.values()].flatMap(({ fields, forms }) => {
    const [first] = fields
    if (!first) return []
    const type = [...new Set(fields.map((field) => field.type))].join(' or ')
    const isEverywhere = forms.length === objects.length
    const presence = isEverywhere ? first.presence : `with ${forms.filter(Boolean).join(' or ')}`
    return [{ ...first, type, presence }]
  })
}

/** What tells one form from the others: its field that has one value. */
function formOf(object: JsonSchema): string {
  const [, mark] =
    Object.entries(object.properties ?? {}).find(([, { const: value }]) => value !== undefined) ??
    []
  return mark === undefined ? '' : code(JSON.stringify(mark.const))
}

function resolved(schema: JsonSchema, root: JsonSchema): JsonSchema {
  if (schema.$ref === undefined) return schema
  const { $ref, ...more } = schema
  return { ...definitionOf(root, $ref), ...more }
}

function choicesOf(schema: JsonSchema, root: JsonSchema): readonly JsonSchema[] | undefined {
  const choices = schema.anyOf ?? schema.oneOf
  return choices?.flatMap((choice) => {
    const one = resolved(choice, root)
    return choicesOf(one, root) ?? [one]
  })
}

function thingOf({ title, type }: JsonSchema, things: Things): string | undefined {
  return title !== undefined && type === 'object' ? things(title) : undefined
}

const byFormat: Readonly<Record<string, string>> = {
  uuid: 'id',
  date: 'date',
  'date-time': 'instant',
  email: 'e-mail address',
}

const plainTypes: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: 'true or false',
  null: 'null',
  object: 'object',
}

function typeOf(schema: JsonSchema, place: Place): string {
  const thing = thingOf(schema, place.things)
  if (thing !== undefined) return thing
  if (schema.const !== undefined) return code(JSON.stringify(schema.const))
  if (schema.enum) return codes(schema.enum.map((value) => JSON.stringify(value)))
  const choices = choicesOf(schema, place.root)
  if (choices) return [...new Set(choices.map((choice) => typeOf(choice, place)))].join(' or ')
  if (schema.type === 'array') {
    return `list of ${typeOf(resolved(schema.items ?? {}, place.root), place)}`
  }
  return byFormat[schema.format ?? ''] ?? plainTypes[schema.type ?? ''] ?? 'anything'
}

function boundsOf(schema: JsonSchema, root: JsonSchema): string {
  const choices = choicesOf(schema, root)
  if (choices)
    return [...new Set(choices.map((one) => boundsOf(one, root)))].filter(Boolean).join('; ')
  if (schema.type === 'array') {
    const items = boundsOf(resolved(schema.items ?? {}, root), root)
    const count = rangeOf(schema.minItems, schema.maxItems, 'items')
    return [count, items === '' ? '' : `each ${items}`].filter(Boolean).join(', ')
  }
  if (schema.type === 'integer' || schema.type === 'number') {
    return rangeOf(schema.minimum, schema.maximum, '')
  }
  // A form that has a name has its length and pattern, too.
  if (schema.enum || schema.type !== 'string' || byFormat[schema.format ?? '']) return ''
  const length = rangeOf(schema.minLength, schema.maxLength, 'characters')
  return [length, schema.pattern === undefined ? '' : `matching ${code(schema.pattern)}`]
    .filter(Boolean)
    .join(', ')
}

function rangeOf(least: number | undefined, most: number | undefined, unit: string): string {
  const words = (text: string) => (unit === '' ? text : `${text} ${unit}`)
  if (most === undefined) return least === undefined ? '' : words(`at least ${numeral(least)}`)
  if (least === undefined || (least === 0 && unit !== '')) return words(`at most ${numeral(most)}`)
  return words(
    least === most ? `exactly ${numeral(most)}` : `${numeral(least)} to ${numeral(most)}`,
  )
}

const numeral = (value: number) => value.toLocaleString('en-GB')
