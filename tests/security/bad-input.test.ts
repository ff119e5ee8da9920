import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { request } from 'node:http'
import { startTestPlinth, type TestPerson, type TestPlinth } from '@plinth/platform/testing'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { apps } from '../../apps/src/all.ts'
import { send, sendBytes } from '../../platform/src/surfaces/http/raw-request-for-tests.ts'

// The story: somebody sends the real server, with its real database, everything but what it expects.
// Each answer says what was wrong, none says how the server is made, and nothing is half-written.

let plinth: TestPlinth
let ada: TestPerson
let key: string

beforeAll(async () => {
  plinth = await startTestPlinth({ apps })
  ada = await plinth.createPerson('Ada Byron')
  key = await ada.key()
})
afterAll(() => plinth.stop())
// After whatever was sent: nothing of it is there, and the server answers as before.
afterEach(async () => {
  expect(await plinth.sql("select from tasks.task where title like '%canary%'")).toEqual([])
  expect((await fetch(`${plinth.url}/ready`)).status).toBe(200)
})

interface Sent {
  readonly method?: string
  readonly body?: string | Buffer
  readonly headers?: Record<string, string>
  readonly path?: string
}

const json = { 'content-type': 'application/json' }

async function sendTask({ method = 'POST', body, headers = {}, path = '/tasks' }: Sent) {
  const authorization = `Bearer ${key}`
  const all = { host: new URL(plinth.url).host, authorization, ...json, ...headers }
  const given = body === undefined ? {} : { body }
  const answer = await send(`${plinth.url}/api/v1${path}`, { method, headers: all, ...given })
  expect(answer.text).not.toMatch(/\bat .+:\d+:\d+|select |insert |node_modules|pg_|SQLSTATE/i)
  return answer
}

