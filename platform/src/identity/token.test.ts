import { expect, test } from 'vitest'
import {
  deriveSecret,
  hashToken,
  isSameSecret,
  looksLikeKey,
  looksLikeToken,
  newKey,
  newToken,
  prefixOf,
} from './token.ts'

test('a key is plk_ and 256 bits, and its prefix gives away 48 of them at most', () => {
  const key = newKey()
  expect(key).toMatch(/^plk_[A-Za-z0-9_-]{43}$/)
  expect(Buffer.from(key.slice(4), 'base64url')).toHaveLength(32)
  expect(prefixOf(key)).toBe(key.slice(0, 12))
  expect(newKey()).not.toBe(key)
})

test.each([
  ['', false],
  ['plk_', false],
  [`plk_${'a'.repeat(42)}`, false],
  [`plk_${'a'.repeat(43)}`, true],
  [`plk_${'a'.repeat(44)}`, false],
  [`PLK_${'a'.repeat(43)}`, false],
  [`plk_${'a'.repeat(42)} `, false],
  [`plk_${'a'.repeat(42)}\n`, false],
  [`plk_${'a'.repeat(42)}é`, false],
])('%j looks like a key: %s', (text, expected) => expect(looksLikeKey(text)).toBe(expected))

test.each([
  ['a'.repeat(42), false],
  ['a'.repeat(43), true],
  ['a'.repeat(44), false],
  [`${'a'.repeat(42)}=`, false],
  [`${'a'.repeat(42)}\n`, false],
])('%j looks like a session: %s', (text, expected) => expect(looksLikeToken(text)).toBe(expected))

test('a new token looks like one and is kept as its SHA-256', () => {
  expect(looksLikeToken(newToken())).toBe(true)
  expect(hashToken('abc').toString('hex')).toBe(
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  )
})

test('each purpose has a secret of its own, and only the same text is the same secret', () => {
  const root = Buffer.alloc(32, 1)
  const one = deriveSecret(root, 'one')
  expect(looksLikeToken(one)).toBe(true)
  expect(deriveSecret(root, 'two')).not.toBe(one)
  expect(isSameSecret(one, one)).toBe(true)
  expect(isSameSecret(`${one}x`, one)).toBe(false)
  expect(isSameSecret('', one)).toBe(false)
})
