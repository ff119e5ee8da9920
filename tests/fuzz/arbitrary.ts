import fc from 'fast-check'
import type { JsonSchema } from '../../platform/src/schema/json-schema.ts'
import { refuseUnknownKeywords } from './fits.ts'
import { type Mistake, mistakesOf } from './mistakes.ts'
import { anyValueOf, type Fields } from './values.ts'

/** An input with exactly one thing wrong. */
export interface AlmostValid {
  readonly input: Fields
  /** The dotted path of what is wrong, as a refusal must name it. */
  readonly field: string
  /** What is wrong with it, in words. */
  readonly wrong: string
}

/**
 * An input that fits: some fields as in an example that works, which is where ids of existing things
 * come from, some made anew, some of the optional ones left out.
 */
export function validInput(schema: JsonSchema, example: Fields): fc.Arbitrary<Fields> {
  refuseUnknownKeywords(schema)
  const required = new Set(schema.required)
  const fields = Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const made = { arbitrary: anyValueOf(property), weight: 3 }
    const given =
      example[name] === undefined ? [] : [{ arbitrary: fc.constant(example[name]), weight: 6 }]
    const absent = required.has(name) ? [] : [{ arbitrary: fc.constant(undefined), weight: 4 }]
    return [name, fc.oneof(...absent, ...given, made)] as const
  })
  return fc.record(Object.fromEntries(fields), { noNullPrototype: true }).map(withoutAbsent)
}

const withoutAbsent = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))

/** What is known of an operation besides its schema, where mistakes are made on purpose. */
export interface Judged {
  readonly example: Fields
  /** Which inputs are right besides their schema. */
  readonly isAccepted: (input: Fields) => boolean
  /** Which mistakes a surface can carry: an address has no numbers. */
  readonly isSendable: (mistaken: AlmostValid) => boolean
}

/** A valid input into which one mistake was put. */
export function almostValidInput(schema: JsonSchema, given: Judged): fc.Arbitrary<AlmostValid> {
  return validInput(schema, given.example)
    .filter(given.isAccepted)
    .chain((input) =>
      fc.constantFrom(...mistakesOf(schema, input).map((one) => [input, one] as const)),
    )
    .chain(([input, mistake]) => withMistake(input, mistake))
    .filter((mistaken) => given.isSendable(mistaken))
}

const withMistake = (input: Fields, { path, wrong, value }: Mistake): fc.Arbitrary<AlmostValid> =>
  value.map((by) => ({ input: replaced(input, path, by) as Fields, field: path.join('.'), wrong }))

const inputsLookedThrough = 40
const tries = 5

/** Each kind of mistake in each field, once: what chance would leave out of a short run. */
export function everyMistake(schema: JsonSchema, given: Judged, seed: number): AlmostValid[] {
  const inputs = fc.sample(validInput(schema, given.example).filter(given.isAccepted), {
    seed,
    numRuns: inputsLookedThrough,
  })
  const kinds = new Map<string, AlmostValid>()
  for (const input of inputs) {
    for (const mistake of mistakesOf(schema, input)) {
      const place = mistake.path.map((step) => (typeof step === 'number' ? '#' : step)).join('.')
      const kind = `${place}: ${mistake.wrong}`
      if (kinds.has(kind)) continue
      const made = fc.sample(withMistake(input, mistake), { seed, numRuns: tries })
      const sendable = made.find((mistaken) => given.isSendable(mistaken))
      if (sendable) kinds.set(kind, sendable)
    }
  }
  return [...kinds.values()]
}

/** A copy with another value at a path; undefined takes away what is there. */
function replaced(value: unknown, [step, ...rest]: Mistake['path'], by: unknown): unknown {
  if (step === undefined) return by
  if (Array.isArray(value)) {
    return value.map((item, at) => (at === step ? replaced(item, rest, by) : item))
  }
  const fields = value as Fields
  const changed = replaced(fields[step], rest, by)
  const others = Object.entries(fields).filter(([name]) => name !== step)
  return Object.fromEntries(changed === undefined ? others : [...others, [step, changed]])
}
