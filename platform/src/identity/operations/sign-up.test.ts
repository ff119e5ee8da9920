import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestPlinth, type TestPlinth } from '../../testing.ts'
import { notes } from '../app-for-tests.ts'
import { callAuth, goodPassword, newEmail, surfaces } from '../calls-for-tests.ts'

let plinth: TestPlinth
beforeAll(async () => {
  plinth = await startTestPlinth({ apps: [notes] })
})
afterAll(() => plinth.stop())

const countOf = async () => {
  const [row] = await plinth.sql<{ people: number; accounts: number; sessions: number }>(`select
    (select count(*)::int from identity.person) as people,
    (select count(*)::int from identity.account) as accounts,
    (select count(*)::int from identity.session) as sessions`)
  return row
}

describe.for(surfaces)('auth.sign_up over %s', (surface) => {
  test('makes a person, an account and a session, and keeps the address as typed', async () => {
    const email = newEmail('Ada.Lovelace')
    const input = { email, password: goodPassword, name: ' Ada ', timeZone: 'Asia/Tokyo' }
    const { output } = await callAuth(plinth, 'sign_up', input, { surface })
    expect(output).toMatchObject({
      email,
      name: 'Ada',
      timeZone: 'Asia/Tokyo',
      roles: [],
      scopes: ['*'],
      actor: { kind: 'person', name: 'browser' },
      emailConfirmed: false,
    })
    const { id } = output as { id: string }
    const rows = await plinth.sql<{ email_key: string; hash: string; sessions: number }>(
      `select email_key, account.password_hash as hash,
         (select count(*)::int from identity.session where person_id = person.id) as sessions
       from identity.person join identity.account on account.person_id = person.id
       where person.id = $1`,
      [id],
    )
    expect(rows).toEqual([
      {
        email_key: email.toLowerCase(),
        hash: expect.stringMatching(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/),
        sessions: 1,
      },
    ])
  })

  test('takes UTC where no time zone is given', async () => {
    const input = { email: newEmail(), password: goodPassword, name: 'Ada' }
    const { output } = await callAuth(plinth, 'sign_up', input, { surface })
    expect(output).toMatchObject({ timeZone: 'UTC' })
  })

  test('refuses an address with an account, whatever its case, and changes nothing', async () => {
    const email = newEmail()
    const input = { email, password: goodPassword, name: 'Ada' }
    await callAuth(plinth, 'sign_up', input, { surface })
    const before = await countOf()
    const again = { ...input, email: email.toUpperCase() }
    expect((await callAuth(plinth, 'sign_up', again, { surface })).code).toBe('EMAIL_TAKEN')
    expect(await countOf()).toEqual(before)
  })

  test('gives an address to exactly one of several who take it in the same moment', async () => {
    const email = newEmail()
    const before = await countOf()
    const answers = await Promise.all(
      ['Ada', 'Grace', 'Tom', 'Ada'].map((name) =>
        callAuth(plinth, 'sign_up', { email, password: goodPassword, name }, { surface }),
      ),
    )
    expect(answers.map(({ code }) => code ?? 'DONE').sort()).toEqual([
      'DONE',
      'EMAIL_TAKEN',
      'EMAIL_TAKEN',
      'EMAIL_TAKEN',
    ])
    expect(await countOf()).toEqual({
      people: (before?.people ?? 0) + 1,
      accounts: (before?.accounts ?? 0) + 1,
      sessions: (before?.sessions ?? 0) + 1,
    })
  })

  test.for([
    ['a short password', { password: 'Sh0rt-one' }, 'password'],
    ['a common password', { password: 'P@ssw0rd2024!!' }, 'password'],
    ['a password with the name in it', { password: 'quiet GRACE harbour' }, 'password'],
    ['a password of more than 256 bytes', { password: `${'é'.repeat(129)} harbour` }, 'password'],
    ['no address', { email: 'grace' }, 'email'],
    ['a name of 121 characters', { name: 'x'.repeat(121) }, 'name'],
    ['an empty name', { name: '   ' }, 'name'],
    ['an unknown zone', { timeZone: 'Mars/Olympus' }, 'timeZone'],
    ['a role', { role: 'platform:admin' }, 'role'],
  ] as const)('refuses %s, names the field and repeats no password', async ([, change, field]) => {
    const before = await countOf()
    const input = { email: newEmail(), password: goodPassword, name: 'Grace', ...change }
    const answer = await callAuth(plinth, 'sign_up', input, { surface })
    expect(answer.code).toBe('INVALID_INPUT')
    const errors = answer.problem?.errors as readonly { field: string }[]
    expect(errors.map((error) => error.field)).toEqual([field])
    if ('password' in change) expect(JSON.stringify(answer)).not.toContain(change.password)
    expect(await countOf()).toEqual(before)
  })

  test('is not hindered by a cookie that has long ended', async () => {
    const input = { email: newEmail(), password: goodPassword, name: 'Ada' }
    const credential = { kind: 'session', token: 'x'.repeat(43) } as const
    expect((await callAuth(plinth, 'sign_up', input, { surface, credential })).code).toBeUndefined()
  })
})

test('no log line, call, image or answer holds the password or the token', async () => {
  const person = await plinth.createPerson()
  await person.key()
  const token = person.session.kind === 'session' ? person.session.token : ''
  const kept = await plinth.sql<{ text: string }>(`
    select to_jsonb(call)::text as text from platform.call
    union all select to_jsonb(change)::text from platform.change
    union all select to_jsonb(account)::text from identity.account
    union all select to_jsonb(session)::text from identity.session`)
  const everything = JSON.stringify([kept, plinth.logs])
  expect(kept.length).toBeGreaterThan(4)
  expect(token).toHaveLength(43)
  for (const secret of [person.password, token]) expect(everything).not.toContain(secret)
  const imaged = await plinth.sql<{ name: string }>(
    'select distinct jsonb_object_keys(after) as name from platform.change',
  )
  const names = imaged.map(({ name }) => name)
  expect(names).toContain('provider_id')
  for (const secret of ['password_hash', 'access_token', 'key_hash', 'token_hash']) {
    expect(names).not.toContain(secret)
  }
})
