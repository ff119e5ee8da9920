import { hash } from 'node:crypto'
import { emailKey } from './email.ts'

/**
 * What the audit calls the account that somebody tried: the person's id where it came to that, else
 * a digest of the address. The address itself is not written, because people type their password
 * into the wrong field; tries at one account can still be told from tries at many.
 */
export function accountSubject(email: string, person: { readonly id: string } | undefined): string {
  return person?.id ?? `account:${hash('sha256', emailKey(email), 'base64url').slice(0, 16)}`
}
