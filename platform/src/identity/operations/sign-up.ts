import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { limits } from '../../limits/classes.ts'
import { defineOperation } from '../../operation/define.ts'
import { everyone } from '../../policy/policy.ts'
import { line } from '../../schema/text.ts'
import { TimeZone } from '../../schema/values.ts'
import { accountSubject } from '../account-subject.ts'
import { beginSession } from '../begin-session.ts'
import { Email, emailKey } from '../email.ts'
import type { Engine } from '../engine.ts'
import { emailTaken } from '../errors.ts'
import { Me } from '../me.ts'
import { checkNewPassword, NewPassword } from '../password.ts'

export const signUp = (engine: Engine) =>
  defineOperation({
    name: 'auth.sign_up',
    summary: 'Make an account with a password, and sign in to it.',
    http: 'POST /auth/sign_up',
    effect: 'write',
    actors: 'anyone',
    undo: false,
    login: 'identity',
    input: z
      .strictObject({
        email: Email,
        password: NewPassword,
        name: line(120).describe('What others see.'),
        timeZone: TimeZone.default('UTC').describe('The zone in which your dates and times are.'),
      })
      .check(checkNewPassword),
    output: Me,
    errors: [emailTaken],
    policy: everyone,
    limit: limits.auth,
    account: ({ email }) => emailKey(email),
    created: () => '/auth/me',
    audit: ({ input, output }) => ({ subject: accountSubject(input.email, output) }),
    example: async () => ({
      email: `ada.${randomUUID()}@example.com`,
      password: 'quiet harbour lantern',
      name: 'Ada',
      timeZone: 'Europe/London',
    }),

    async run({ input, db, now, session }) {
      const signedIn = await engine.signUp({ db, now }, input)
      return beginSession({ db, session }, signedIn)
    },
  })
