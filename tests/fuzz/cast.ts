import type { TestPerson, TestPlinth } from '@plinth/platform/testing'
import type { AnyOperation } from '../../platform/src/operation/define.ts'
import { scopeOf, scopesOf } from '../../platform/src/operation/registry.ts'
import type { Fields } from './values.ts'

/**
 * Who calls. Ada owns what the example makes; `key` is hers with all scopes, `narrowKey` hers without
 * the one that the operation needs. Tom has an account of his own, and Ada's ids.
 */
export const callers = ['nobody', 'ada', 'key', 'narrowKey', 'tom'] as const
export type CallerName = (typeof callers)[number]

export interface Cast {
  /** The headers by which a caller is known. */
  readonly credentials: Readonly<Record<CallerName, Readonly<Record<string, string>>>>
  /** Where a session is none, Tom has a key with all scopes. */
  readonly tomsKey: Readonly<Record<string, string>>
  /** Makes what an example needs, as Ada, and gives an input that works for her. */
  example(): Promise<Fields>
}

/** New people for an operation, so that nothing that went before is theirs. */
export async function createCast(plinth: TestPlinth, operation: AnyOperation): Promise<Cast> {
  const [ada, tom] = await Promise.all([
    plinth.createPerson('Ada Byron'),
    plinth.createPerson('Tom Unknown'),
  ])
  const scope = scopeOf(operation)
  const others = scopesOf(plinth.server.registry).filter((one) => one !== scope)
  const [key, narrowKey, tomsKey] = await Promise.all([
    ada.key(),
    ada.key({ scopes: others }),
    tom.key(),
  ])
  const kit = plinth.exampleKit({ person: ada, other: tom })
  return {
    credentials: {
      nobody: {},
      ada: sessionOf(plinth, ada),
      key: { authorization: `Bearer ${key}` },
      narrowKey: { authorization: `Bearer ${narrowKey}` },
      tom: sessionOf(plinth, tom),
    },
    tomsKey: { authorization: `Bearer ${tomsKey}` },
    example: async () => (await operation.example(kit)) as Fields,
  }
}

const sessionOf = ({ url }: TestPlinth, { cookie }: TestPerson) => ({ cookie, origin: url })

/** Why a caller may not call an operation at all, whatever the input; undefined for who may. */
export function refusalOf(operation: AnyOperation, caller: CallerName): string | undefined {
  if (operation.actors === 'anyone') return undefined
  if (caller === 'nobody') return 'UNAUTHENTICATED'
  const isKey = caller === 'key' || caller === 'narrowKey'
  if (isKey && operation.actors === 'person') return 'PERSON_REQUIRED'
  const lacksScope = caller === 'narrowKey' && scopeOf(operation) !== undefined
  return lacksScope ? 'INSUFFICIENT_SCOPE' : undefined
}

/** Those who may do what an example says: Ada, whose things it is about, with enough of a key. */
export const ableTo = (operation: AnyOperation): readonly CallerName[] =>
  callers.filter((caller) => caller !== 'tom' && refusalOf(operation, caller) === undefined)
