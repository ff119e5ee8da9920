import {
  forbidden,
  insufficientScope,
  personRequired,
  rateLimited,
  unauthenticated,
  versionConflict,
} from '../errors/platform.ts'
import type { Caller, SignedInCaller } from '../identity/caller.ts'
import type { LimitState } from '../limits/limiter.ts'
import type { CompiledOperation } from './compile.ts'
import type { AnyOperation } from './define.ts'

/** Throws RATE_LIMITED with the exact wait when the bucket is empty. */
export function guardLimit(state: LimitState): LimitState {
  if (state.retryAfterSeconds === 0) return state
  throw rateLimited({
    retryAfterSeconds: state.retryAfterSeconds,
    detail: `Too many calls: at most ${state.count} in ${state.seconds} seconds.`,
  })
}

export function isSignedIn(caller: Caller): caller is SignedInCaller {
  return caller.personId !== undefined
}

/** Throws UNAUTHENTICATED, PERSON_REQUIRED or INSUFFICIENT_SCOPE. */
export function guardScope({ operation, scope }: CompiledOperation, caller: Caller): void {
  if (operation.actors === 'anyone') return
  if (!isSignedIn(caller)) throw unauthenticated()
  if (operation.actors === 'person' && caller.actor.kind !== 'person') throw personRequired()
  if (scope && !caller.scopes.includes('*') && !caller.scopes.includes(scope)) {
    throw insufficientScope({
      detail: `The credential lacks the scope ${scope}.`,
      extra: { scope },
    })
  }
}

/** Throws FORBIDDEN when the policy says no, then VERSION_CONFLICT when `ifVersion` is not current. */
export function guardPolicy(
  operation: AnyOperation,
  question: { readonly caller: Caller; readonly input: object; readonly loaded: object | null },
): void {
  const { caller, input, loaded } = question
  if (!operation.policy({ caller, loaded })) throw forbidden()
  if (!('ifVersion' in input) || input.ifVersion === undefined || !loaded) return
  const version = 'version' in loaded ? loaded.version : undefined
  if (version !== input.ifVersion) {
    throw versionConflict({
      detail: `It is at version ${version}; the change was made on version ${input.ifVersion}.`,
      extra: { version },
    })
  }
}
