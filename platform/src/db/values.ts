import pg from 'pg'
import { prepareValue } from 'pg/lib/utils.js'

/** A value as PostgreSQL's text format takes it; null is SQL's null. */
export function encodeValue(value: unknown): string | Buffer | null {
  if (value === null || value === undefined) return null
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') {
    return String(value)
  }
  if (Buffer.isBuffer(value)) return value
  if (isTemporal(value)) return value.toString()
  return prepareValue(value)
}

function isTemporal(value: unknown): value is { toString(): string } {
  return (
    value instanceof Temporal.Instant ||
    value instanceof Temporal.PlainDate ||
    value instanceof Temporal.PlainTime
  )
}

type Parser = (text: string) => unknown

const asInteger: Parser = (text) => {
  const number = Number(text)
  return Number.isSafeInteger(number) ? number : BigInt(text)
}

/** `2026-03-02 09:00:00.5+00` becomes `2026-03-02T09:00:00.5Z` (RFC 3339); sessions are in UTC. */
const asInstant: Parser = (text) =>
  text.endsWith('+00') ? `${text.slice(0, 10)}T${text.slice(11, -3)}Z` : text

const builtin = (oid: number): Parser => pg.types.getTypeParser(oid, 'text') as Parser

const asIs: Parser = (text) => text

/** By the type's number in pg_type; what is not listed stays the text that PostgreSQL sent. */
const parsers: ReadonlyMap<number, Parser> = new Map<number, Parser>([
  [16, (text) => text === 't'],
  [17, builtin(17)],
  [20, asInteger],
  [21, Number],
  [23, Number],
  [26, Number],
  [114, builtin(114)],
  [700, Number],
  [701, Number],
  [1005, builtin(1005)],
  [1007, builtin(1007)],
  [1009, builtin(1009)],
  [1184, asInstant],
  [2951, builtin(2951)],
  [3802, builtin(3802)],
])

export function parserOf(oid: number): Parser {
  return parsers.get(oid) ?? asIs
}
