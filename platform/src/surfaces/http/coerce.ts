import { definitionOf, type JsonSchema } from '../../schema/json-schema.ts'

/**
 * Makes of the texts given for one field what its schema means, or undefined when a field of one
 * value was given several. A text that does not fit is left as it is: the schema then says what is
 * wrong with it.
 */
export type Coerce = (given: string | readonly string[]) => unknown

type CoerceText = (text: string) => unknown

/** One coercion per field of an operation's input, by the field's JSON Schema. */
export function compileCoercions(root: JsonSchema): ReadonlyMap<string, Coerce> {
  const fields = Object.entries(root.properties ?? {})
  return new Map(fields.map(([field, schema]) => [field, compileField(schema, root)]))
}

/** A field that the schema does not know; given several times it is still refused as unknown. */
export const asGiven: Coerce = (given) => given

function compileField(schema: JsonSchema, root: JsonSchema): Coerce {
  const alternatives = alternativesOf(schema, root)
  const list = alternatives.find(({ type }) => type === 'array')
  if (!list) {
    const coerce = compileText(alternatives)
    return (given) => (typeof given === 'string' ? coerce(given) : undefined)
  }
  const coerceItem = compileText(alternativesOf(list.items ?? {}, root))
  // Given once, a list is separated by commas; given repeatedly, each value is taken whole.
  return (given) => {
    const items = typeof given === 'string' ? (given === '' ? [] : given.split(',')) : given
    return items.map(coerceItem)
  }
}

function compileText(alternatives: readonly JsonSchema[]): CoerceText {
  const types = new Set(alternatives.map(({ type }) => type))
  if (types.has('string')) return (text) => text
  if (types.has('number')) return toNumber
  if (types.has('integer')) return toInteger
  if (types.has('boolean')) return toBoolean
  return (text) => text
}

function alternativesOf(schema: JsonSchema, root: JsonSchema): readonly JsonSchema[] {
  if (schema.$ref !== undefined) return alternativesOf(definitionOf(root, schema.$ref), root)
  const nested = schema.anyOf ?? schema.oneOf ?? schema.allOf
  return nested ? nested.flatMap((one) => alternativesOf(one, root)) : [schema]
}

const toNumber: CoerceText = (text) =>
  /^-?(0|[1-9]\d{0,15})(\.\d{1,16})?$/.test(text) ? Number(text) : text

const toInteger: CoerceText = (text) => (/^-?(0|[1-9]\d{0,14})$/.test(text) ? Number(text) : text)

const toBoolean: CoerceText = (text) => (text === 'true' ? true : text === 'false' ? false : text)
