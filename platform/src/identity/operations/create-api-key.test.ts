import { describe, expect, test } from 'vitest'
import { callAuth, surfaces } from '../calls-for-tests.ts'
import { bearer, keyInput, startKeyTests } from '../keys-for-tests.ts'

const { plinth, ada, callsOver } = startKeyTests()

describe.for(surfaces)('creating an API key over %s', (surface) => {
  const { call, make } = callsOver(surface)

  test('a key is shown once, and the database has its hash and its first characters', async () => {
    const made = await make()
    expect(made).toEqual({
      id: expect.any(String),
      key: expect.stringMatching(/^plk_[\w-]{43}$/),
      prefix: made.key.slice(0, 12),
      name: 'laptop',
      scopes: ['notes:read', 'notes:write'],
      usedBy: 'agent',
      createdAt: expect.any(String),
      expiresAt: expect.any(String),
    })
    const { output } = await call('list_api_keys', {})
    const { key, ...rest } = made
    expect(output).toEqual({
      items: [{ ...rest, lastUsedAt: null, revokedAt: null }],
      nextCursor: null,
    })
    const rows = await plinth().sql<{ row: string }>(
      'select to_jsonb(api_key)::text as row from identity.api_key where id = $1',
      [made.id],
    )
    expect(JSON.stringify(rows)).not.toContain(key.slice(13))
  })

  test('a key ends on its day', async () => {
    const { key } = await make({ ...keyInput, expiresInDays: 1 })
    plinth().clock.advance('PT23H59M')
    expect((await call('get_me', {}, { credential: bearer(key) })).code).toBeUndefined()
    plinth().clock.advance('PT1M')
    expect((await call('get_me', {}, { credential: bearer(key) })).code).toBe('UNAUTHENTICATED')
  })

  // The attack: an agent that holds a narrow key makes itself a wide one, or ends the others.
  test.for(['create_api_key', 'list_api_keys', 'revoke_api_key'])(
    'a key may not use auth.%s, whatever its scopes',
    async (name) => {
      const { key, id } = await make({ ...keyInput, usedBy: 'script' })
      const given = { create_api_key: keyInput, list_api_keys: {}, revoke_api_key: { keyId: id } }
      const answer = await call(name, given[name as keyof typeof given], {
        credential: bearer(key),
      })
      expect(answer.code).toBe('PERSON_REQUIRED')
    },
  )

  test.for([
    ['a scope that nothing asks for', { scopes: ['notes:read', 'nothing:write'] }, 'scopes.1'],
    ['everything', { scopes: ['*'] }, 'scopes.0'],
    ['no scope', { scopes: [] }, 'scopes'],
    ['no name', { name: ' ' }, 'name'],
    ['a name of 81 characters', { name: 'x'.repeat(81) }, 'name'],
    ['no day', { expiresInDays: 0 }, 'expiresInDays'],
    ['366 days', { expiresInDays: 366 }, 'expiresInDays'],
    ['half a day', { expiresInDays: 1.5 }, 'expiresInDays'],
    ['a person’s place', { usedBy: 'person' }, 'usedBy'],
    ['another owner', { ownerId: '0199b7a2-6c1e-7a3c-9f7e-2f1a4d5b6c7d' }, 'ownerId'],
  ] as const)('a key for %s is refused by the field', async ([, change, field]) => {
    const answer = await call('create_api_key', { ...keyInput, ...change })
    expect(answer.code).toBe('INVALID_INPUT')
    const errors = answer.problem?.errors as readonly { field: string }[]
    expect(errors.map((error) => error.field)).toContain(field)
  })

  test('a second call with one idempotency key makes no key and shows no secret', async () => {
    const idempotencyKey = 'one-key-please'
    await call('create_api_key', keyInput, { idempotencyKey })
    const again = await call('create_api_key', keyInput, { idempotencyKey })
    expect(again.code).toBe('IDEMPOTENCY_ANSWER_SECRET')
    expect((await call('list_api_keys', {})).output).toMatchObject({ items: [{}] })
  })
})

test('nobody has more than fifty live keys, however many are asked for at once', async () => {
  const create = { name: 'many', scopes: ['notes:read'] }
  const call = () => callAuth(plinth(), 'create_api_key', create, { credential: ada().session })
  for (let at = 0; at < 6; at++) await Promise.all(Array.from({ length: 8 }, call))
  const last = await Promise.all(Array.from({ length: 4 }, call))
  expect(last.map(({ code }) => code ?? 'DONE').sort()).toEqual([
    'API_KEY_LIMIT_REACHED',
    'API_KEY_LIMIT_REACHED',
    'DONE',
    'DONE',
  ])
  const [key] = await plinth().sql<{ id: string }>(
    'select id from identity.api_key where owner_id = $1 limit 1',
    [ada().personId],
  )
  await callAuth(plinth(), 'revoke_api_key', { keyId: key?.id }, { credential: ada().session })
  expect((await call()).code).toBeUndefined()
})
