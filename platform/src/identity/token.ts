import { createHmac, hash, randomBytes, timingSafeEqual } from 'node:crypto'

const secretPattern = /^[A-Za-z0-9_-]{43}$/
const keyStart = 'plk_'
const keyLength = keyStart.length + 43

/** 256 random bits as 43 base64url characters: nobody guesses it, so a plain hash protects it. */
export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

/** A new API key, for example `plk_3q2-7w…`. */
export function newKey(): string {
  return keyStart + newToken()
}

/** What is shown of a key ever after, so that its owner can tell it from the others. */
export function prefixOf(key: string): string {
  return key.slice(0, 12)
}

/** Whether a text can be a session's token at all. Says nothing about whether it is one. */
export function looksLikeToken(text: string): boolean {
  return text.length === 43 && secretPattern.test(text)
}

/** Whether a text can be an API key at all. */
export function looksLikeKey(text: string): boolean {
  return (
    text.length === keyLength &&
    text.startsWith(keyStart) &&
    secretPattern.test(text.slice(keyStart.length))
  )
}

/** The SHA-256 of a token: the only form in which the database and the cache know one. */
export function hashToken(token: string): Buffer {
  return hash('sha256', token, 'buffer')
}

/** Derives a secret for one purpose, as 43 base64url characters. Purposes never share a secret. */
export function deriveSecret(secret: Buffer, purpose: string): string {
  return createHmac('sha256', secret).update(purpose).digest('base64url')
}

/** Compares two texts in a time that says nothing about where they differ. */
export function isSameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(hashToken(given), hashToken(expected))
}
