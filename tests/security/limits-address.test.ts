import { startTestPlinth, type TestPlinth } from '@plinth/platform/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { apps } from '../../apps/src/all.ts'
import { send, sendBytes } from '../../platform/src/surfaces/http/raw-request-for-tests.ts'
import { bearer, urlOf, ways } from './credential-requests.ts'
import { type HeldClock, holdClock, inTurns } from './held-clock.ts'

// The story: a machine throws everything at the server that it can think of: pages, calls without a
// credential and with wrong ones, agents' messages, nonsense. It looks for an address that is not
// counted, to use up the server there, or to drown in the log what it does elsewhere.

let clock: HeldClock
let plinth: TestPlinth
let key: string

const burst = 200
beforeAll(async () => {
  clock = holdClock()
  // As it is when nobody sets it: 600 in 60 seconds, 200 at once.
  plinth = await startTestPlinth({ apps, environment: { RATE_LIMIT_ENABLED: 'true' } })
  key = await (await plinth.createPerson('Ada Byron')).key()
  // What signing up took comes back.
  clock.pass(60)
})
afterAll(async () => {
  await plinth.stop()
  clock.release()
})

const get = (path: string, headers: Readonly<Record<string, string>> = {}) =>
  send(urlOf(plinth) + path, { headers: { host: new URL(urlOf(plinth)).host, ...headers } })

const kinds: readonly (() => ReturnType<typeof send>)[] = [
  () => get('/'),
  () => get('/tasks'),
  () => get('/no/such/page'),
  () => get('/docs'),
  () => get('/openapi.json'),
  () => get('/api/v1/tasks'),
  () => get('/api/v1/tasks/%zz'),
  () => get(`/api/v1/tasks?q=${'x'.repeat(9_000)}`),
  () => get('/api/v1/tasks', { host: 'evil.example.com' }),
  () => get('/api/v1/tasks', { cookie: 'plinth_session=nothing' }),
  () => get('/%61ssets/none.js'),
  () => get('//assets/none.js'),
  () =>
    send(`${urlOf(plinth)}/api/v1/tasks`, { method: 'OPTIONS', headers: { host: 'localhost' } }),
  () => send(`${urlOf(plinth)}/api/v1/tasks`, { method: 'PUT', headers: { host: 'localhost' } }),
  ...ways.map((way) => () => way.request(plinth, bearer('plk_nothing'))),
]

let refused = 0

test('one address gets as many answers as the limit says, whatever it asks for', async () => {
  const answers = await inTurns(600, (at) => kinds[at % kinds.length]!())
  const limited = answers.filter(({ status }) => status === 429)
  expect(answers.length - limited.length).toBe(burst)
  for (const { headers, json } of limited) {
    expect(json).toMatchObject({ code: 'RATE_LIMITED', retryAfter: 1 })
    expect(headers).toMatchObject({
      'retry-after': '1',
      'ratelimit-policy': '"address";q=600;w=60',
      ratelimit: '"address";r=0;t=20',
      'x-ratelimit-remaining': '0',
    })
  }
  refused += limited.length
})

test('bytes that are no request are counted as well, and then get no answer', async () => {
  expect(await sendBytes(urlOf(plinth), 'NONSENSE\r\n\r\n')).toBe('')
  clock.pass(0.1)
  expect(await sendBytes(urlOf(plinth), 'NONSENSE\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /)
  expect(await sendBytes(urlOf(plinth), 'NONSENSE\r\n\r\n')).toBe('')
  expect((await get('/docs')).status).toBe(429)
  refused++
})

test('files of the web, which are not counted, are no way to anything else', async () => {
  for (const path of [
    '/assets/../api/v1/tasks',
    '/assets/..%2fapi/v1/tasks',
    '/assets/%2e%2e/api/v1/tasks',
    '/assets//api/v1/tasks',
    '/assets/../../package.json',
    '/assets/..%5c..%5cpackage.json',
  ]) {
    const answer = await get(path, { authorization: `Bearer ${key}` })
    expect([answer.status, answer.json.code], path).toEqual([404, 'ROUTE_NOT_FOUND'])
  }
})

test('who watches over the server is answered all the time', async () => {
  const answers = await inTurns(100, (at) => get(at % 2 === 0 ? '/health' : '/ready'))
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
})

test('what the address is refused takes nothing from the key that came with it', async () => {
  for (let call = 0; call < 30; call++) {
    expect((await ways[0]!.request(plinth, bearer(key))).status).toBe(429)
    refused++
  }
  clock.pass(0.1)
  const answer = await ways[0]!.request(plinth, bearer(key))
  expect([answer.status, answer.headers['x-ratelimit-remaining']]).toEqual([200, '19'])
})

// Last, because what was counted is written when the server stops.
test('all those refusals are one row in each minute, and none is a call', async () => {
  await plinth.server.close()
  const rows = await plinth.sql<{ minute: Date; count: number }>(
    `select minute, count::int from platform.refusal
     where code = 'RATE_LIMITED' and address = '127.0.0.1'`,
  )
  expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(refused)
  expect(new Set(rows.map(({ minute }) => minute.getTime())).size).toBe(rows.length)
  const elsewhere = await plinth.sql("select from platform.refusal where address <> '127.0.0.1'")
  expect(elsewhere).toEqual([])
  const calls = await plinth.sql("select from platform.call where outcome <> 'done'")
  expect(calls).toEqual([])
})
