import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { addTask } from '../../apps/src/tasks/operations/add-task.ts'
import type { AnyOperation } from '../../platform/src/operation/define.ts'
import { inputJsonSchema } from '../../platform/src/schema/json-schema.ts'
import { registry } from '../fuzz/operations.ts'
import { expectProblem, startTarget, type Target } from './raw-target.ts'

// The story: something is said twice. A proxy, a log and Plinth could each believe another one, so
// what decides about a call is refused when it comes twice, or has one meaning that the title tells.

let target: Target
let count = 0
beforeAll(async () => {
  target = await startTarget()
})
afterAll(() => target?.plinth.stop())
afterEach(() => target.expectAlive())

/** One request with further headers, on a line of its own, and its answer. */
async function ask(first: string, headers: readonly string[], body = '') {
  const connection = target.connect()
  const length = body === '' ? '' : `Content-Length: ${body.length}\r\n`
  const lines = headers.map((line) => `${line}\r\n`).join('')
  const answer = await connection.ask(`${first} HTTP/1.1\r\n${lines}${length}\r\n${body}`)
  expect(await connection.hangUp()).toHaveLength(1)
  return answer
}

const host = () => `Host: ${new URL(target.plinth.url).host}`
const bearer = () => `Authorization: Bearer ${target.key}`
const json = 'Content-Type: application/json'

describe('a field of a query that is given twice', () => {
  const fieldsOf = (operation: AnyOperation) =>
    Object.keys(inputJsonSchema(operation.input).properties ?? {}).filter(
      (field) => !operation.http.includes(`{${field}}`),
    )
  const reads = registry.operations
    .filter((operation) => operation.http.startsWith('GET ') && fieldsOf(operation).length > 0)
    .map((operation) => [operation.name, operation] as const)

  test.for(reads)('is refused by %s, and named, also when both say the same', async ([, one]) => {
    const path = one.http.replace('GET ', '/api/v1').replace(/\{\w+\}/, '1')
    const headers = [host(), `Cookie: ${target.ada.cookie}`]
    for (const field of fieldsOf(one)) {
      for (const values of ['5 5', '5 6', ' 5', 'all open']) {
        const [a, b] = values.split(' ')
        const answer = await ask(`GET ${path}?${field}=${a}&${field}=${b}`, headers)
        expectProblem(answer, 422, 'INVALID_INPUT')
        expect(answer.json.errors).toMatchObject([{ field, code: 'duplicate' }])
      }
    }
  })

  test('is the same field in whatever way it is written', async () => {
    for (const query of ['limit=5&l%69mit=6', 'limit=5&limit', 'limit&limit=5', 'limit=5&limit=']) {
      const answer = await ask(`GET /api/v1/tasks?${query}`, [host(), bearer()])
      expectProblem(answer, 422, 'INVALID_INPUT')
      expect(answer.json.errors).toMatchObject([{ field: 'limit', code: 'duplicate' }])
    }
  })

  test('is refused as an unknown one where it is one', async () => {
    const answer = await ask('GET /api/v1/tasks?nope=1&nope=2', [host(), bearer()])
    expectProblem(answer, 422, 'INVALID_INPUT')
    expect(answer.json.errors).toMatchObject([{ field: 'nope', code: 'unknown_field' }])
  })
})

