import { apps } from '../../apps/src/all.ts'
import { createAuthApp } from '../../platform/src/identity/app.ts'
import { createRegistry, type Registry, scopesOf } from '../../platform/src/operation/registry.ts'

/** What this repository serves, to be described; nothing can be called, so no secret is needed. */
export function describedRegistry(): Registry {
  const auth = createAuthApp({
    secret: Buffer.alloc(32),
    knownScopes: () => scopesOf(registry),
    forget: () => {},
  })
  const registry: Registry = createRegistry([auth, ...apps])
  return registry
}
