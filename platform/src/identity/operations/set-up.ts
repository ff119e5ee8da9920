import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { limits } from '../../limits/classes.ts'
import { defineOperation } from '../../operation/define.ts'
import { everyone } from '../../policy/policy.ts'
import { line, text } from '../../schema/text.ts'
import { TimeZone } from '../../schema/values.ts'
import { accountSubject } from '../account-subject.ts'
import { beginSession } from '../begin-session.ts'
import { Email, emailKey } from '../email.ts'
import type { Engine } from '../engine.ts'
import { administratorExists, emailTaken, setupTokenWrong } from '../errors.ts'
import { Me } from '../me.ts'
import { checkNewPassword, NewPassword } from '../password.ts'
import { grantAdministrator, hasAdministrator, lockFirstAdministrator } from '../store.ts'
import { isSameSecret } from '../token.ts'

export const setUp = (engine: Engine, setupToken: string) =>
  defineOperation({
    name: 'auth.set_up',
    summary: 'Make the account of the first administrator, with the token from the terminal.',
    http: 'POST /auth/set_up',
    effect: 'write',
    actors: 'anyone',
    undo: false,
    login: 'identity',
    input: z
      .strictObject({
        token: text(100, { min: 1 }).describe('What stands after # in the printed address.'),
        email: Email,
        password: NewPassword,
        name: line(120).describe('What others see.'),
        timeZone: TimeZone.default('UTC').describe('The zone in which your dates and times are.'),
      })
      .check(checkNewPassword),
    output: Me,
    errors: [setupTokenWrong, administratorExists, emailTaken],
    policy: everyone,
    limit: limits.auth,
    account: ({ email }) => emailKey(email),
    created: () => '/auth/me',
    audit: ({ input, output }) => ({ subject: accountSubject(input.email, output) }),
    // The one example that is refused: examples are published, and the token makes administrators.
    example: async () => ({
      token: 'the-token-that-plinth-printed-when-it-started',
      email: `grace.${randomUUID()}@example.com`,
      password: 'quiet harbour lantern',
      name: 'Grace',
    }),

    async run({ input, db, now, session }) {
      if (!isSameSecret(input.token, setupToken)) throw setupTokenWrong()
      await lockFirstAdministrator(db)
      if (await hasAdministrator(db)) throw administratorExists()
      const signedIn = await engine.signUp({ db, now }, input)
      await grantAdministrator(db, { personId: signedIn.personId, now })
      return beginSession({ db, session }, signedIn)
    },
  })
