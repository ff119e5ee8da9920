import fc from 'fast-check'
import type { JsonSchema } from '../../platform/src/schema/json-schema.ts'

/** The bytes of a body, and how a report shows them: some are megabytes. */
export interface WildBody {
  readonly bytes: string | Buffer
  readonly shown: string
}

/** Any value that JSON can say, with the fields of the schema among its names. */
export function wildValue(schema: JsonSchema): fc.Arbitrary<unknown> {
  const known = Object.keys(schema.properties ?? {})
  const name = fc.oneof(
    { arbitrary: fc.constantFrom('none', ...known), weight: 4 },
    { arbitrary: fc.constantFrom('constructor', 'prototype', 'toString', '$ref'), weight: 1 },
    { arbitrary: fc.string({ unit: 'binary', maxLength: 20 }), weight: 1 },
  )
  const anything = fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' })
  return fc.oneof(
    { arbitrary: fc.dictionary(name, anything, { maxKeys: 8, noNullPrototype: true }), weight: 4 },
    { arbitrary: fc.integer({ min: 2, max: 500 }).map(nested), weight: 1 },
    { arbitrary: anything, weight: 1 },
  )
}

function nested(depth: number): unknown {
  let value: unknown = 1
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { a: value }
  return value
}

/** Bodies that are hardly JSON, and JSON with a trap in it. */
export function wildBody(schema: JsonSchema): fc.Arbitrary<WildBody> {
  const whole = wildValue(schema).map((value) => JSON.stringify(value))
  const broken = fc.tuple(whole, fc.nat(400)).map(([text, at]) => text.slice(0, at))
  const bytes = fc.uint8Array({ maxLength: 60 }).map((some) => Buffer.from(some))
  const [field = 'a'] = Object.keys(schema.properties ?? {})
  return fc
    .oneof<fc.WeightedArbitrary<string | Buffer>[]>(
      { arbitrary: whole, weight: 4 },
      { arbitrary: broken, weight: 2 },
      { arbitrary: bytes, weight: 1 },
      { arbitrary: fc.constantFrom(...traps(field)), weight: 3 },
      { arbitrary: fc.constantFrom(...heavy()), weight: 1 },
    )
    .map(describeBody)
}

const shownMax = 200

function describeBody(bytes: string | Buffer): WildBody {
  const text = typeof bytes === 'string' ? bytes : `0x${bytes.toString('hex')}`
  const shown =
    text.length <= shownMax ? text : `${text.slice(0, shownMax)}… (${text.length} characters)`
  const body = { bytes, shown }
  Object.defineProperty(body, fc.toStringMethod, { value: () => JSON.stringify(shown) })
  return body
}

const traps = (field: string): readonly string[] => [
  '',
  'null',
  '[]',
  '""',
  '0',
  '{',
  '{}}',
  '{} {}',
  "{'a':1}",
  '{"a":1,}',
  '{"a":NaN}',
  '{"a":01}',
  '{"a":1e999}',
  '\ufeff{}',
  '{"a":"\\ud83d"}',
  '{"\\u0000":1}',
  '{"\\ud83d":1}',
  '{"a":"\t"}',
  `{"${field}":1,"${field}":2}`,
  `{"${field}":-0}`,
  `{"${field}":123456789012345678901234567890}`,
  `{"${field}":{"__proto__":[]}}`,
  '{"__proto__":{"isAdmin":true}}',
  '{"__proto__":null}',
  '{"constructor":{"prototype":{"isAdmin":true}}}',
]

const heavy = (): readonly string[] => [
  `${'['.repeat(50_000)}${']'.repeat(50_000)}`,
  `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`,
  `{"a":"${'x'.repeat(2_000_000)}"}`,
  `{${Array.from({ length: 20_000 }, (_, at) => `"f${at}":1`)}}`,
  `[${'0,'.repeat(300_000)}0]`,
]
