import { z } from 'zod'

/** What zod takes for an address: the common part of what RFC 5321 allows. */
const emailForm = z.regexes.email

/** An e-mail address as people type it: 3 to 254 characters (RFC 5321 section 4.5.3.1), trimmed. */
export const Email = z
  .string()
  .trim()
  .min(3)
  .max(254)
  .pipe(
    z.email({ pattern: emailForm, message: 'must be an e-mail address such as ada@example.com' }),
  )
  .meta({
    format: 'email',
    minLength: 3,
    maxLength: 254,
    // The format alone would promise addresses such as "ada byron"@example.com.
    pattern: emailForm.source,
    examples: ['ada@example.com'],
  })

/**
 * The form in which addresses are compared: NFC and lower case. RFC 5321 lets a host tell `Ada@`
 * from `ada@`; no host does, and two accounts that look alike would only help who deceives.
 */
export function emailKey(email: string): string {
  return email.trim().normalize('NFC').toLowerCase().normalize('NFC')
}
