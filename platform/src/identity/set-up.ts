import { deriveSecret } from './token.ts'

export { hasAdministrator } from './store.ts'

/**
 * The one-time token that makes its bearer the first administrator: shown on the terminal until
 * there is one, and the same at each start until then.
 */
export function setupTokenOf(secret: Buffer): string {
  return deriveSecret(secret, 'first-administrator')
}
