import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { apps } from '../apps/src/all.ts'
import { contractSource } from '../platform/src/client/contract.ts'
import { createAuthApp } from '../platform/src/identity/app.ts'
import { createRegistry } from '../platform/src/operation/registry.ts'

/**
 * The contract of everything that this repository serves, as src/api/contract.ts must have it. The
 * web itself never imports server code; this file alone does, so that what the web was written
 * against is what the server says.
 */
export function contractText(): string {
  // Nothing is called here, only described, so no secret and no registry are needed.
  const auth = createAuthApp({ secret: Buffer.alloc(32), knownScopes: () => [], forget: () => {} })
  return contractSource(createRegistry([auth, ...apps]))
}

// Run as a script, after a change of an operation's schema or route, it prints the file anew.
if (import.meta.main) {
  writeFileSync(join(import.meta.dirname, 'src/api/contract.ts'), contractText())
}
