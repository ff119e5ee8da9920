// All that a read operation can be asked, from its input schema: no list of operations to forget.
import type { AnyOperation } from '../platform/src/operation/define.ts'
import {
  definitionOf,
  inputJsonSchema,
  type JsonSchema,
} from '../platform/src/schema/json-schema.ts'

export type Question = Readonly<Record<string, unknown>>

/** A word that the titles and labels of the bench's tasks have. */
const word = 'plants'
const day = '2030-03-02'
/** What says how much of an answer to give, and not what to look for. */
const paging = new Set(['limit', 'cursor'])

/**
 * Every combination of the choices that a read offers (its enums and flags), and beside each value
 * of the first choice every other filter by itself.
 */
export function questionsFor(operation: AnyOperation, required: Question): Question[] {
  const root = inputJsonSchema(operation.input)
  const fields = Object.entries(root.properties ?? {}).filter(
    ([name]) => !paging.has(name) && required[name] === undefined,
  )
  const missing = (root.required ?? []).filter((name) => required[name] === undefined)
  const unknown = missing.filter((name) => !choicesOf(root.properties?.[name] ?? {}, root))
  if (unknown.length > 0) {
    throw new Error(`${operation.name}: no value is known for ${unknown.join(', ')}.`)
  }
  const choices = fields.flatMap(([name, schema]) => {
    const values = choicesOf(schema, root)
    const mayBeLeftOut = schema.default === undefined && !root.required?.includes(name)
    return values ? [{ name, values: mayBeLeftOut ? [undefined, ...values] : values }] : []
  })
  const filters = fields.flatMap(([name, schema]) => {
    const value = choicesOf(schema, root) ? undefined : filterOf(schema, root)
    return value === undefined ? [] : [{ [name]: value }]
  })
  const all = choices.reduce<Question[]>(
    (questions, { name, values }) =>
      questions.flatMap((one) =>
        values.map((value) => (value === undefined ? one : { ...one, [name]: value })),
      ),
    [required],
  )
  const [first] = choices
  const bases = first
    ? first.values
        .filter((value) => value !== undefined)
        .map((value) => ({ ...required, [first.name]: value }))
    : [required]
  return [...all, ...bases.flatMap((base) => filters.map((filter) => ({ ...base, ...filter })))]
}

function resolve(schema: JsonSchema, root: JsonSchema): readonly JsonSchema[] {
  if (schema.$ref !== undefined) return resolve(definitionOf(root, schema.$ref), root)
  const nested = schema.anyOf ?? schema.oneOf ?? schema.allOf
  return nested ? nested.flatMap((one) => resolve(one, root)) : [schema]
}

function choicesOf(schema: JsonSchema, root: JsonSchema): readonly unknown[] | undefined {
  const shapes = resolve(schema, root)
  if (shapes.some((shape) => shape.type === 'boolean')) return [false, true]
  return shapes.find((shape) => shape.enum)?.enum
}

function filterOf(schema: JsonSchema, root: JsonSchema): unknown {
  const shapes = resolve(schema, root)
  const text = shapes.find((shape) => shape.type === 'string')
  if (text) return text.format === 'date' ? day : word
  if (shapes.some((shape) => shape.type === 'array')) return [word]
  return shapes.some((shape) => shape.type === 'integer' || shape.type === 'number') ? 1 : undefined
}
