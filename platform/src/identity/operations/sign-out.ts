import { z } from 'zod'
import { limits } from '../../limits/classes.ts'
import { defineOperation } from '../../operation/define.ts'
import { signedIn } from '../../policy/policy.ts'
import type { Forgotten } from '../credential-cache.ts'
import { endSession } from '../store.ts'

export const signOut = (forget: (forgotten: Forgotten) => void) =>
  defineOperation({
    name: 'auth.sign_out',
    summary: 'End this browser session, here and on the server.',
    http: 'POST /auth/sign_out',
    effect: 'write',
    actors: 'person',
    undo: false,
    login: 'identity',
    input: z.strictObject({}),
    output: z.strictObject({ signedOut: z.literal(true) }),
    errors: [],
    policy: signedIn,
    limit: limits.write,
    audit: () => ({ subject: 'own session' }),
    example: async () => ({}),

    async run({ caller, db, session }) {
      await endSession(db, caller.actor.id)
      forget({ sessionId: caller.actor.id })
      session.end()
      return { signedOut: true as const }
    },
  })
