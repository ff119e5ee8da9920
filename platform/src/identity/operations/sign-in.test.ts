import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestPlinth, type TestPerson, type TestPlinth } from '../../testing.ts'
import { notes } from '../app-for-tests.ts'
import { callAuth, newEmail, surfaces, withoutIds } from '../calls-for-tests.ts'

let plinth: TestPlinth
let ada: TestPerson
let locked: TestPerson
beforeAll(async () => {
  plinth = await startTestPlinth({ apps: [notes] })
  ada = await plinth.createPerson('Ada')
  locked = await plinth.createPerson('Tom')
  await plinth.sql('update identity.person set is_locked = true where id = $1', [locked.personId])
})
afterAll(() => plinth.stop())

const sessionsOf = async (person: TestPerson) =>
  (
    await plinth.sql<{ id: string }>('select id from identity.session where person_id = $1', [
      person.personId,
    ])
  ).length

describe.for(surfaces)('auth.sign_in over %s', (surface) => {
  test.for([(email: string) => email, (email: string) => ` ${email.toUpperCase()} `])(
    'begins another session for the right password, whatever the case of the address',
    async (spell) => {
      const before = await sessionsOf(ada)
      const input = { email: spell(ada.email), password: ada.password, as: 'session' }
      const { output } = await callAuth(plinth, 'sign_in', input, { surface })
      expect(output).toMatchObject({ id: ada.personId, email: ada.email, scopes: ['*'] })
      expect(await sessionsOf(ada)).toBe(before + 1)
    },
  )

  // The attack: a list of addresses is tried, and the answers that differ tell who has an account.
  test('answers the same to an unknown address, a wrong password and a locked person', async () => {
    const wrong = 'a wrong password of ours'
    const answers = await Promise.all(
      [
        { email: ada.email, password: wrong },
        { email: newEmail(), password: wrong },
        { email: locked.email, password: wrong },
        { email: locked.email, password: locked.password },
        { email: ada.email, password: `${ada.password} ` },
        { email: ada.email, password: ada.password.toUpperCase() },
      ].map((input) => callAuth(plinth, 'sign_in', { ...input, as: 'session' }, { surface })),
    )
    expect(answers[0]?.code).toBe('INVALID_CREDENTIALS')
    for (const answer of answers) expect(withoutIds(answer)).toEqual(withoutIds(answers[0]!))
    expect(await sessionsOf(locked)).toBe(1)
  })

  test('takes no other way than the session', async () => {
    const input = { email: ada.email, password: ada.password, as: 'token' }
    expect((await callAuth(plinth, 'sign_in', input, { surface })).code).toBe('INVALID_INPUT')
  })
})

test('a locked person’s session and keys answer no more', async () => {
  const tom = await plinth.createPerson('Tom')
  const key = { kind: 'bearer', token: await tom.key() } as const
  await plinth.sql('update identity.person set is_locked = true where id = $1', [tom.personId])
  plinth.clock.advance('PT5S')
  for (const credential of [tom.session, key]) {
    expect((await callAuth(plinth, 'get_me', {}, { credential })).code).toBe('UNAUTHENTICATED')
  }
})

test('the audit of a failed try has nothing that was typed', async () => {
  const email = newEmail('Grace')
  await callAuth(plinth, 'sign_in', { email, password: 'whatever it may be', as: 'session' })
  const calls = await plinth.sql<{ subject: string; outcome: string; code: string | null }>(
    `select subject, outcome, code from platform.call
     where operation = 'auth.sign_in' order by at desc, id desc limit 1`,
  )
  expect(calls).toEqual([
    {
      subject: expect.stringMatching(/^account:[\w-]{16}$/),
      outcome: 'refused',
      code: 'INVALID_CREDENTIALS',
    },
  ])
})

test('an account has five tries a minute and no more', async () => {
  const limited = await startTestPlinth({
    apps: [notes],
    environment: { RATE_LIMIT_ENABLED: 'true' },
  })
  try {
    const input = { email: newEmail(), password: 'whatever it may be', as: 'session' }
    const codes: (string | undefined)[] = []
    for (let call = 0; call < 6; call++) {
      codes.push((await callAuth(limited, 'sign_in', input)).code)
    }
    expect(codes).toEqual([...Array(5).fill('INVALID_CREDENTIALS'), 'RATE_LIMITED'])
  } finally {
    await limited.stop()
  }
})
