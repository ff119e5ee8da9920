import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { defineError } from '../../errors/define.ts'
import {
  idempotencyInProgress,
  insufficientScope,
  rateLimited,
  timedOut,
  unauthenticated,
  unavailable,
} from '../../errors/platform.ts'
import { done, noteId, someLimit, startFakeRoad } from './fake-road.ts'
import { post, send } from './raw-request-for-tests.ts'

const started: { stop(): Promise<unknown> }[] = []
afterEach(async () => {
  for (const one of started.splice(0)) await one.stop()
})
async function start(given?: Parameters<typeof startFakeRoad>[0]) {
  const road = await startFakeRoad(given)
  started.push(road)
  return { ...road, notes: `${road.url}/api/v1/notes` }
}
const ownPage = { 'sec-fetch-site': 'same-origin' }

describe('credential', () => {
  it.each([
    [{}, { kind: 'none' }],
    [{ authorization: 'Bearer plk_1' }, { kind: 'bearer', token: 'plk_1' }],
    [{ authorization: 'bearer   plk_1 ' }, { kind: 'bearer', token: 'plk_1' }],
    [{ cookie: 'plinth_session=s1' }, { kind: 'session', token: 's1' }],
    [{ cookie: 'a=b; plinth_session=s1; c' }, { kind: 'session', token: 's1' }],
    [{ cookie: 'xplinth_session=s1; plinth_session=' }, { kind: 'none' }],
    [{ cookie: '__Host-plinth_session=s1' }, { kind: 'none' }],
  ])('of %j is %j', async (headers, credential) => {
    const { notes, calls } = await start()
    await send(notes, { headers })
    expect(calls[0]?.credential).toEqual(credential)
  })
  it('is never the cookie when there is an Authorization header, however malformed', async () => {
    const { notes, calls } = await start()
    for (const authorization of ['Basic YTpi', 'Bearer', 'Bearer a b', 'plk_1', '']) {
      await send(notes, { headers: { authorization, cookie: 'plinth_session=s1' } })
      expect(calls.pop()?.credential).toEqual({ kind: 'bearer', token: '' })
    }
  })
  it('over https is the cookie that no other host can set', async () => {
    const { notes, calls } = await start({ publicUrl: 'https://plinth.example.com' })
    await send(notes, { headers: { cookie: 'plinth_session=old; __Host-plinth_session=s1' } })
    expect(calls[0]?.credential).toEqual({ kind: 'session', token: 's1' })
  })
})

// A page of another site makes the visitor's browser send a form to us; the cookie comes along.
describe('cross-site requests', () => {
  const cookie = 'plinth_session=s1'
  it.each([
    ['a request of our own page', { cookie, 'sec-fetch-site': 'same-origin' }, 201],
    ['what the person typed', { cookie, 'sec-fetch-site': 'none' }, 201],
    ['a page of another site', { cookie, 'sec-fetch-site': 'cross-site' }, 403],
    ['a page of a sibling host', { cookie, 'sec-fetch-site': 'same-site' }, 403],
    ['our origin, from an older browser', { cookie, origin: 'http://localhost:3000' }, 201],
    [
      'the origin of the host asked',
      { cookie, origin: 'http://127.0.0.1:9', host: '127.0.0.1:9' },
      201,
    ],
    ['a foreign origin', { cookie, origin: 'https://evil.example' }, 403],
    ['an origin that hides', { cookie, origin: 'null' }, 403],
    ['another scheme of our host', { cookie, origin: 'https://localhost:3000' }, 403],
    ['another port of our host', { cookie, origin: 'http://localhost:9' }, 403],
    [
      'a foreign origin that claims our site',
      { cookie, origin: 'https://e.example', 'sec-fetch-site': 'cross-site' },
      403,
    ],
    [
      'an origin that the operator named',
      { cookie, origin: 'https://app.example.com', 'sec-fetch-site': 'same-site' },
      201,
    ],
    ['a cookie and no sign of where from', { cookie }, 403],
    [
      'a key, from anywhere',
      { authorization: 'Bearer plk_1', origin: 'https://evil.example' },
      201,
    ],
    ['a program without anything', {}, 201],
  ])('%s with %j is answered %i', async (_what, headers, status) => {
    const { notes, calls } = await start({
      environment: { CORS_ORIGINS: 'https://app.example.com' },
    })
    const answer = await post(notes, { text: 'a' }, headers)
    expect(answer.status).toBe(status)
    expect(calls).toHaveLength(status === 403 ? 0 : 1)
    if (status === 403) expect(answer.json.code).toBe('CROSS_SITE_REFUSED')
  })
  it('may read: the browser shows no other page the answer', async () => {
    const { notes } = await start()
    const headers = { cookie, 'sec-fetch-site': 'cross-site' }
    expect((await send(notes, { headers })).status).toBe(200)
  })
  it.each([
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ origin: 'https://evil.example' }, 403],
    [{ 'sec-fetch-site': 'same-origin' }, 200],
    [{}, 200],
  ])(
    'cannot sign a visitor into an account of theirs: %j is answered %i',
    async (headers, status) => {
      const { url } = await start()
      const answer = await post(`${url}/api/v1/auth/sign_in`, { email: 'ada@example.com' }, headers)
      expect(answer.status).toBe(status)
    },
  )
})

