import type { DefinedError } from '../errors/define.ts'
import {
  crossSite,
  forbidden,
  idempotencyConflict,
  idempotencyInProgress,
  idempotencySecret,
  insufficientScope,
  internal,
  invalidInput,
  invalidJson,
  notFound,
  payloadTooLarge,
  personRequired,
  platformErrors,
  rateLimited,
  timedOut,
  unauthenticated,
  unavailable,
  unsupportedMediaType,
  versionConflict,
} from '../errors/platform.ts'
import { everyone, signedIn } from '../policy/policy.ts'
import { inputJsonSchema } from '../schema/json-schema.ts'
import type { AnyOperation } from './define.ts'
import { type Registry, routeOf, scopeOf } from './registry.ts'

/**
 * Every refusal that a call of an operation may meet, those it declares first. It follows the steps
 * of the road: a step that an operation does not have refuses nothing. For readers; the road itself
 * decides by `toRefusal`.
 */
export function refusalsOf(operation: AnyOperation): readonly DefinedError[] {
  const { actors, effect, policy } = operation
  const isOpen = actors === 'anyone'
  const isWrite = effect !== 'read'
  const hasBody = routeOf(operation).method !== 'GET'
  const needsScope = actors === 'any' && scopeOf(operation) !== undefined
  const takesVersion = inputJsonSchema(operation.input).properties?.ifVersion !== undefined
  const possible = [
    ...operation.errors,
    ...(hasBody ? [invalidJson, payloadTooLarge, unsupportedMediaType] : []),
    ...(isWrite ? [crossSite] : []),
    ...(isOpen ? [] : [unauthenticated]),
    rateLimited,
    invalidInput,
    ...(actors === 'person' ? [personRequired] : []),
    ...(needsScope ? [insufficientScope] : []),
    ...(isWrite && !isOpen ? [idempotencyConflict, idempotencyInProgress] : []),
    ...(isWrite && operation.secretAnswer ? [idempotencySecret] : []),
    ...(operation.load ? [notFound] : []),
    ...(policy === everyone || policy === signedIn ? [] : [forbidden]),
    ...(takesVersion ? [versionConflict] : []),
    internal,
    unavailable,
    timedOut,
  ]
  return [...new Map(possible.map((kind) => [kind.code, kind])).values()]
}

/** A kind of refusal, and who may answer it. */
export interface KnownError {
  readonly kind: DefinedError
  /** Empty for what is refused before an operation is called at all. */
  readonly operations: readonly AnyOperation[]
}

/** Every code of the platform and the apps, by status and then by code. */
export function errorsOf(registry: Registry): readonly KnownError[] {
  const kinds = new Map(platformErrors.map((kind) => [kind.code, kind]))
  const answering = new Map<string, AnyOperation[]>()
  for (const operation of registry.operations) {
    for (const kind of refusalsOf(operation)) {
      kinds.set(kind.code, kind)
      answering.set(kind.code, [...(answering.get(kind.code) ?? []), operation])
    }
  }
  return [...kinds.values()]
    .sort((one, other) => one.status - other.status || (one.code < other.code ? -1 : 1))
    .map((kind) => ({ kind, operations: answering.get(kind.code) ?? [] }))
}
