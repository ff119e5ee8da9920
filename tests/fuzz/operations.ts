import { apps } from '../../apps/src/all.ts'
import { createAuthApp } from '../../platform/src/identity/app.ts'
import type { AnyOperation } from '../../platform/src/operation/define.ts'
import { createRegistry, type Registry, scopesOf } from '../../platform/src/operation/registry.ts'
import { outputJsonSchema } from '../../platform/src/schema/json-schema.ts'
import { sampleOf } from '../../platform/src/schema/sample.ts'
import type { Fields } from './values.ts'

/**
 * Every operation of this installation, without a server: the names of the tests are needed before
 * one is started. A new operation is in here by being in the registry.
 */
export const registry: Registry = createRegistry([
  createAuthApp({
    secret: Buffer.alloc(32),
    knownScopes: () => scopesOf(registry),
    forget: () => {},
  }),
  ...apps,
])

/** An example of which every id is made up, for what needs no server. */
export async function exampleOf(operation: AnyOperation): Promise<Fields> {
  const answer = async (other: AnyOperation) => sampleOf(outputJsonSchema(other.output)) as never
  return (await operation.example({ as: { person: answer, other: answer } })) as Fields
}
