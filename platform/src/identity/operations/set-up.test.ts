import { afterEach, beforeEach, expect, test } from 'vitest'
import { startTestPlinth, type TestPlinth } from '../../testing.ts'
import { notes } from '../app-for-tests.ts'
import { callAuth, goodPassword, newEmail } from '../calls-for-tests.ts'

let plinth: TestPlinth
let token: string
beforeEach(async () => {
  plinth = await startTestPlinth({ apps: [notes] })
  token = plinth.server.setupUrl?.split('#')[1] ?? ''
})
afterEach(() => plinth.stop())

const account = () => ({ token, email: newEmail('Grace'), password: goodPassword, name: 'Grace' })
const administrators = () =>
  plinth.sql<{ person_id: string; role: string }>('select person_id, role from identity.role_grant')

test('the token from the terminal makes the first administrator, signed in', async () => {
  const { output } = await callAuth(plinth, 'set_up', account())
  expect(output).toMatchObject({ name: 'Grace', roles: ['platform:admin'], scopes: ['*'] })
  expect(await administrators()).toEqual([
    { person_id: (output as { id: string }).id, role: 'platform:admin' },
  ])
})

// The attack: whoever finds the page first tries tokens, or the true one after it was used.
test('a wrong token makes nobody anything', async () => {
  for (const wrong of ['x', token.slice(1), `${token}x`, token.toLowerCase(), 'x'.repeat(100)]) {
    const answer = await callAuth(plinth, 'set_up', { ...account(), token: wrong })
    expect(answer.code).toBe('SETUP_TOKEN_WRONG')
  }
  expect(await administrators()).toEqual([])
  expect(await plinth.sql('select from identity.person')).toEqual([])
})

test('the token is worth nothing once there is an administrator', async () => {
  await callAuth(plinth, 'set_up', account())
  expect((await callAuth(plinth, 'set_up', account())).code).toBe('ADMINISTRATOR_EXISTS')
  expect(await administrators()).toHaveLength(1)
  expect(await plinth.sql('select from identity.person')).toHaveLength(1)
})

test('of several who use the token in the same moment, one becomes the administrator', async () => {
  const answers = await Promise.all(
    Array.from({ length: 4 }, () => callAuth(plinth, 'set_up', account())),
  )
  expect(answers.map(({ code }) => code ?? 'DONE').sort()).toEqual([
    'ADMINISTRATOR_EXISTS',
    'ADMINISTRATOR_EXISTS',
    'ADMINISTRATOR_EXISTS',
    'DONE',
  ])
  expect(await administrators()).toHaveLength(1)
})

test('the token stays good when the try with it failed', async () => {
  const ada = await plinth.createPerson('Ada')
  const taken = await callAuth(plinth, 'set_up', { ...account(), email: ada.email })
  expect(taken.code).toBe('EMAIL_TAKEN')
  expect((await callAuth(plinth, 'set_up', account())).code).toBeUndefined()
})

test('signing up makes nobody an administrator, not even the first person', async () => {
  await plinth.createPerson('Ada')
  expect(await administrators()).toEqual([])
})
