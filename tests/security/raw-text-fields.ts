import type { AnyOperation } from '../../platform/src/operation/define.ts'
import {
  definitionOf,
  inputJsonSchema,
  type JsonSchema,
} from '../../platform/src/schema/json-schema.ts'
import { sampleOf } from '../../platform/src/schema/sample.ts'

type Fields = Readonly<Record<string, unknown>>

/** A place of an input where a text stands. */
export interface TextField {
  /** Dotted, as a refusal names it: `labels.0`, `due.date`. */
  readonly name: string
  readonly schema: JsonSchema
  /** Whether any text is taken that is long enough and not too long: no form, no list of words. */
  readonly isFree: boolean
  /** Whether blanks at both ends are dropped, as the field's description says. */
  readonly isTrimmed: boolean
  /** The input with this text in that place, and the rest as it was, as far as it is of this form. */
  put(input: Fields, text: string): Fields
}

/**
 * The texts of an operation, put together by how they can be tried: each that takes any text by
 * itself, and all that take only some, as far as they can stand side by side, at the same time.
 */
export function textGroupsOf(operation: AnyOperation): readonly (readonly TextField[])[] {
  const all = textFieldsOf(operation)
  const free = all.filter(({ isFree }) => isFree)
  // Another word for which form a field has makes it another form, in which the others do not stand.
  const words = all.filter(({ schema }) => schema.const !== undefined)
  const others = all.filter((field) => !free.includes(field) && !words.includes(field))
  return [...free, ...words].map((field) => [field]).concat(others.length > 0 ? [others] : [])
}

/**
 * All texts in an operation's input, found in the schema that it publishes: nobody has to remember a
 * new one here. Of several forms of a field each is looked into.
 */
export function textFieldsOf(operation: AnyOperation): readonly TextField[] {
  const root = inputJsonSchema(operation.input)
  const found = Object.entries(root.properties ?? {}).flatMap(([name, schema]) =>
    textsIn(schema, root).map(({ path, schema: text, around }): TextField => {
      const isPlain = text.enum === undefined && text.const === undefined && !text.format
      return {
        name: [name, ...path].join('.'),
        schema: text,
        isFree: isPlain && (text.pattern === undefined || text.pattern === lineForm),
        isTrimmed: text.pattern === lineForm || text.format === 'email',
        put: (input, given) => ({ ...input, [name]: around(given, input[name]) }),
      }
    }),
  )
  // The forms of one field share some of their texts: the date of a day, and that of a time.
  return [...new Map(found.map((field) => [field.name, field])).values()]
}

/** The form of a line of text: it has something in it. Blanks around that are dropped. */
const lineForm = '\\S'

interface Found {
  readonly path: readonly (string | number)[]
  readonly schema: JsonSchema
  /** The whole value with this text in it; `present` is what it is else, or nothing. */
  readonly around: (text: string, present?: unknown) => unknown
}

function textsIn(schema: JsonSchema, root: JsonSchema): readonly Found[] {
  if (schema.$ref !== undefined) return textsIn(definitionOf(root, schema.$ref), root)
  const forms = schema.anyOf ?? schema.oneOf ?? schema.allOf
  if (forms) return forms.flatMap((form) => textsIn(form, root))
  if (schema.type === 'string') return [{ path: [], schema, around: (text) => text }]
  if (schema.type === 'array') {
    return textsIn(schema.items ?? {}, root).map((item) => ({
      ...item,
      path: [0, ...item.path],
      around: (text) => [item.around(text)],
    }))
  }
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
    textsIn(property, root).map((inner) => ({
      ...inner,
      path: [name, ...inner.path],
      around: (text, present = sampleOf(schema)) => ({
        ...(present as object),
        [name]: inner.around(text, (present as Fields)[name]),
      }),
    })),
  )
}

/** A text in the place of a field, in whatever has the fields of the input; undefined if none is there. */
export function textAt(value: unknown, name: string): unknown {
  return name
    .split('.')
    .reduce<unknown>((inside, step) => (inside as Fields | undefined)?.[step], value)
}
