import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startTestPlinth, type TestPerson, type TestPlinth } from '../../testing.ts'
import { notes } from '../app-for-tests.ts'
import type { Credential } from '../caller.ts'
import { callAuth, surfaces } from '../calls-for-tests.ts'

let plinth: TestPlinth
beforeAll(async () => {
  plinth = await startTestPlinth({ apps: [notes] })
})
afterEach(() => plinth.clock.reset())
afterAll(() => plinth.stop())

const codeOfMe = async (credential: Credential) =>
  (await callAuth(plinth, 'get_me', {}, { credential })).code

describe.for(surfaces)('auth.sign_out over %s', (surface) => {
  test('ends the session at once, though it was remembered a moment ago', async () => {
    const { session: credential } = await plinth.createPerson()
    expect(await codeOfMe(credential)).toBeUndefined()
    const { output } = await callAuth(plinth, 'sign_out', {}, { surface, credential })
    expect(output).toEqual({ signedOut: true })
    expect(await codeOfMe(credential)).toBe('UNAUTHENTICATED')
    const again = await callAuth(plinth, 'sign_out', {}, { surface, credential })
    expect(again.code).toBe('UNAUTHENTICATED')
  })

  test('leaves the person’s other sessions and keys alone', async () => {
    const ada = await plinth.createPerson('Ada')
    const second = await signInAgain(ada)
    const key = { kind: 'bearer', token: await ada.key() } as const
    await callAuth(plinth, 'sign_out', {}, { surface, credential: ada.session })
    expect(await codeOfMe(second)).toBeUndefined()
    expect(await codeOfMe(key)).toBeUndefined()
  })

  test('is refused to a key, which has no session to end', async () => {
    const ada = await plinth.createPerson('Ada')
    const credential = { kind: 'bearer', token: await ada.key() } as const
    const { code } = await callAuth(plinth, 'sign_out', {}, { surface, credential })
    expect(code).toBe('PERSON_REQUIRED')
  })
})

async function signInAgain({ email, password }: TestPerson): Promise<Credential> {
  const response = await fetch(`${plinth.url}/api/v1/auth/sign_in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: plinth.url },
    body: JSON.stringify({ email, password, as: 'session' }),
  })
  const token = response.headers.getSetCookie()[0]?.match(/^plinth_session=([^;]+)/)?.[1] ?? ''
  return { kind: 'session', token }
}

test('a session ends by itself after fourteen days without use', async () => {
  const { session } = await plinth.createPerson()
  plinth.clock.advance('PT335H')
  expect(await codeOfMe(session)).toBeUndefined()
  plinth.clock.advance('PT336H')
  expect(await codeOfMe(session)).toBe('UNAUTHENTICATED')
})

test('a session ends by itself after ninety days of use', async () => {
  const { session } = await plinth.createPerson()
  for (let weeks = 1; weeks <= 12; weeks++) {
    plinth.clock.advance('PT168H')
    expect(await codeOfMe(session), `after ${weeks} weeks`).toBeUndefined()
  }
  plinth.clock.advance('PT144H')
  expect(await codeOfMe(session)).toBe('UNAUTHENTICATED')
})

// The attack: a stolen cookie is used for a write while its owner signs out on another process,
// whose revocation this one has not heard of.
test('a write with a session that was ended elsewhere is refused, remembered or not', async () => {
  const ada = await plinth.createPerson('Ada')
  await codeOfMe(ada.session)
  await plinth.sql('delete from identity.session where person_id = $1', [ada.personId])
  const input = { name: 'stolen', scopes: ['notes:read'] }
  const answer = await callAuth(plinth, 'create_api_key', input, { credential: ada.session })
  expect(answer.code).toBe('UNAUTHENTICATED')
  expect(
    await plinth.sql('select from identity.api_key where owner_id = $1', [ada.personId]),
  ).toEqual([])
})
