import { defineApp } from '../operation/registry.ts'
import type { Forgotten } from './credential-cache.ts'
import { createEngine } from './engine.ts'
import { createApiKey } from './operations/create-api-key.ts'
import { getMe } from './operations/get-me.ts'
import { listApiKeys } from './operations/list-api-keys.ts'
import { revokeApiKey } from './operations/revoke-api-key.ts'
import { setUp } from './operations/set-up.ts'
import { signIn } from './operations/sign-in.ts'
import { signOut } from './operations/sign-out.ts'
import { signUp } from './operations/sign-up.ts'
import { setupTokenOf } from './set-up.ts'

export interface AuthAppOptions {
  /** The installation's secret; what is derived from it here is for this module's purposes only. */
  readonly secret: Buffer
  /** The scopes that a key may be given. A function: the registry is built after the app. */
  readonly knownScopes: () => readonly string[]
  /** Ends what this process remembers of a credential, from the call on that revokes it. */
  readonly forget: (forgotten: Forgotten) => void
}

/** Accounts, sessions and API keys: an app like any other, that only the platform can build. */
export function createAuthApp({ secret, knownScopes, forget }: AuthAppOptions) {
  const engine = createEngine({ secret })
  const signingUp = signUp(engine)
  const creatingKey = createApiKey(knownScopes)
  return defineApp({
    name: 'auth',
    title: 'Account',
    summary: 'Signing up and in, and the keys with which scripts and agents act for a person.',
    operations: {
      signUp: signingUp,
      signIn: signIn(engine, signingUp),
      signOut: signOut(forget),
      getMe,
      createApiKey: creatingKey,
      listApiKeys,
      revokeApiKey: revokeApiKey({ forget, createApiKey: creatingKey }),
      setUp: setUp(engine, setupTokenOf(secret)),
    },
  })
}
