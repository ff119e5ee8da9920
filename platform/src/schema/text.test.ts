import { expect, test } from 'vitest'
import { z } from 'zod'
import { inputJsonSchema, type JsonSchema } from './json-schema.ts'
import { line } from './text.ts'
import { TimeZone } from './values.ts'

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
