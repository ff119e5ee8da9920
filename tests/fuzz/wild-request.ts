import fc from 'fast-check'
import type { AnyOperation } from '../../platform/src/operation/define.ts'
import { inputJsonSchema } from '../../platform/src/schema/json-schema.ts'
import type { Fields } from './values.ts'
import { placesOf, type WireRequest } from './wire.ts'

/** Makes a request of somebody's credentials and a body. */
export type MakeRequest = (
  credentials: Readonly<Record<string, string>>,
  body: string | Buffer,
) => WireRequest

/** What HTTP lets stand in a header's value: printable Latin-1. */
const headerValue = fc.oneof(
  fc.string({
    unit: fc
      .integer({ min: 0x20, max: 0xff })
      .filter((code) => code < 0x7f || code > 0x9f)
      .map((code) => String.fromCharCode(code)),
    maxLength: 300,
  }),
  fc.constantFrom('', '*', '"', 'null', '-1', '"1", "2"', '1'.repeat(400), 'a,b;c=d'),
)

const typeValue = fc.constantFrom(
  'application/json',
  'application/json; charset=utf-8',
  'application/json; charset=utf-16',
  'application/json;charset="UTF-8"',
  'application/problem+json',
  'text/plain',
  'multipart/form-data',
  'application/x-www-form-urlencoded',
  'application/',
  ';',
  '',
)

const headerNames = [
  'idempotency-key',
  'if-match',
  'if-none-match',
  'authorization',
  'cookie',
  'origin',
  'sec-fetch-site',
  'x-request-id',
  'x-correlation-id',
  'x-forwarded-for',
  'x-http-method-override',
  'accept',
  'accept-language',
  'content-encoding',
  'range',
]

/** A part of a path or a query, percent-encoded or wrongly so. */
const part = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }).map(encodeURIComponent),
  fc.constantFrom(
    '%',
    '%zz',
    '%00',
    '%ff',
    '%ed%a0%bd',
    '%2e%2e',
    '..',
    '.',
    '%2f',
    '~',
    "'",
    '1e3',
  ),
  fc.constantFrom('a'.repeat(257), '0'.repeat(60), '%F0%9F%98%80'.repeat(30), 'a'.repeat(9_000)),
)

/**
 * Requests that nobody who read the description would send: any body under any type, addresses with
 * traps in them, headers with whatever HTTP lets through. Ids are those of the example or made up.
 */
export function wildRequest(operation: AnyOperation, example: Fields): fc.Arbitrary<MakeRequest> {
  const { method, path, inPath, hasQuery } = placesOf(operation)
  const fields = Object.keys(inputJsonSchema(operation.input).properties ?? {})
  const ids = fc.tuple(
    ...inPath.map((name) =>
      fc.oneof(
        { arbitrary: fc.constant(encodeURIComponent(String(example[name]))), weight: 2 },
        { arbitrary: part, weight: 1 },
      ),
    ),
  )
  const pair = fc
    .tuple(fc.oneof(fc.constantFrom('none', ...fields), part), fc.constantFrom('=', ''), part)
    .map((pieces) => pieces.join(''))
  const query = hasQuery
    ? fc.array(pair, { maxLength: 6 })
    : fc.oneof(
        { arbitrary: fc.constant([]), weight: 4 },
        { arbitrary: fc.array(pair, { maxLength: 3 }), weight: 1 },
      )
  const headers = fc.tuple(
    fc.oneof(
      { arbitrary: fc.constant('application/json'), weight: 3 },
      { arbitrary: typeValue, weight: 1 },
    ),
    fc.oneof(
      { arbitrary: fc.constant({}), weight: 2 },
      {
        arbitrary: fc.dictionary(fc.constantFrom(...headerNames), headerValue, {
          maxKeys: 3,
          noNullPrototype: true,
        }),
        weight: 1,
      },
    ),
  )
  return fc.tuple(ids, query, headers).map(([idParts, pairs, [type, others]]) => {
    const filled = inPath.reduce(
      (text, name, at) => text.replace(`{${name}}`, () => idParts[at] ?? ''),
      path,
    )
    const address = pairs.length === 0 ? filled : `${filled}?${pairs.join('&')}`
    const make: MakeRequest = (credentials, body) =>
      method === 'GET'
        ? { method, path: address, headers: { ...credentials, ...others } }
        : {
            method,
            path: address,
            headers: { 'content-type': type, ...credentials, ...others },
            body,
          }
    // How a report shows what is otherwise a function.
    return Object.assign(make, {
      [fc.toStringMethod]: () => fc.stringify({ address, type, others }),
    })
  })
}
