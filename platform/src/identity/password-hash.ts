import { hash, verify } from '@node-rs/argon2'

/** Argon2id with 19 MiB, 2 passes and 1 lane, as OWASP's Password Storage Cheat Sheet says. */
const options = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** The same password typed on another keyboard may arrive as other code points (SP 800-63B-4). */
const normalise = (password: string): string => password.normalize('NFC')

export function hashPassword(password: string): Promise<string> {
  return hash(normalise(password), options)
}

/** False for a wrong password, and for a hash of a kind that is not argon2's. */
export async function verifyPassword(given: {
  readonly hash: string
  readonly password: string
}): Promise<boolean> {
  if (!given.hash.startsWith('$argon2')) return false
  return verify(given.hash, normalise(given.password))
}
