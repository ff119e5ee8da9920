import fc from 'fast-check'
import type { JsonSchema } from '../../platform/src/schema/json-schema.ts'
import { validInput } from './arbitrary.ts'
import { type CallerName, callers } from './cast.ts'
import type { Fields } from './values.ts'

/** A valid call before it is known what the ids of existing things are. */
export interface ValidCase {
  readonly caller: CallerName
  /** The fields; `fromExample` stands for what the example has there. */
  readonly fields: Fields
  readonly key?: string | undefined
  readonly ifMatch?: string | undefined
}

/** Stands for the value that the example has, which is made anew for each call. */
export const fromExample = Object.freeze({ from: 'the example' })

/** HTTP takes blanks around a header's value away, and an empty key is none. */
const headerText = fc
  .string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 250 })
  .filter((text) => text.trim() === text)

/** Calls by everybody, most of them by those who may make them. */
export function validCases(
  schema: JsonSchema,
  given: { readonly example: Fields; readonly able: readonly CallerName[] },
) {
  const example = Object.fromEntries(Object.keys(given.example).map((name) => [name, fromExample]))
  return fc.record<ValidCase>({
    caller: fc.oneof(
      { arbitrary: fc.constantFrom(...given.able), weight: 3 },
      { arbitrary: fc.constantFrom(...callers), weight: 2 },
    ),
    fields: validInput(schema, example),
    key: fc.oneof(
      { arbitrary: fc.constant(undefined), weight: 2 },
      { arbitrary: headerText, weight: 1 },
    ),
    ifMatch: fc.oneof(
      { arbitrary: fc.constant(undefined), weight: 8 },
      { arbitrary: fc.constantFrom('*', '"1"', 'W/"1"', '1', '"7"', '"2147483647"'), weight: 2 },
    ),
  })
}

/** The fields with what the example has, where they say so. */
export function withExample(fields: Fields, example: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      value === fromExample ? example[name] : value,
    ]),
  )
}

/** The fields that name something by a text of a fixed form that was made up. */
export function madeUpNames(schema: JsonSchema, fields: Fields): readonly string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
    fields[name] !== undefined && fields[name] !== fromExample && isName(property) ? [name] : [],
  )
}

/** A pattern for the whole text makes it a name: of a thing, a zone, a list's end, a scope. */
export const isName = (schema: JsonSchema): boolean =>
  /^\^.*\$$/.test(schema.pattern ?? '') || (schema.items !== undefined && isName(schema.items))
