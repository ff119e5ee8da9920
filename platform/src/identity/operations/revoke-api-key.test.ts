import { describe, expect, test } from 'vitest'
import { surfaces } from '../calls-for-tests.ts'
import { bearer, startKeyTests } from '../keys-for-tests.ts'

const { plinth, callsOver } = startKeyTests()

describe.for(surfaces)('revoking an API key over %s', (surface) => {
  const { call, make } = callsOver(surface)

  test('a revoked key is refused at once, and revoking it again answers the same', async () => {
    const { key, id } = await make()
    expect((await call('get_me', {}, { credential: bearer(key) })).code).toBeUndefined()
    const first = await call('revoke_api_key', { keyId: id })
    expect(first.output).toMatchObject({ id, revokedAt: expect.any(String) })
    expect((await call('get_me', {}, { credential: bearer(key) })).code).toBe('UNAUTHENTICATED')
    expect((await call('revoke_api_key', { keyId: id })).output).toEqual(first.output)
  })

  test('another person’s key looks like one that is not there, and stays', async () => {
    const { key, id } = await make()
    const other = (await plinth().createPerson('Tom')).session
    const missing = '0199b7a2-6c1e-7a3c-9f7e-2f1a4d5b6c7d'
    const answers = await Promise.all(
      [id, missing].map((keyId) => call('revoke_api_key', { keyId }, { credential: other })),
    )
    expect(answers.map(({ code }) => code)).toEqual(['NOT_FOUND', 'NOT_FOUND'])
    expect((await call('list_api_keys', {}, { credential: other })).output).toMatchObject({
      items: [],
    })
    expect((await call('get_me', {}, { credential: bearer(key) })).code).toBeUndefined()
  })
})