describe('a header that is given twice', () => {
  test.for<[string, () => readonly string[], number, string]>([
    ['Host', () => [host(), host(), bearer()], 400, 'BAD_REQUEST'],
    [
      'Host, of which one is foreign',
      () => [host(), 'Host: elsewhere.example'],
      400,
      'BAD_REQUEST',
    ],
    ['Authorization', () => [host(), bearer(), bearer()], 401, 'UNAUTHENTICATED'],
    [
      'Authorization, the good one first',
      () => [host(), bearer(), 'Authorization: Bearer none'],
      401,
      'UNAUTHENTICATED',
    ],
    [
      'Authorization, the good one last',
      () => [host(), 'Authorization: Basic bm9uZTo=', bearer()],
      401,
      'UNAUTHENTICATED',
    ],
    [
      'Cookie, with a session that is none first',
      () => [host(), 'Cookie: plinth_session=none', `Cookie: ${target.ada.cookie}`],
      401,
      'UNAUTHENTICATED',
    ],
  ])('is refused: %s', async ([, headers, status, code]) => {
    expectProblem(await ask('GET /api/v1/tasks', headers()), status, code)
  })

  const title = '{"title":"said twice"}'
  test.for<[string, () => readonly string[], number, string]>([
    ['Content-Length', () => [json, 'Content-Length: 22'], 400, 'BAD_REQUEST'],
    ['Content-Type', () => [json, json], 415, 'UNSUPPORTED_MEDIA_TYPE'],
    [
      'Content-Type, ours first',
      () => [json, 'Content-Type: text/plain'],
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    [
      'Content-Type, ours last',
      () => ['Content-Type: text/plain', json],
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    [
      'Content-Encoding',
      () => [json, 'Content-Encoding: identity', 'Content-Encoding: gzip'],
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
  ])('refuses the write: %s', async ([, headers, status, code]) => {
    const answer = await ask('POST /api/v1/tasks', [host(), bearer(), ...headers()], title)
    expectProblem(answer, status, code)
    expect(await target.tasksNamed('said twice')).toBe(0)
  })

  test.for([
    ['Origin', 'https://evil.example.com'],
    ['Sec-Fetch-Site', 'cross-site'],
  ])('lets no other site in beside our own: %s', async ([name, foreign]) => {
    const own = name === 'Origin' ? target.plinth.url : 'same-origin'
    const both = [`${name}: ${own}`, `${name}: ${foreign}`]
    for (const lines of [both, both.toReversed()]) {
      const headers = [host(), `Cookie: ${target.ada.cookie}`, json, ...lines]
      expectProblem(await ask('POST /api/v1/tasks', headers, title), 403, 'CROSS_SITE_REFUSED')
    }
    expect(await target.tasksNamed('said twice')).toBe(0)
  })

  test.for([
    ['the same', '"1"', '"1"'],
    ['two', '"1"', '"2"'],
    ['any and one', '*', '"1"'],
  ])('compares no version, If-Match of %s, and the write is refused', async ([, a, b]) => {
    const added = await target.ada.call(addTask, { title: 'compared' })
    const headers = [host(), bearer(), json, `If-Match: ${a}`, `If-Match: ${b}`]
    const answer = await ask(`POST /api/v1/tasks/${added.id}/complete`, headers, '{}')
    expectProblem(answer, 422, 'INVALID_INPUT')
    expect(answer.json.errors).toMatchObject([{ field: 'If-Match' }])
  })

  test('is one key, both of them with a comma between: Idempotency-Key', async () => {
    count += 1
    const [a, b] = [`key-${count}-a`, `key-${count}-b`]
    const add = (...keys: readonly string[]) =>
      ask(
        'POST /api/v1/tasks',
        [host(), bearer(), json, ...keys.map((key) => `Idempotency-Key: ${key}`)],
        '{"title":"said once"}',
      )
    const first = await add(a, b)
    expect([first.status, first.headers['idempotency-replayed']]).toEqual([201, undefined])
    for (const again of [await add(a, b), await add(`${a}, ${b}`)]) {
      expect([again.status, again.json.id]).toEqual([201, first.json.id])
      expect(again.headers['idempotency-replayed']).toBe('true')
    }
    // Neither of them alone is that key, nor are they in the other order.
    const others = [await add(a), await add(b), await add(b, a)]
    expect(others.map(({ headers }) => headers['idempotency-replayed'])).toEqual([
      undefined,
      undefined,
      undefined,
    ])
    expect(await target.tasksNamed('said once')).toBe(4)
  })

  test('is no id of ours: of two X-Request-ID none is taken', async () => {
    const ids = ['X-Request-ID: mine-1', 'X-Request-ID: mine-2']
    const answer = await ask('GET /health', [host(), ...ids])
    expect([answer.status, answer.headers['x-request-id']]).toEqual([
      200,
      expect.stringMatching(/^[0-9a-f-]{36}$/),
    ])
  })

  test('is the address nearest to us: X-Forwarded-For, from nobody we trust, is passed over', async () => {
    const lines = ['X-Forwarded-For: 192.0.2.1', 'X-Forwarded-For: 192.0.2.2']
    await ask('GET /nowhere-twice', [host(), ...lines])
    const line = target.plinth.logs.find(({ path }) => path === '/nowhere-twice')
    expect(['127.0.0.1', '::1']).toContain(line?.address)
  })
})
