import { hash } from 'node:crypto'
import { invalidInput } from '../errors/platform.ts'

/**
 * A page's end as an opaque word: the last row's sort key, and a digest of what was asked, so that a
 * cursor is refused where the filters or the order changed since.
 */
export function encodeCursor(question: unknown, key: readonly (string | number | null)[]): string {
  return Buffer.from(JSON.stringify([digest(question), ...key])).toString('base64url')
}

/** What a part of a sort key must look like, so that a forged cursor never reaches SQL. */
const kinds = {
  instant: (part: unknown) => typeof part === 'string' && isInstant(part),
  id: (part: unknown) =>
    typeof part === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(part),
  text: (part: unknown) => typeof part === 'string' && !part.includes('\0') && part.isWellFormed(),
  integer: (part: unknown) => Number.isSafeInteger(part),
} as const

/**
 * The sort key inside a cursor, each part of the kind named or null. Throws INVALID_INPUT for a
 * cursor that is not from this question.
 */
export function decodeCursor(
  question: unknown,
  cursor: string,
  shape: readonly (keyof typeof kinds)[],
): readonly (string | number | null)[] {
  const [digested, ...key] = parse(cursor)
  const isOurs =
    digested === digest(question) &&
    key.length === shape.length &&
    shape.every((kind, at) => key[at] === null || kinds[kind](key[at]))
  if (!isOurs) {
    const message = 'must be a nextCursor of the same list, with the same filters and order'
    throw invalidInput({ errors: [{ field: 'cursor', code: 'invalid_cursor', message }] })
  }
  return key as (string | number | null)[]
}

function digest(question: unknown): string {
  return hash('sha256', JSON.stringify(question) ?? '', 'base64url').slice(0, 11)
}

function parse(cursor: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    return Array.isArray(value) ? value : []
  } catch {
    return []
  }
}

/** The digest is no signature: a forged cursor may hold any text, which SQL must never have to parse. */
function isInstant(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$/.test(text)) return false
  try {
    Temporal.Instant.from(text)
    return true
  } catch {
    return false
  }
}
