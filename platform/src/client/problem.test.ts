import { describe, expect, test } from 'vitest'
import { noAnswer, PlinthProblem, problemOf } from './problem.ts'
import { encodeInput, newIdempotencyKey } from './request.ts'

const answer = (body: string, headers: Record<string, string> = {}) =>
  new Response(body, { status: 409, headers })

const document = {
  code: 'VERSION_CONFLICT',
  title: 'It was changed meanwhile.',
  detail: 'It is at version 3.',
  nextStep: 'Read it again.',
  requestId: 'r1',
  retryAfter: 7,
  errors: [{ field: 'ifVersion', code: 'stale', message: 'is stale' }],
}

describe('the problem of an answer', () => {
  test('says what the server said', async () => {
    const problem = await problemOf(answer(JSON.stringify(document)))
    const { detail, ...rest } = document
    expect(problem).toBeInstanceOf(PlinthProblem)
    expect(problem).toMatchObject({ ...rest, status: 409, message: detail, name: 'PlinthProblem' })
  })

  test('has its code for a title where the server said no more', async () => {
    const problem = await problemOf(answer('{"code":"ODD"}', { 'x-request-id': 'r2' }))
    expect(problem).toMatchObject({ code: 'ODD', title: 'ODD', message: 'ODD', requestId: 'r2' })
    expect([problem.nextStep, problem.retryAfter, problem.errors]).toEqual([
      undefined,
      undefined,
      [],
    ])
  })

  test('takes nothing for what it is not', async () => {
    const wrong = { ...document, title: 1, detail: {}, nextStep: [], requestId: 2, retryAfter: '7' }
    const problem = await problemOf(answer(JSON.stringify({ ...wrong, errors: [1, null, {}] })))
    expect(problem).toMatchObject({ title: document.code, message: document.code, errors: [] })
    expect(problem.retryAfter).toBeUndefined()
    expect(problem.requestId).toBeUndefined()
    const other = await problemOf(answer(JSON.stringify({ ...document, errors: { field: 'x' } })))
    expect(other.errors).toEqual([])
  })

  test.for([
    ['7', 7],
    ['Wed, 21 Oct 2026 07:28:00 GMT', undefined],
    ['', undefined],
  ] as const)('reads the header Retry-After: %s', async ([header, seconds]) => {
    const problem = await problemOf(answer('{"code":"ODD"}', { 'retry-after': header }))
    expect(problem.retryAfter).toBe(seconds)
  })

  test.for(['', 'null', '7', '[]', '{}', '{"code":7}', '<html>'])(
    'says so when it cannot be read: %s',
    async (body) => {
      const problem = await problemOf(answer(body, { 'x-request-id': 'r3' }))
      expect(problem).toMatchObject({
        status: 409,
        code: 'UNREADABLE_ANSWER',
        title: 'The server answered 409 without saying why.',
        requestId: 'r3',
      })
    },
  )
})

test('a call without an answer keeps the reason', () => {
  const cause = new Error('refused')
  expect(noAnswer(cause)).toMatchObject({ status: 0, code: 'NO_ANSWER', cause })
})

describe('an input on its way', () => {
  test('is left out of the query where nothing is given', () => {
    const input = { q: undefined, size: null, tags: ['a', null, 'b'], none: [] }
    expect(encodeInput({ method: 'GET', path: '/things' }, input)).toEqual({
      target: '/things?tags=a&tags=b',
      body: undefined,
    })
  })

  test.for([undefined, null, ''])('is refused where a part of the path is %j', (thingId) => {
    const route = { method: 'GET', path: '/things/{thingId}' } as const
    expect(() => encodeInput(route, { thingId })).toThrow('GET /things/{thingId} needs "thingId".')
  })
})

test('no idempotency key comes twice', () => {
  const keys = Array.from({ length: 1000 }, newIdempotencyKey)
  expect(new Set(keys).size).toBe(1000)
  for (const key of keys) expect(key).toMatch(/^[0-9a-f]{32}$/)
})
