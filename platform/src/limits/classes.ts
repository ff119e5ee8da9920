/** `count` calls in `seconds`, refilled evenly, and never more than `burst` at once. */
export interface Rate {
  readonly count: number
  readonly seconds: number
  readonly burst: number
}

/**
 * How often an operation may be called. `default` counts against the credential's own bucket (key or
 * session); `auth` counts strictly per address and per account, for whatever checks a password.
 */
export type LimitClass = 'default' | 'auth'

/** The limits an operation can name. */
export const limits = Object.freeze({
  read: 'default',
  write: 'default',
  auth: 'auth',
} satisfies Record<string, LimitClass>)
