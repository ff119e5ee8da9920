import naughtyStrings from 'big-list-of-naughty-strings/blns.json' with { type: 'json' }
import fc from 'fast-check'
import type { JsonSchema } from '../../platform/src/schema/json-schema.ts'
import { fits } from './fits.ts'

/** Control characters that no text of Plinth takes: all of C0 but tab and line ends, and DEL. */
const controls = [...Array(32).keys(), 127].filter((code) => ![9, 10, 13].includes(code))
const isControl = (code: number) => controls.includes(code)

/** What every text of Plinth must be besides its schema. JSON Schema has no word for it. */
export const isLegal = (text: string): boolean =>
  text.isWellFormed() && ![...text].some((character) => isControl(character.charCodeAt(0)))

/** Control characters that are no blanks, so that trimming does not take them away. */
export const illegalCharacters = controls
  .filter((code) => String.fromCharCode(code).trim() !== '')
  .map((code) => String.fromCharCode(code))

/** Halves of surrogate pairs, alone and in the wrong order. */
export const loneSurrogates = ['\ud83d', '\ude00', '\ude00\ud83d', '\udfff', '\ud800\ud800']

/** Characters that text handling is known to stumble over. */
const oddCharacters = [
  '\t',
  '\n',
  '\r',
  '"',
  "'",
  '\\',
  '%',
  '_',
  '$',
  ',',
  '&',
  '=',
  '+',
  '#',
  '/',
  '\u0085',
  '\u00a0',
  '\u00ad',
  'ß',
  'İ',
  'ı',
  'ς',
  'ŉ',
  'ΐ',
  'ﬃ',
  '\u0301',
  '\u0958',
  '\u200b',
  '\u200d',
  '\u202e',
  '\u2028',
  '\u3000',
  '\ufeff',
  '\ufffd',
  '\uffff',
  '가',
  'ش',
  'ש',
  '😀',
  '\u{1d160}',
  '\u{10400}',
  '\u{10ffff}',
]

/** One code point that a text may hold. */
const character = fc.oneof(
  {
    arbitrary: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCodePoint(code)),
    weight: 6,
  },
  { arbitrary: fc.constantFrom(...oddCharacters), weight: 3 },
  {
    arbitrary: fc.integer({ min: 0x80, max: 0xd7ff }).map((code) => String.fromCodePoint(code)),
    weight: 1,
  },
  {
    arbitrary: fc.integer({ min: 0xe000, max: 0x10ffff }).map((code) => String.fromCodePoint(code)),
    weight: 1,
  },
)

/** The longest text that is made where a schema has no limit. */
const lengthMax = 4_000

/** A text that its schema describes; where it names some, often one of those. */
export function textOf(schema: JsonSchema): fc.Arbitrary<string> {
  const { examples = [] } = schema
  return examples.length === 0
    ? madeUp(schema)
    : fc.oneof(madeUp(schema), fc.constantFrom(...(examples as readonly string[])))
}

function madeUp(schema: JsonSchema): fc.Arbitrary<string> {
  if (schema.format !== undefined) return suitable(formatted(schema.format), schema)
  const free = freeText(schema)
  if (schema.pattern === undefined) return free
  return isUsual(schema, free)
    ? suitable(free, schema)
    : suitable(fc.stringMatching(new RegExp(schema.pattern, 'u')), schema)
}

function freeText({ minLength = 0, maxLength = lengthMax }: JsonSchema): fc.Arbitrary<string> {
  const longest = Math.min(maxLength, lengthMax)
  const naughty = naughtyStrings.filter(
    (text) => isLegal(text) && [...text].length >= minLength && [...text].length <= longest,
  )
  return fc.oneof(
    { arbitrary: fc.string({ unit: character, minLength, maxLength: longest }), weight: 8 },
    {
      arbitrary: fc.string({
        unit: character,
        minLength: longest,
        maxLength: longest,
        size: 'max',
      }),
      weight: 1,
    },
    { arbitrary: fc.constantFrom('x', 'ß', '😀').map((one) => one.repeat(longest)), weight: 1 },
    { arbitrary: fc.string({ unit: character, minLength, maxLength: minLength }), weight: 1 },
    ...(naughty.length > 0 ? [{ arbitrary: fc.constantFrom(...naughty), weight: 3 }] : []),
  )
}

/** Only texts that the schema takes. It throws where there would hardly be any. */
function suitable(texts: fc.Arbitrary<string>, schema: JsonSchema): fc.Arbitrary<string> {
  if (!isUsual(schema, texts)) {
    throw new Error(`The fuzzer makes hardly any text for ${JSON.stringify(schema)}.`)
  }
  return texts.filter((text) => isLegal(text) && fits(schema, text))
}

/** Whether at least a quarter of some texts is what the schema describes. */
function isUsual(schema: JsonSchema, texts: fc.Arbitrary<string>): boolean {
  const some = fc.sample(texts, { numRuns: 40, seed: 1 })
  return some.filter((text) => isLegal(text) && fits(schema, text)).length >= 10
}

/** Texts of a form that has a name. A form that is not here throws. */
function formatted(format: string): fc.Arbitrary<string> {
  const day = fc.date({
    min: new Date('1900-01-01T00:00:00Z'),
    max: new Date('9999-12-31T23:59:59Z'),
    noInvalidDate: true,
  })
  switch (format) {
    case 'date':
      return fc.oneof(
        day.map((date) => date.toISOString().slice(0, 10)),
        fc.constantFrom('1900-01-01', '2024-02-29', '2000-02-29', '9999-12-31'),
      )
    case 'date-time':
      return day.map((date) => date.toISOString())
    case 'uuid':
      return fc.uuid()
    case 'email':
      return fc.oneof(fc.emailAddress(), fc.constantFrom('a@b.cd', "o'neil+tag@mail.example.org"))
    default:
      throw new Error(`The fuzzer does not know the format ${format}. Teach it in tests/fuzz.`)
  }
}

/** Texts that only look like one of a form. */
export const lookalikes: Readonly<Record<string, readonly string[]>> = {
  date: [
    '2026-02-30',
    '2025-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-3-2',
    '2026/03/02',
    '20260302',
    '02-03-2026',
    '2026-W10-1',
    '２０２６-03-02',
    '+002026-03',
    '2026-03-02T09:00:00Z',
    'today',
  ],
  'date-time': ['2026-03-02', '2026-03-02T09:00:00', '2026-02-30T09:00:00Z', 'now', '1772442000'],
  uuid: ['0199b7a2', '0199b7a2-6c1e-7a3c-9f7e', '{0199b7a2-6c1e-7a3c-9f7e-2f1a4d5b6c7d}'],
  email: ['ada', 'ada@', '@example.com', 'ada@@example.com', 'ada @example.com', 'a,b@example.com'],
}