describe('answers', () => {
  it('tell what was created, where it is, its version and the limit', async () => {
    const { notes } = await start()
    const answer = await post(notes, { text: 'a' })
    expect(answer.status).toBe(201)
    expect(answer.json).toMatchObject({ id: noteId, text: 'kept' })
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      location: `/api/v1/notes/${noteId}`,
      etag: '"7"',
      'ratelimit-policy': '"key";q=100;w=60',
      ratelimit: '"key";r=19;t=1',
      'x-ratelimit-limit': '100',
      'x-ratelimit-remaining': '19',
      'x-ratelimit-reset': '1',
    })
    expect(answer.headers['idempotency-replayed']).toBeUndefined()
    expect(answer.headers['set-cookie']).toBeUndefined()
  })
  it('say when they were given before', async () => {
    const { notes } = await start({ answer: () => done({ replayed: true }) })
    expect((await post(notes, {})).headers['idempotency-replayed']).toBe('true')
  })
  it('to HEAD are those to GET without the body', async () => {
    const { notes } = await start()
    const [get, head] = [await send(notes), await send(notes, { method: 'HEAD' })]
    expect(head.status).toBe(200)
    expect(head.text).toBe('')
    expect(head.headers['content-length']).toBe(get.headers['content-length'])
  })
  it.each([
    ['http://localhost:3000', 'plinth_session=t1; Path=/; HttpOnly; SameSite=Lax; '],
    ['https://p.example', '__Host-plinth_session=t1; Path=/; HttpOnly; SameSite=Lax; Secure; '],
  ])(
    'of %s set a session cookie that scripts and other sites cannot use',
    async (publicUrl, set) => {
      const session = { kind: 'began', token: 't1', expiresAt: '2026-03-02T09:00:00.123Z' } as const
      const { notes } = await start({ publicUrl, answer: () => done({ session }) })
      const { headers } = await post(notes, {})
      expect(headers['set-cookie']).toEqual([`${set}Expires=Mon, 02 Mar 2026 09:00:00 GMT`])
    },
  )
  it('clear the cookie of a session that ended', async () => {
    const { notes } = await start({ answer: () => done({ session: { kind: 'ended' } }) })
    const { headers } = await post(notes, {}, { ...ownPage, cookie: 'plinth_session=s1' })
    expect(headers['set-cookie']).toEqual([
      'plinth_session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0',
    ])
  })
})

