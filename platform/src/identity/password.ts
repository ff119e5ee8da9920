import type { z } from 'zod'
import { text } from '../schema/text.ts'
import { passwordBytesMax, passwordComplaint } from './password-rule.ts'

/** A password that somebody tries. Whether it is a good one is not asked here. */
export const GivenPassword = text(passwordBytesMax, { min: 1 })

/** A password that is to be kept. Add `checkNewPassword` to the schema of the whole input. */
export const NewPassword = GivenPassword.describe(
  'At least 15 characters, or 12 with upper case, lower case and a digit; at most 256 bytes. ' +
    'Not a common one, no sequence, and nothing of your name or address.',
)

/** Refuses an input whose new password breaks the rule; add it to the input's schema as a check. */
export function checkNewPassword(
  context: z.core.ParsePayload<{
    readonly password: string
    readonly email: string
    readonly name: string
  }>,
): void {
  const { password, email, name } = context.value
  const message = passwordComplaint(password, { email, name })
  if (!message) return
  // The input itself is a password, and what is put here may be shown.
  context.issues.push({ code: 'custom', path: ['password'], message, input: undefined })
}
