import { expect, test } from 'vitest'
import { z } from 'zod'
import { inputJsonSchema } from '../schema/json-schema.ts'
import { Email, emailKey } from './email.ts'

test.each([
  ['Ada@Example.COM', 'ada@example.com'],
  ['  ada@example.com ', 'ada@example.com'],
  // The Kelvin sign lower-cases to k: it must not make a second account that looks the same.
  ['\u212Aim@example.com', 'kim@example.com'],
  // A letter and its accent as two characters compare equal to the one character.
  ['zoe\u0308@example.com', 'zo\u00EB@example.com'],
])('%j is compared as %j', (given, key) => {
  expect(emailKey(given)).toBe(key)
  expect(emailKey(key)).toBe(key)
})

test.each(['ada@example.com', "o'neil+x@mail.example.co.uk", 'Ada.Lovelace@Example.com'])(
  '%j is an address',
  (address) => expect(Email.parse(address)).toBe(address),
)

test.each([
  ['nothing before the @', '@example.com'],
  ['no @', 'ada.example.com'],
  ['a space', 'ada lovelace@example.com'],
  ['a line break and a header', 'ada@example.com\nBcc: tom@example.com'],
  ['no dot in the host', 'ada@localhost'],
  ['two dots', 'ada..x@example.com'],
  ['255 characters', `${'a'.repeat(243)}@example.com`],
  ['NUL', 'ada\u0000@example.com'],
])('an address with %s is refused', (_what, address) => {
  expect(Email.safeParse(address).success).toBe(false)
})

test('an address of exactly 254 characters is taken', () => {
  expect(Email.safeParse(`${'a'.repeat(242)}@example.com`).success).toBe(true)
})

test.each([
  ['!ada@example.com', false],
  ['"ada byron"@example.com', false],
  ['ada@localhost', false],
  ["o'neil+x@mail.example.co.uk", true],
])('the published form says of %j what the parser says', (address, isTaken) => {
  const { pattern = '' } = inputJsonSchema(z.object({ email: Email })).properties?.email ?? {}
  expect(new RegExp(pattern, 'u').test(address)).toBe(isTaken)
  expect(Email.safeParse(address).success).toBe(isTaken)
})
