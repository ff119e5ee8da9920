import { describe, expect, test } from 'vitest'
import { redact, redactFields } from './redact.ts'

const gone = '[redacted]'

test.each([
  'password',
  'PASSWORD',
  'newPassword',
  'client_secret',
  'accessToken',
  'refresh-token',
  'api_key',
  'apiKey',
  'X-API-Key',
  'Authorization',
  'proxy-authorization',
  'Set-Cookie',
  'ssn',
  'cardNumber',
  'cvv2',
])('a value named %j is hidden at any depth', (name) => {
  expect(redact({ [name]: 'planted' })).toEqual({ [name]: gone })
  expect(redact({ a: [{ b: { [name]: { c: ['planted'] } } }] })).toEqual({
    a: [{ b: { [name]: gone } }],
  })
  expect(redact({ [name]: 4_111_111 })).toEqual({ [name]: gone })
})

test('whether a password is there may be told', () => {
  const told = { hasPassword: true, token: null }
  expect(redact(told)).toEqual(told)
})

describe('where secrets hide', () => {
  test('in maps, headers and queries', () => {
    const held = [
      new Map([['token', 'planted']]),
      new Headers({ cookie: 'a=planted' }),
      new URLSearchParams('password=planted'),
    ]
    expect(redact(held)).toEqual([{ token: gone }, { cookie: gone }, { password: gone }])
  })

  test('in raw headers, a list of names and values in turn', () => {
    expect(redact(['Host', 'x', 'Cookie', 'a=planted'])).toEqual(['Host', 'x', 'Cookie', gone])
  })

  test('in pairs of a name and a value', () => {
    expect(redact({ name: 'api_key', value: 'planted', at: 1 })).toEqual({
      name: 'api_key',
      value: gone,
      at: 1,
    })
  })

  test('in the texts of lists and sets', () => {
    expect(redact(new Set(['Bearer planted', 'x']))).toEqual(['Bearer [redacted]', 'x'])
  })

  test('in names', () => {
    expect(redact({ plk_planted: 1 })).toEqual({ [gone]: 1 })
  })

  test('in what an object says it is in JSON', () => {
    expect(redact({ toJSON: () => ({ password: 'planted' }) })).toEqual({ password: gone })
    expect(redact(new URL('postgres://a:planted@db/x'))).toBe('postgres://a:[redacted]@db/x')
  })

  test('in an error, its own properties, its stack, its causes and its siblings', () => {
    const cause = Object.assign(new Error('Bearer planted'), {
      detail: 'Failing row contains (planted).',
    })
    const error = new AggregateError([new TypeError('plk_planted')], 'password=planted', { cause })
    const text = JSON.stringify(redact({ error: Object.assign(error, { token: 'planted' }) }))
    expect(text).not.toContain('planted')
    expect(text).toContain('"type":"AggregateError"')
    expect(text).toContain('"message":"password=[redacted]"')
    expect(text).toContain('"message":"Bearer [redacted]"')
    expect(text).toContain('"type":"TypeError"')
    expect(text).toContain('redact.test.ts')
  })
})

describe('whatever it is given', () => {
  test('a circle ends', () => {
    const circle: Record<string, unknown> = { password: 'planted' }
    circle.self = circle
    expect(redact(circle)).toEqual({ password: gone, self: '[circular]' })
  })

  test('a thing that stands in two places is shown in both', () => {
    const shared = { a: 1 }
    expect(redact([shared, shared])).toEqual([shared, shared])
  })

  test('depth and size are bounded', () => {
    let deep: object = { password: 'planted' }
    for (let level = 0; level < 10_000; level++) deep = { deep }
    expect(JSON.stringify(redact(deep))).toContain('[too deep]')
    const wide = Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`f${n}`, { n: [n] }]))
    expect(redact(wide)).toMatchObject({ '…': '936 more' })
    const many = Array.from({ length: 64 }, () => Array.from({ length: 64 }, () => ({ a: 1 })))
    expect(JSON.stringify(redact(many)).length).toBeLessThan(60_000)
  })

  test('nothing makes it throw', () => {
    const hostile = {
      get getter(): string {
        throw new Error('no')
      },
    }
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    const values = [hostile, { toJSON: () => hostile }, 1n, Symbol('s'), () => 1, undefined, NaN]
    expect(redact(values)).toEqual([
      '[unreadable]',
      '[unreadable]',
      '1',
      '[symbol]',
      '[function]',
      undefined,
      NaN,
    ])
    expect(redact([proxy])).toEqual(['[unreadable]'])
    expect(redact(Buffer.from('planted'))).toBe('[7 bytes]')
  })

  test('a name that would change the prototype does not', () => {
    const copy = redact(JSON.parse('{"__proto__":{"isAdmin":true},"a":[1]}')) as { a: unknown }
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype)
    expect('isAdmin' in copy).toBe(false)
  })
})

describe('the fields of a line', () => {
  test('come back as they are when there is nothing to hide', () => {
    const fields = { request_id: 'r-1', user_id: undefined, status: 200, duration_ms: 1.5 }
    expect(redactFields(fields)).toBe(fields)
  })

  test('are a clean copy when there is, and the given ones are not touched', () => {
    const fields = { request_id: 'plk_planted', password: 'planted' }
    expect(redactFields(fields)).toEqual({ request_id: gone, password: gone })
    expect(fields.password).toBe('planted')
  })
})

describe('the fields of a line that are no plain object', () => {
  test('are shown by what they hold, without secrets', () => {
    class Credential {
      readonly name = 'laptop'
      readonly token = 'planted'
    }
    expect(redactFields(new Credential())).toEqual({ name: 'laptop', token: gone })
    expect(redactFields(new Map([['password', 'planted']]))).toEqual({ password: gone })
    expect(redactFields(Object.assign(Object.create(null), { a: 1 }))).toEqual({ a: 1 })
  })

  test('have a name where they are no fields', () => {
    expect(redactFields([1, 'plk_planted'])).toEqual({ value: [1, gone] })
    expect(redactFields(new Date('2026-03-02T09:00:00Z'))).toEqual({
      value: '2026-03-02T09:00:00.000Z',
    })
    expect(redactFields({ toJSON: () => null })).toEqual({ value: null })
  })
})

test('a list and a map are bounded, and say what is left out', () => {
  const list = redact(Array.from({ length: 100 }, (_, at) => at)) as unknown[]
  expect(list).toHaveLength(65)
  expect(list.at(-1)).toBe('… 36 more')
  expect(redact(new Set([1]))).toEqual([1])
  expect(redact(new Map([[{}, 1]]))).toEqual({ '[object]': 1 })
  expect(redact([null])).toEqual([null])
})
