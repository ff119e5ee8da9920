import { z } from 'zod'
import { decodeCursor, encodeCursor } from '../../db/cursor.ts'
import { limits } from '../../limits/classes.ts'
import { defineOperation } from '../../operation/define.ts'
import { signedIn } from '../../policy/policy.ts'
import { pageInput, pageOf } from '../../schema/page.ts'
import { ApiKey, toApiKey } from '../api-key.ts'
import { listKeys } from '../key-store.ts'

const question = 'auth.list_api_keys'

export const listApiKeys = defineOperation({
  name: 'auth.list_api_keys',
  summary: 'List your API keys, newest first, revoked and expired ones included.',
  http: 'GET /auth/api_keys',
  effect: 'read',
  actors: 'person',
  login: 'identity',
  input: z.strictObject({ ...pageInput }),
  output: pageOf(ApiKey),
  errors: [],
  policy: signedIn,
  limit: limits.read,
  audit: () => ({ subject: 'own keys' }),
  example: async () => ({ limit: 20 }),

  async run({ input, caller, db }) {
    const [before = null] = input.cursor ? decodeCursor(question, input.cursor, ['id']) : []
    // One more than asked for says whether there is another page.
    const page = { ownerId: caller.personId, before: before as string | null }
    const rows = await listKeys(db, { ...page, limit: input.limit + 1 })
    const shown = rows.slice(0, input.limit)
    const last = rows.length > shown.length ? shown.at(-1) : undefined
    return {
      items: shown.map(toApiKey),
      nextCursor: last ? encodeCursor(question, [last.id]) : null,
    }
  },
})
