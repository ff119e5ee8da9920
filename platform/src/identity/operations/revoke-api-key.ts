import { z } from 'zod'
import { limits } from '../../limits/classes.ts'
import { defineOperation } from '../../operation/define.ts'
import { signedIn } from '../../policy/policy.ts'
import { Id } from '../../schema/values.ts'
import { ApiKey, toApiKey } from '../api-key.ts'
import type { Forgotten } from '../credential-cache.ts'
import { lockKey, markRevoked } from '../key-store.ts'
import type { createApiKey } from './create-api-key.ts'

export const revokeApiKey = (parts: {
  readonly forget: (forgotten: Forgotten) => void
  readonly createApiKey: ReturnType<typeof createApiKey>
}) =>
  defineOperation({
    name: 'auth.revoke_api_key',
    summary: 'End an API key at once and for ever.',
    http: 'DELETE /auth/api_keys/{keyId}',
    effect: 'write',
    actors: 'person',
    undo: false,
    hints: { destructive: true, idempotent: true },
    login: 'identity',
    input: z.strictObject({ keyId: Id }),
    output: ApiKey,
    errors: [],
    load: ({ input, db, caller }) => lockKey(db, { id: input.keyId, ownerId: caller.personId }),
    policy: signedIn,
    limit: limits.write,
    audit: ({ input }) => ({ subject: input.keyId }),
    example: async ({ as }) => ({ keyId: (await as.person(parts.createApiKey)).id }),

    async run({ loaded: key, db, now }) {
      parts.forget({ keyId: key.id })
      return toApiKey(key.revoked_at ? key : await markRevoked(db, { id: key.id, now }))
    },
  })
