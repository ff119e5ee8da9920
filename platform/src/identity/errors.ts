import { defineError } from '../errors/define.ts'

export const emailTaken = defineError({
  code: 'EMAIL_TAKEN',
  status: 409,
  title: 'There is an account with this e-mail address already.',
  when: 'Somebody signs up with the address of an account that exists.',
  nextStep: 'Sign in, or use another address.',
})

/** The same whatever was wrong, so that nobody learns from it which addresses have an account. */
export const invalidCredentials = defineError({
  code: 'INVALID_CREDENTIALS',
  status: 401,
  title: 'The e-mail address and the password do not belong together.',
  when: 'The address is unknown, the password wrong or the account locked; all look the same.',
  nextStep: 'Check both and try again.',
})

export const apiKeyLimitReached = defineError({
  code: 'API_KEY_LIMIT_REACHED',
  status: 409,
  title: 'You have as many live API keys as one person may have.',
  when: 'A person who has 50 live keys makes another one.',
  nextStep: 'Revoke a key that is no longer used, then make the new one.',
})

export const setupTokenWrong = defineError({
  code: 'SETUP_TOKEN_WRONG',
  status: 403,
  title: 'This is not the one-time token of this installation.',
  when: 'Somebody sets the installation up with another token than the printed one.',
  nextStep: 'Open the address that Plinth printed on its terminal when it started.',
})

export const administratorExists = defineError({
  code: 'ADMINISTRATOR_EXISTS',
  status: 409,
  title: 'This installation has its first administrator already.',
  when: 'Somebody sets the installation up that has an administrator.',
  nextStep: 'Sign up as yourself, and ask an administrator for the role that you need.',
})
