import { defineError } from '../errors/define.ts'

export const emailTaken = defineError({
  code: 'EMAIL_TAKEN',
  status: 409,
  title: 'There is an account with this e-mail address already.',
  nextStep: 'Sign in, or use another address.',
})

/** The same whatever was wrong, so that nobody learns from it which addresses have an account. */
export const invalidCredentials = defineError({
  code: 'INVALID_CREDENTIALS',
  status: 401,
  title: 'The e-mail address and the password do not belong together.',
  nextStep: 'Check both and try again.',
})

export const apiKeyLimitReached = defineError({
  code: 'API_KEY_LIMIT_REACHED',
  status: 409,
  title: 'You have as many live API keys as one person may have.',
  nextStep: 'Revoke a key that is no longer used, then make the new one.',
})

export const setupTokenWrong = defineError({
  code: 'SETUP_TOKEN_WRONG',
  status: 403,
  title: 'This is not the one-time token of this installation.',
  nextStep: 'Open the address that Plinth printed on its terminal when it started.',
})

export const administratorExists = defineError({
  code: 'ADMINISTRATOR_EXISTS',
  status: 409,
  title: 'This installation has its first administrator already.',
  nextStep: 'Sign up as yourself, and ask an administrator for the role that you need.',
})
