import type { Caller, SignedInCaller } from '../identity/caller.ts'

/**
 * Says whether a caller may make a call about what the call loaded. A policy is pure: it reads its
 * argument and nothing else, so every row of the policy matrix can be tested without a database.
 * It answers *which verb*; row-level security answers *whose row*.
 */
export type Policy<Loaded = unknown, C extends Caller = SignedInCaller> = (question: {
  readonly caller: C
  readonly loaded: Loaded
}) => boolean

/** Anybody, signed in or not. Only for operations whose actors are `anyone`. */
export const everyone: Policy<unknown, Caller> = () => true

/** Everybody who is signed in, about what is their own by construction. */
export const signedIn: Policy = ({ caller }) => caller.personId !== ''

/** The person who owns what was loaded. Row-level security says the same a second time. */
export const owner: Policy<{ readonly ownerId: string }> = ({ caller, loaded }) =>
  loaded.ownerId === caller.personId
