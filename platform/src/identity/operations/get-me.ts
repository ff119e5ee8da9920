import { z } from 'zod'
import { limits } from '../../limits/classes.ts'
import { defineOperation } from '../../operation/define.ts'
import { signedIn } from '../../policy/policy.ts'
import { Me, toMe } from '../me.ts'
import { findPerson } from '../store.ts'

export const getMe = defineOperation({
  name: 'auth.get_me',
  summary: 'Tell who is signed in, through what, and what that may do.',
  http: 'GET /auth/me',
  effect: 'read',
  scope: 'none',
  login: 'identity',
  input: z.strictObject({}),
  output: Me,
  errors: [],
  load: ({ db, caller }) => findPerson(db, caller.personId),
  policy: signedIn,
  limit: limits.read,
  audit: () => ({ subject: 'self' }),
  example: async () => ({}),

  run: ({ loaded, caller }) => toMe(loaded, caller),
})
