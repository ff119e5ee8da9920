import { unauthenticated } from '../errors/platform.ts'
import { type Caller, nobody } from '../identity/caller.ts'
import { addressBucket } from '../limits/address.ts'
import type { LimitState } from '../limits/limiter.ts'
import { decode } from './decode.ts'
import { guardLimit, guardScope } from './guards.ts'
import type { Journey } from './journey.ts'
import type { RoadParts } from './parts.ts'

/** The first half of the road: everything that can be refused without asking the data. */
export async function admit(parts: RoadParts, journey: Journey): Promise<object> {
  const { call, compiled } = journey
  journey.caller = await identify(parts, journey)
  journey.limit = await limitCaller(parts, journey)
  if (journey.limit) guardLimit(journey.limit)
  const input = decode(call.operation, call.input)
  await limitAccount(parts, journey, input)
  // From here on a refusal leaves a call row; those of a flood are only counted.
  journey.input = input
  guardScope(compiled, journey.caller)
  return input
}

/**
 * An operation that is open to anyone runs as nobody, whatever credential came along: a stale cookie
 * must not keep a person from signing in.
 */
async function identify(parts: RoadParts, { call }: Journey): Promise<Caller> {
  if (call.operation.actors === 'anyone') return nobody
  if (call.credential.kind === 'none') throw unauthenticated()
  const caller = await parts.identify(call.credential)
  if (!caller) {
    throw unauthenticated({ detail: 'The credential is not valid: unknown, expired or revoked.' })
  }
  return caller
}

async function limitCaller(parts: RoadParts, journey: Journey): Promise<LimitState | undefined> {
  const { limiter, rates } = parts
  const { call, caller } = journey
  if (!rates.isEnabled) return undefined
  if (call.operation.limit === 'auth') {
    const key = `address:${addressBucket(call.address)}`
    return limiter.take({ name: 'auth', key, rate: rates.auth })
  }
  if (caller.personId === undefined) return undefined
  const name = caller.actor.kind === 'person' ? 'session' : 'key'
  return limiter.take({ name, key: caller.actor.id, rate: rates[name] })
}

/** Whoever tries passwords from many addresses still meets a limit at the account. */
async function limitAccount(parts: RoadParts, journey: Journey, input: object): Promise<void> {
  const account = journey.call.operation.account?.(input)
  if (account === undefined || !parts.rates.isEnabled) return
  const bucket = { name: 'auth', key: `account:${account}`, rate: parts.rates.auth }
  journey.limit = await parts.limiter.take(bucket)
  guardLimit(journey.limit)
}
