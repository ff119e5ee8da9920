import { expect, test } from 'vitest'
import { z } from 'zod'
import { inputJsonSchema, type JsonSchema } from './json-schema.ts'
import { line, text } from './text.ts'
import { Id, PlainDate, PlainTime, TimeZone } from './values.ts'

const published = (field: z.ZodType): JsonSchema =>
  inputJsonSchema(z.object({ field })).properties?.field ?? {}

/** What a program that knows the published form and nothing else thinks of a text. */
const promises = ({ pattern = '' }: JsonSchema, text: string) => new RegExp(pattern, 'u').test(text)

test.each([
  ['a', true],
  [' a ', true],
  [' ', false],
  ['\t\u3000\ufeff', false],
])('of the line %j its schema promises what the parser does', (given, isTaken) => {
  const schema = line(9)
  expect(promises(published(schema), given)).toBe(isTaken)
  expect(schema.safeParse(given).success).toBe(isTaken)
})

test.each([
  ['Europe/London', true],
  ['Etc/GMT+5', true],
  ['+02:00', false],
  ['(UTC)', false],
  ['', false],
])('of the time zone %j its schema promises what the parser does', (given, isTaken) => {
  expect(promises(published(TimeZone), given)).toBe(isTaken)
  expect(TimeZone.safeParse(given).success).toBe(isTaken)
})

/** What is said of a text, or undefined when it is taken. */
const complaintOf = (schema: z.ZodType, given: string) =>
  schema
    .safeParse(given)
    .error?.issues.map(({ message }) => message)
    .join()

test.each([
  ['', 3, undefined],
  ['abc', 3, undefined],
  ['abcd', 3, 'must have at most 3 characters, this has 4'],
  // Code points count, as PostgreSQL counts them, and not the halves of which some are made.
  ['\u{1F600}\u{1F600}\u{1F600}', 3, undefined],
  ['\u{1F600}\u{1F600}\u{1F600}\u{1F600}', 3, 'must have at most 3 characters, this has 4'],
  ['a\tb\nc\r\n', 9, undefined],
  ['ab\u0000', 9, 'must not contain the control character U+0000 (at position 3)'],
  ['\u001b', 9, 'must not contain the control character U+001B (at position 1)'],
  ['\u007f', 9, 'must not contain the control character U+007F (at position 1)'],
  ['a\ud800', 9, 'must be well-formed Unicode: it has half of a surrogate pair'],
])('of the text %j with at most %d characters is said: %s', (given, max, complaint) => {
  expect(complaintOf(text(max), given)).toBe(complaint)
})

test.each([
  ['', 1, 'must not be empty'],
  ['a', 1, undefined],
  ['a', 2, 'must have at least 2 characters'],
  ['\u{1F600}', 2, 'must have at least 2 characters'],
  ['ab', 2, undefined],
])('of the text %j with at least %d characters is said: %s', (given, min, complaint) => {
  expect(complaintOf(text(9, { min }), given)).toBe(complaint)
})

test('a text is kept exactly as it is given, and a line loses the blanks around it', () => {
  expect(text(9).parse(' a ')).toBe(' a ')
  expect(line(9).parse(' a b ')).toBe('a b')
  expect(complaintOf(line(3), '  ')).toBe('must not be empty')
})

test('the bounds of a text are published', () => {
  expect(published(text(9))).toMatchObject({ maxLength: 9 })
  expect(published(text(9))).not.toHaveProperty('minLength')
  expect(published(text(9, { min: 2 }))).toMatchObject({ minLength: 2, maxLength: 9 })
})

test.each([
  ['2026-03-02', true],
  ['2028-02-29', true],
  ['1900-01-01', true],
  ['1899-12-31', false],
  ['2026-02-29', false],
  ['2026-13-01', false],
  ['2026-3-2', false],
  ['2026-03-02T09:00', false],
  ['+002026-03-02', false],
])('the date %j is taken: %s', (given, isTaken) => {
  expect(complaintOf(PlainDate, given)).toBe(
    isTaken ? undefined : 'must be a date such as 2026-03-02',
  )
})

test.each([
  ['09:30', true],
  ['00:00', true],
  ['23:59', true],
  ['24:00', false],
  ['9:30', false],
  ['09:60', false],
  ['09:30:00', false],
])('the time %j is taken: %s', (given, isTaken) => {
  expect(complaintOf(PlainTime, given)).toBe(isTaken ? undefined : 'must be a time such as 09:30')
})

test.each([
  ['0199b7a2-6c1e-7a3c-9f7e-2f1a4d5b6c7d', true],
  ['0199B7A2-6C1E-7A3C-9F7E-2F1A4D5B6C7D', false],
  ['0199b7a26c1e7a3c9f7e2f1a4d5b6c7d', false],
  ['{0199b7a2-6c1e-7a3c-9f7e-2f1a4d5b6c7d}', false],
  ['0199b7a2-6c1e-7a3c-9f7e-2f1a4d5b6c7d0', false],
])('the id %j is taken: %s', (given, isTaken) => {
  expect(complaintOf(Id, given)).toBe(isTaken ? undefined : 'must be an id in lower-case UUID form')
})

test.each(['Europe/Nowhere', `A${'/B'.repeat(40)}`])('there is no time zone %j', (given) => {
  expect(complaintOf(TimeZone, given)).toBe('must be an IANA time zone such as Europe/London')
})
