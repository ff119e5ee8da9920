import fc from 'fast-check'
import type { JsonSchema } from '../../platform/src/schema/json-schema.ts'
import { fits } from './fits.ts'
import { illegalCharacters, loneSurrogates, lookalikes } from './texts.ts'
import { anyValueOf, type Fields } from './values.ts'

/** One thing that can be made wrong about a value that is right. */
export interface Mistake {
  readonly path: readonly (string | number)[]
  /** What is wrong, in words. */
  readonly wrong: string
  /** What to put there; undefined takes away what is there. */
  readonly value: fc.Arbitrary<unknown>
}

/** Every mistake that can be made in the fields of an input that fits its schema. */
export function mistakesOf(schema: JsonSchema, input: Fields): readonly Mistake[] {
  return inObject(schema, { value: input, path: [] })
}

interface Place {
  readonly value: unknown
  readonly path: Mistake['path']
}

function inValue(schema: JsonSchema, place: Place): readonly Mistake[] {
  return [...wrongType(schema, place), ...inFitting(schema, place)]
}

/** Of several schemas the one that the value is of says what can go wrong inside of it. */
function inFitting(schema: JsonSchema, place: Place): readonly Mistake[] {
  const alternatives = schema.anyOf ?? schema.oneOf
  if (alternatives) {
    const fitting = alternatives.find((one) => fits(one, place.value))
    return fitting ? inFitting(fitting, place) : []
  }
  if (schema.enum || schema.const !== undefined) return unknownChoice(schema, place)
  if (typeof place.value === 'string') return inText(schema, place, place.value)
  if (typeof place.value === 'number') return inNumber(schema, place)
  if (Array.isArray(place.value)) return inList(schema, place, place.value)
  return schema.type === 'object' ? inObject(schema, place) : []
}

const samples: readonly unknown[] = [null, true, 7, -1.5, 'seven', [], ['seven'], {}, { a: 1 }]

const typeOf = (value: unknown) =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value

function typesOf(schema: JsonSchema): readonly string[] {
  const alternatives = schema.anyOf ?? schema.oneOf
  if (alternatives) return alternatives.flatMap(typesOf)
  return [schema.type === 'integer' ? 'number' : (schema.type ?? '')]
}

function wrongType(schema: JsonSchema, { path }: Place): readonly Mistake[] {
  const types = typesOf(schema)
  const others = samples.filter((sample) => !types.includes(typeOf(sample)))
  return [{ path, wrong: `a value that is not ${types}`, value: fc.constantFrom(...others) }]
}

function unknownChoice(schema: JsonSchema, { value, path }: Place): readonly Mistake[] {
  if (typeof value !== 'string') return []
  const others = [
    '',
    'nonsense',
    value.toUpperCase(),
    ` ${value}`,
    `${value}\n`,
    'constructor',
    '*',
  ]
  return [
    {
      path,
      wrong: 'a choice that there is not',
      value: fc.constantFrom(...others.filter((other) => !fits(schema, other))),
    },
  ]
}

/** What is no text of the schema, also after blanks around it were dropped. */
const misfits = (schema: JsonSchema, texts: readonly string[]) =>
  texts.filter((text) => !fits(schema, text) && !fits(schema, text.trim()))

const between = (characters: readonly string[]) => characters.map((one) => `a${one}b`)

function inText(schema: JsonSchema, { path }: Place, value: string): readonly Mistake[] {
  const { minLength = 0, maxLength, pattern, format } = schema
  const mistake = (wrong: string, texts: readonly string[]): readonly Mistake[] =>
    texts.length === 0 ? [] : [{ path, wrong, value: fc.constantFrom(...texts) }]
  const trimmed = value.trim()
  const tooLong = (more: number) =>
    ['x', 'é', '😀']
      .map((one) => one.repeat((maxLength ?? 0) + more))
      .concat(trimmed + 'a'.repeat((maxLength ?? 0) + more - [...trimmed].length))
  const deformed = [
    ...['', ' ', '\t\n', '\u3000', `${value}!`, `!${value}`, `${value}\n`, `${value}\u0130`],
    ...['constructor', "' or 1=1 --", value.slice(1), value.slice(0, -1), value.toUpperCase()],
  ]
  return [
    ...(maxLength === undefined ? [] : mistake('one character too many', tooLong(1))),
    ...(maxLength === undefined ? [] : mistake('far too long', tooLong(5_000))),
    ...(minLength > 0
      ? mistake('too short', ['', ...misfits(schema, [value.slice(0, minLength - 1)])])
      : []),
    ...(pattern ? mistake('another form', misfits(schema, deformed)) : []),
    ...(format ? mistake(`no ${format}`, misfits(schema, lookalikes[format] ?? [])) : []),
    // Between letters, so that it does not matter whether blanks around a text are dropped.
    ...mistake('a NUL', ['a\0b']),
    ...mistake('a control character', between(illegalCharacters)),
    ...mistake('half a surrogate pair', between(loneSurrogates)),
  ]
}

function inNumber(schema: JsonSchema, { path }: Place): readonly Mistake[] {
  const { minimum, maximum, exclusiveMinimum: above, exclusiveMaximum: below } = schema
  const outside = [
    ...[minimum, above].flatMap((limit) => (limit === undefined ? [] : [limit - 1, limit])),
    ...[maximum, below].flatMap((limit) => (limit === undefined ? [] : [limit + 1, limit])),
    ...[0, -1, 2 ** 31, 2 ** 53, 1e21, -1e300, 1.5, 1e-7, Number.MIN_VALUE, Number.MAX_VALUE],
  ].filter((number) => !fits(schema, number))
  return outside.length === 0
    ? []
    : [{ path, wrong: 'a number out of bounds', value: fc.constantFrom(...outside) }]
}

function inList(
  schema: JsonSchema,
  { path }: Place,
  value: readonly unknown[],
): readonly Mistake[] {
  const { items = {}, minItems = 0, maxItems } = schema
  const tooMany: readonly Mistake[] =
    maxItems === undefined
      ? []
      : [
          {
            path,
            wrong: 'one item too many',
            value: fc.array(anyValueOf(items), {
              minLength: maxItems + 1,
              maxLength: maxItems + 1,
              size: 'max',
            }),
          },
        ]
  const tooFew: readonly Mistake[] =
    minItems > 0 ? [{ path, wrong: 'too few items', value: fc.constant([]) }] : []
  const inside = value
    .slice(0, 3)
    .flatMap((item, at) => inValue(items, { value: item, path: [...path, at] }))
  return [...tooMany, ...tooFew, ...inside]
}

const unknownNames = [
  'ownerId',
  'id',
  'version',
  'constructor',
  'toString',
  'hasOwnProperty',
  ' ',
  'ﬃ',
]

function inObject(schema: JsonSchema, { value, path }: Place): readonly Mistake[] {
  const fields = value as Fields
  const properties = Object.entries(schema.properties ?? {})
  const missing = (schema.required ?? []).map(
    (name): Mistake => ({
      path: [...path, name],
      wrong: 'missing',
      value: fc.constant(undefined),
    }),
  )
  const unknown = unknownNames
    .filter((name) => !properties.some(([known]) => known === name))
    .map(
      (name): Mistake => ({
        path: [...path, name],
        wrong: 'a field that there is not',
        value: fc.constantFrom<unknown>('x', 1, null, {}),
      }),
    )
  const inside = properties.flatMap(([name, property]) =>
    fields[name] === undefined
      ? wrongType(property, { value: undefined, path: [...path, name] })
      : inValue(property, { value: fields[name], path: [...path, name] }),
  )
  return [...missing, ...unknown, ...inside]
}