describe('refusals', () => {
  it('are problem documents with a whole address as type, and the limit', async () => {
    const { notes, refusals } = await start({
      answer: () => ({
        ok: false,
        error: rateLimited({ retryAfterSeconds: 0.2 }),
        limit: someLimit,
      }),
    })
    const answer = await send(notes, { headers: { 'x-request-id': 'r1' } })
    expect(answer.status).toBe(429)
    expect(answer.headers).toMatchObject({
      'content-type': 'application/problem+json; charset=utf-8',
      'retry-after': '1',
      ratelimit: '"key";r=19;t=1',
      'cache-control': 'no-store',
    })
    expect(answer.json).toEqual({
      type: 'http://localhost:3000/docs/errors#rate_limited',
      title: 'Too many calls.',
      status: 429,
      detail: 'Too many calls.',
      code: 'RATE_LIMITED',
      nextStep: 'Wait as many seconds as "retryAfter" says.',
      requestId: 'r1',
      retryAfter: 1,
    })
    // The road has its own line for what it refuses.
    expect(refusals).toEqual([])
  })
  it.each([
    ['nothing', {}, 'Bearer realm="plinth"'],
    ['a key', { authorization: 'Bearer plk_1' }, 'Bearer realm="plinth", error="invalid_token"'],
    ['a session', { cookie: 'plinth_session=s' }, 'Bearer realm="plinth", error="invalid_token"'],
  ])('ask whoever sent %s to authenticate', async (_what, headers, challenge) => {
    const answer = () => ({ ok: false, error: unauthenticated(), limit: undefined }) as const
    const { notes } = await start({ answer })
    const got = await send(notes, { headers })
    expect(got.status).toBe(401)
    expect(got.headers['www-authenticate']).toBe(challenge)
  })
  it('tell of a wrong password by which scheme to authenticate, and of no invalid token', async () => {
    const wrongPassword = defineError({ ...unauthenticated, code: 'WRONG_PASSWORD' })
    const { notes } = await start({
      answer: () => ({ ok: false, error: wrongPassword(), limit: undefined }),
    })
    const { headers } = await send(notes, { headers: { cookie: 'plinth_session=old' } })
    expect(headers['www-authenticate']).toBe('Bearer realm="plinth"')
  })
  it('name the scope that is missing', async () => {
    const error = insufficientScope({ extra: { scope: 'notes:write' } })
    const { notes } = await start({ answer: () => ({ ok: false, error, limit: undefined }) })
    const answer = await post(notes, {})
    expect(answer.status).toBe(403)
    expect(answer.headers['www-authenticate']).toBe(
      'Bearer realm="plinth", error="insufficient_scope", scope="notes:write"',
    )
  })
  it.each([unavailable(), timedOut(), idempotencyInProgress()])(
    'say when to come back',
    async (error) => {
      const { notes } = await start({ answer: () => ({ ok: false, error, limit: undefined }) })
      const answer = await post(notes, {})
      expect(answer.status).toBe(error.kind.status)
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
      expect(answer.json.retryAfter).toBe(Number(answer.headers['retry-after']))
    },
  )
  it('tell nothing of what broke inside', async () => {
    const { notes } = await start({
      answer: () => {
        throw new Error('select secret from vault')
      },
    })
    const answer = await send(notes)
    expect(answer.status).toBe(500)
    expect(answer.json.code).toBe('INTERNAL')
    expect(answer.text).not.toMatch(/secret|vault|\.ts/)
  })
})

it('aborts the call of a client that hangs up, and only of that one', async () => {
  const began = Promise.withResolvers<AbortSignal>()
  const { notes, url, calls } = await start({
    async answer({ signal }) {
      began.resolve(signal)
      if (!signal.aborted) await once(signal, 'abort')
      return done()
    },
  })
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.write(
    `POST ${new URL(notes).pathname} HTTP/1.1\r\nHost: localhost\r\n` +
      'Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}',
  )
  const signal = await began.promise
  expect(signal.aborted).toBe(false)
  socket.destroy()
  await once(signal, 'abort')
  expect(calls).toHaveLength(1)
})

it('does not abort the call of a client that waits for its answer', async () => {
  const { notes, calls } = await start()
  await post(notes, { text: 'a' })
  expect(calls[0]?.signal.aborted).toBe(false)
})
