import { randomUUID } from 'node:crypto'
import { callOver, type TestAnswer, type TestPlinth, type TestSurface } from '../testing.ts'
import type { Credential } from './caller.ts'

export const surfaces = ['direct', 'http'] as const satisfies readonly TestSurface[]
export const goodPassword = 'quiet harbour lantern'
export const newEmail = (name = 'Ada') => `${name}.${randomUUID()}@example.com`

/** The operations of this module are built by the server, so tests name them. */
export interface AuthCall {
  readonly surface?: TestSurface
  readonly credential?: Credential
  readonly idempotencyKey?: string
}

/** Calls an operation of this module by the part of its name after the dot. */
export function callAuth(
  { server }: TestPlinth,
  name: string,
  input: Readonly<Record<string, unknown>>,
  { surface = 'http', credential = { kind: 'none' }, idempotencyKey }: AuthCall = {},
): Promise<TestAnswer> {
  const operation = server.registry.find(`auth.${name}`)
  if (!operation) throw new Error(`There is no operation auth.${name}.`)
  return callOver(server, surface, { operation, credential, input, idempotencyKey })
}

/** A refusal without what differs from call to call. */
export function withoutIds({ problem, code }: TestAnswer) {
  const { requestId: _id, ...rest } = problem ?? {}
  return { code, ...rest }
}
