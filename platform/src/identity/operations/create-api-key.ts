import { z } from 'zod'
import type { FieldError } from '../../errors/define.ts'
import { invalidInput } from '../../errors/platform.ts'
import { limits } from '../../limits/classes.ts'
import { defineOperation } from '../../operation/define.ts'
import { signedIn } from '../../policy/policy.ts'
import { ApiKey, KeyName, Scope, toApiKey, UsedBy } from '../api-key.ts'
import { apiKeyLimitReached } from '../errors.ts'
import { countLiveKeys, insertKey } from '../key-store.ts'
import { lockPerson } from '../store.ts'
import { hashToken, newKey, prefixOf } from '../token.ts'

const liveKeysMax = 50

export const createApiKey = (knownScopes: () => readonly string[]) =>
  defineOperation({
    name: 'auth.create_api_key',
    summary: 'Make an API key for a script or an agent; the key is shown this once.',
    http: 'POST /auth/api_keys',
    effect: 'write',
    actors: 'person',
    undo: { by: 'auth.revoke_api_key' },
    secretAnswer: true,
    login: 'identity',
    input: z.strictObject({
      name: KeyName,
      scopes: z.array(Scope).min(1).max(50).describe('What the key may do.'),
      expiresInDays: z.number().int().min(1).max(365).default(90),
      usedBy: UsedBy.default('agent'),
    }),
    output: ApiKey.omit({ lastUsedAt: true, revokedAt: true }).extend({
      key: z.string().max(47).describe('The key itself. Keep it now: it is not shown again.'),
    }),
    errors: [apiKeyLimitReached],
    policy: signedIn,
    limit: limits.write,
    created: ({ id }) => `/auth/api_keys/${id}`,
    audit: ({ input, output }) => ({ subject: output?.id ?? `key ${input.name}` }),
    example: async () => ({ name: 'laptop', scopes: knownScopes().slice(0, 1) }),

    async run({ input, caller, db, now }) {
      const scopes = [...new Set(input.scopes)].sort()
      refuseUnknown(input.scopes, knownScopes())
      const ownerId = caller.personId
      await lockPerson(db, ownerId)
      if ((await countLiveKeys(db, { ownerId, now })) >= liveKeysMax) {
        throw apiKeyLimitReached({ detail: `You have ${liveKeysMax} live API keys.` })
      }
      const key = newKey()
      const row = await insertKey(db, {
        ownerId,
        name: input.name,
        prefix: prefixOf(key),
        hash: hashToken(key),
        scopes,
        usedBy: input.usedBy,
        now,
        expiresAt: now.add({ hours: 24 * input.expiresInDays }),
      })
      const { lastUsedAt: _used, revokedAt: _revoked, ...made } = toApiKey(row)
      return { ...made, key }
    },
  })

/** A scope that nothing asks for would be a promise about the future that nobody made. */
function refuseUnknown(scopes: readonly string[], known: readonly string[]): void {
  const errors = scopes.flatMap((scope, at): FieldError[] => {
    if (known.includes(scope)) return []
    const message = `is not a scope of this installation; there are ${known.join(', ')}`
    return [{ field: `scopes.${at}`, code: 'unknown_scope', message }]
  })
  if (errors.length > 0) throw invalidInput({ errors: errors.slice(0, 20) })
}
