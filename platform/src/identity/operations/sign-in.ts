import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { limits } from '../../limits/classes.ts'
import { defineOperation } from '../../operation/define.ts'
import { everyone } from '../../policy/policy.ts'
import { accountSubject } from '../account-subject.ts'
import { beginSession } from '../begin-session.ts'
import { Email, emailKey } from '../email.ts'
import type { Engine } from '../engine.ts'
import { invalidCredentials } from '../errors.ts'
import { Me } from '../me.ts'
import { GivenPassword } from '../password.ts'
import type { signUp } from './sign-up.ts'

export const signIn = (engine: Engine, signUpFirst: ReturnType<typeof signUp>) =>
  defineOperation({
    name: 'auth.sign_in',
    summary: 'Sign in with an e-mail address and a password.',
    http: 'POST /auth/sign_in',
    effect: 'write',
    actors: 'anyone',
    undo: false,
    login: 'identity',
    input: z.strictObject({
      email: Email,
      password: GivenPassword,
      as: z.literal('session').default('session').describe('A browser session, in a cookie.'),
    }),
    output: Me,
    errors: [invalidCredentials],
    policy: everyone,
    limit: limits.auth,
    account: ({ email }) => emailKey(email),
    audit: ({ input, output }) => ({ subject: accountSubject(input.email, output) }),
    async example({ as }) {
      const email = `grace.${randomUUID()}@example.com`
      const password = 'quiet harbour lantern'
      await as.person(signUpFirst, { email, password, name: 'Grace' })
      return { email, password, as: 'session' as const }
    },

    async run({ input, db, now, session }) {
      const signedIn = await engine.signIn({ db, now }, input)
      if (!signedIn) throw invalidCredentials()
      return beginSession({ db, session }, signedIn)
    },
  })