describe('a body', () => {
  const deep = `{"title":${'['.repeat(10_000)}${']'.repeat(10_000)}}`
  test.for<[string, Sent, number, string]>([
    ['that breaks off', { body: '{"title":"canary' }, 400, 'INVALID_JSON'],
    ['that is no object', { body: '["canary"]' }, 422, 'INVALID_INPUT'],
    ['that is not UTF-8', { body: Buffer.from([0x22, 0xff, 0x22]) }, 400, 'INVALID_JSON'],
    ['with a prototype', { body: '{"title":"canary","__proto__":{}}' }, 400, 'INVALID_JSON'],
    ['nested ten thousand deep', { body: deep }, 422, 'INVALID_INPUT'],
    ['with an unknown field', { body: '{"title":"canary","ownerId":"x"}' }, 422, 'INVALID_INPUT'],
    ['with an owner', { body: '{"title":"canary","owner_id":"x"}' }, 422, 'INVALID_INPUT'],
    ['with a number for a text', { body: '{"title":5}' }, 422, 'INVALID_INPUT'],
    ['with a NUL', { body: '{"title":"canary\\u0000"}' }, 422, 'INVALID_INPUT'],
    ['with half a surrogate pair', { body: '{"title":"canary\\ud83d"}' }, 422, 'INVALID_INPUT'],
    ['that is too long', { body: `{"title":"${'x'.repeat(201)}"}` }, 422, 'INVALID_INPUT'],
    ['of blanks', { body: '{"title":"  \\t "}' }, 422, 'INVALID_INPUT'],
    ['of two megabytes', { body: `{"title":"${'x'.repeat(2e6)}"}` }, 413, 'PAYLOAD_TOO_LARGE'],
    [
      'of another type',
      { body: 'title=canary', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
  ])('%s is refused', async ([, sent, status, code]) => {
    const answer = await sendTask(sent)
    expect([answer.status, answer.json.code], answer.text).toEqual([status, code])
    expect(answer.json).toMatchObject({ title: expect.any(String), nextStep: expect.any(String) })
  })
})

describe('a credential', () => {
  const forged = () => `plk_${randomBytes(32).toString('base64url')}`
  test.for<[string, () => Record<string, string>]>([
    ['that nobody made', () => ({ authorization: `Bearer ${forged()}` })],
    ['cut short', () => ({ authorization: `Bearer ${key.slice(0, -1)}` })],
    ['sent twice over', () => ({ authorization: `Bearer ${key}${key}` })],
    ['in another case', () => ({ authorization: `Bearer ${key.toUpperCase()}` })],
    ['of another scheme', () => ({ authorization: `Basic ${key}` })],
    ['as a cookie', () => ({ authorization: '', cookie: `plinth_session=${key}` })],
    ['of a session, as a key', () => ({ authorization: `Bearer ${ada.cookie.split('=')[1]}` })],
    [
      'of a forged session',
      () => ({ authorization: '', cookie: `plinth_session=${'A'.repeat(43)}` }),
    ],
    ['with SQL in it', () => ({ authorization: "Bearer plk_' or 1=1 --" })],
  ])('%s is refused', async ([, headers]) => {
    const { authorization, ...rest } = headers()
    const answer = await send(`${plinth.url}/api/v1/tasks`, {
      headers: {
        host: new URL(plinth.url).host,
        ...rest,
        ...(authorization ? { authorization } : {}),
      },
    })
    expect([answer.status, answer.json.code]).toEqual([401, 'UNAUTHENTICATED'])
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer/)
    expect(answer.text).not.toContain(key.slice(4))
  })

  test('that has expired is refused', async () => {
    plinth.clock.advance('PT2161H')
    const answer = await sendTask({ method: 'GET' })
    plinth.clock.reset()
    expect([answer.status, answer.json.code]).toEqual([401, 'UNAUTHENTICATED'])
  })

  test('in the address is no credential', async () => {
    const answer = await send(`${plinth.url}/api/v1/tasks?key=${key}&authorization=Bearer`, {
      headers: { host: new URL(plinth.url).host },
    })
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(JSON.stringify(plinth.logs)).not.toContain(key)
  })
})

describe('another site', () => {
  test.for<[string, Record<string, string>]>([
    ['by its origin', { origin: 'https://evil.example.com' }],
    ['by what the browser says', { 'sec-fetch-site': 'cross-site' }],
    ['by an origin it hides', { origin: 'null' }],
    ['by nothing at all', {}],
  ])('cannot write with the person’s cookie, known %s', async ([, headers]) => {
    const answer = await send(`${plinth.url}/api/v1/tasks`, {
      method: 'POST',
      headers: { host: new URL(plinth.url).host, cookie: ada.cookie, ...json, ...headers },
      body: '{"title":"canary"}',
    })
    expect([answer.status, answer.json.code]).toEqual([403, 'CROSS_SITE_REFUSED'])
  })
})

describe('a request', () => {
  test('with two Host headers is refused', async () => {
    const text = await sendBytes(
      plinth.url,
      `GET /api/v1/tasks HTTP/1.1\r\nHost: localhost\r\nHost: evil.example.com\r\nConnection: close\r\n\r\n`,
    )
    expect(text).toMatch(/^HTTP\/1\.1 400 /)
  })

  test('for another host is refused', async () => {
    const answer = await sendTask({ method: 'GET', headers: { host: 'evil.example.com' } })
    expect([answer.status, answer.json.code]).toEqual([421, 'HOST_NOT_ALLOWED'])
  })

  test.for([
    '/tasks/%2e%2e%2fauth%2fme',
    '/tasks/..%2f..',
    '/tasks/%00',
    '/tasks/%ff',
    '/tasks/1e3',
  ])('for a path that plays tricks finds nothing: %s', async (path) => {
    const { status } = await sendTask({ method: 'GET', path })
    expect([400, 404, 422]).toContain(status)
  })
})

describe('a client that hangs up', () => {
  test('in the middle of its body, or before its answer, leaves no half task', async () => {
    const { port, host } = new URL(plinth.url)
    const headers = { host, authorization: `Bearer ${key}`, ...json, 'content-length': '500' }
    const half = request({
      port,
      host: '127.0.0.1',
      path: '/api/v1/tasks',
      method: 'POST',
      headers,
    })
    half.on('error', () => {})
    half.write('{"title":"canary')
    await once(half, 'socket')
    half.destroy()
    const body = '{"title":"heard, and gone"}'
    for (let n = 0; n < 10; n++) {
      const gone = request({
        port,
        host: '127.0.0.1',
        path: '/api/v1/tasks',
        method: 'POST',
        headers: { ...headers, 'content-length': body.length },
      })
      gone.on('error', () => {})
      gone.end(body, () => gone.destroy())
    }
    const heard = async () =>
      (await plinth.sql("select from tasks.task where title = 'heard, and gone'")).length
    await expect.poll(heard, { timeout: 20_000 }).toBeGreaterThan(0)
    // Whatever was heard is whole: a task has its number, its first image and its call row.
    const wrong = await plinth.sql(
      `select id from tasks.task t where title = 'heard, and gone' and not exists (
         select from platform.change c join platform.call on call.id = c.call_id
         where c.row_key = t.id::text and call.outcome = 'done')`,
    )
    expect(wrong).toEqual([])
  })
})

describe('five hundred quick requests', () => {
  test('get as many answers as the limit says, and the rest the exact wait', async () => {
    const limited = await startTestPlinth({
      apps,
      environment: { RATE_LIMIT_ENABLED: 'true', PLINTH_LIMIT_ADDRESS: '60000/60s+5000' },
    })
    try {
      const token = await (await limited.createPerson()).key()
      const started = performance.now()
      const answers = await Promise.all(
        Array.from({ length: 500 }, () =>
          fetch(`${limited.url}/api/v1/tasks`, { headers: { authorization: `Bearer ${token}` } }),
        ),
      )
      const seconds = (performance.now() - started) / 1000
      const allowed = answers.filter(({ status }) => status === 200).length
      // A key has 20 at once and 100 a minute: what came back while we were asking counts too.
      expect(allowed).toBeGreaterThanOrEqual(20)
      expect(allowed).toBeLessThanOrEqual(20 + Math.ceil((seconds * 100) / 60))
      const refused = answers.find(({ status }) => status === 429)
      expect(refused?.headers.get('retry-after')).toBe('1')
      expect(refused?.headers.get('x-ratelimit-limit')).toBe('100')
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 429]))
    } finally {
      await limited.stop()
    }
  })
})
