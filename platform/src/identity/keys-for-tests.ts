import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { startTestPlinth, type TestPerson, type TestPlinth, type TestSurface } from '../testing.ts'
import { notes } from './app-for-tests.ts'
import type { Credential } from './caller.ts'
import { type AuthCall, callAuth } from './calls-for-tests.ts'

export interface MadeKey {
  readonly id: string
  readonly key: string
  readonly prefix: string
}

export const bearer = (key: string): Credential => ({ kind: 'bearer', token: key })
export const keyInput = { name: 'laptop', scopes: ['notes:write', 'notes:read', 'notes:read'] }

/** A server for a file about keys, and calls of a person who is new in each test. */
export function startKeyTests() {
  let plinth: TestPlinth
  let ada: TestPerson
  beforeAll(async () => {
    plinth = await startTestPlinth({ apps: [notes] })
  })
  beforeEach(async () => {
    ada = await plinth.createPerson('Ada')
  })
  afterEach(() => plinth.clock.reset())
  afterAll(() => plinth.stop())

  const callsOver = (surface: TestSurface) => {
    const call = (name: string, given: object, more: AuthCall = {}) =>
      callAuth(plinth, name, given as Record<string, unknown>, {
        surface,
        credential: ada.session,
        ...more,
      })
    const make = async (given: object = keyInput) =>
      (await call('create_api_key', given)).output as MadeKey
    return { call, make }
  }
  return { plinth: () => plinth, ada: () => ada, callsOver }
}
