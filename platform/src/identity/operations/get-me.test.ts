import { describe, expect, test } from 'vitest'
import { surfaces } from '../calls-for-tests.ts'
import { bearer, keyInput, startKeyTests } from '../keys-for-tests.ts'

const { ada, callsOver } = startKeyTests()

describe.for(surfaces)('asking who one is over %s', (surface) => {
  const { call, make } = callsOver(surface)

  test('a key says who it is: the person, through an agent or script of that name', async () => {
    for (const usedBy of ['agent', 'script'] as const) {
      const { key } = await make({ ...keyInput, name: 'my ✨ box', usedBy })
      const { output } = await call('get_me', {}, { credential: bearer(key) })
      expect(output).toMatchObject({
        id: ada().personId,
        actor: { kind: usedBy, name: 'my ✨ box' },
        scopes: ['notes:read', 'notes:write'],
      })
    }
  })

  test('nobody may use any of them', async () => {
    for (const name of ['create_api_key', 'list_api_keys', 'get_me', 'sign_out']) {
      const answer = await call(name, name === 'create_api_key' ? keyInput : {}, {
        credential: { kind: 'none' },
      })
      expect(answer.code, name).toBe('UNAUTHENTICATED')
    }
  })
})
