import { afterEach, describe, expect, it } from 'vitest'
import { someLimit, startFakeRoad } from './fake-road.ts'
import { post, send, sendBytes } from './raw-request-for-tests.ts'

const started: { stop(): Promise<unknown> }[] = []
afterEach(async () => {
  for (const one of started.splice(0)) await one.stop()
})
async function start(given?: Parameters<typeof startFakeRoad>[0]) {
  const road = await startFakeRoad(given)
  started.push(road)
  return road
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/

describe('ids', () => {
  it('takes well-formed ids from the client, and gives them back and to the call', async () => {
    const { url, calls } = await start()
    const headers = { 'x-request-id': 'abc.DEF_1-2', 'x-correlation-id': 'trip-9' }
    const answer = await send(`${url}/api/v1/notes`, { headers })
    expect(answer.headers).toMatchObject(headers)
    expect(calls[0]).toMatchObject({ requestId: 'abc.DEF_1-2', correlationId: 'trip-9' })
  })
  it.each(['', 'a b', 'x'.repeat(129), 'a"b', 'ümlaut', 'a, b'])(
    'makes an id of its own instead of taking %j',
    async (given) => {
      const { url } = await start()
      const headers = { 'x-request-id': Buffer.from(given).toString('latin1') }
      const answer = await send(`${url}/health`, { headers })
      expect(answer.headers['x-request-id']).toMatch(uuid)
      expect(answer.headers['x-correlation-id']).toBe(answer.headers['x-request-id'])
    },
  )
  it('puts ids and the time it took on every answer, refusals included', async () => {
    const { url } = await start()
    for (const path of ['/health', '/nowhere', '/%zz', '/api/v1/notes?nope=1&nope=2']) {
      const { headers } = await send(url + path)
      expect(headers['x-request-id'], path).toMatch(uuid)
      expect(headers['x-process-time'], path).toMatch(/^\d+\.\d{6}$/)
    }
  })
})

describe('security headers', () => {
  it('are on data, pages and refusals alike', async () => {
    const { url } = await start()
    for (const path of ['/', '/api/v1/notes', '/nowhere', '/docs', '/docs/assets/plinth.js']) {
      const { headers } = await send(url + path)
      expect(headers, path).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'x-xss-protection': '1; mode=block',
        'referrer-policy': 'strict-origin-when-cross-origin',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
      })
      expect(headers['permissions-policy']).toContain('camera=()')
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
      expect(headers['strict-transport-security']).toBeUndefined()
    }
  })
  it('forbid data to do anything in a browser, and caches to keep it', async () => {
    const { url } = await start()
    const { headers } = await send(`${url}/api/v1/notes`)
    expect(headers['content-security-policy']).toBe("default-src 'none'; frame-ancestors 'none'")
    expect(headers['cache-control']).toBe('no-store')
  })
  it('ask for https in production', async () => {
    const { url } = await start({
      environment: { PLINTH_ENV: 'production', PUBLIC_URL: 'https://plinth.example.com' },
      publicUrl: 'https://plinth.example.com',
    })
    const { headers } = await send(`${url}/health`)
    expect(headers['strict-transport-security']).toBe('max-age=31536000; includeSubDomains')
  })
})

describe('hosts', () => {
  const given = {
    environment: { ALLOWED_HOSTS: 'other.example.com,2001:db8::1' },
    publicUrl: 'https://plinth.example.com:4443',
  }
  it.each([
    'localhost',
    'localhost:3000',
    'LOCALHOST',
    '127.0.0.1:1',
    '[::1]:3000',
    'plinth.example.com:4443',
    'plinth.example.com',
    'other.example.com:99',
    '[2001:db8::1]:99',
  ])('answers for %s', async (host) => {
    const { url } = await start(given)
    expect((await send(`${url}/health`, { headers: { host } })).status).toBe(200)
  })
  it.each([
    'evil.example',
    'localhost.evil.example',
    'other.example.com.evil.example',
    '[2001:db8::2]',
    'localhost.',
    '127.0.0.2',
  ])('refuses %s, which a page could have made resolve to this machine', async (host) => {
    const { url, refusals, calls } = await start(given)
    const answer = await send(`${url}/api/v1/notes`, { headers: { host } })
    expect(answer.status).toBe(421)
    expect(answer.json).toMatchObject({ code: 'HOST_NOT_ALLOWED' })
    expect(refusals).toMatchObject([{ code: 'HOST_NOT_ALLOWED', path: '/api/v1/notes' }])
    expect(calls).toEqual([])
  })
  it.each(['local host', 'localhost:port', 'user@localhost'])('calls %j no host', async (host) => {
    const { url } = await start()
    expect((await send(`${url}/health`, { headers: { host } })).status).toBe(400)
  })
  it.each([
    ['two hosts', 'Host: localhost\r\nHost: evil.example\r\n'],
    ['the same host twice', 'Host: localhost\r\nhOST: localhost\r\n'],
    ['no host', ''],
    ['an empty host', 'Host:\r\n'],
  ])('refuses %s', async (_what, lines) => {
    const { url, calls } = await start()
    const received = await sendBytes(
      url,
      `GET /api/v1/notes HTTP/1.1\r\n${lines}Connection: close\r\n\r\n`,
    )
    expect(received).toMatch(/^HTTP\/1.1 400 /)
    expect(received).toContain('application/problem+json')
    expect(calls).toEqual([])
  })
  it('takes a whole address as the target, and its host instead of the header', async () => {
    const { url, calls } = await start()
    const ask = (target: string, host: string) =>
      sendBytes(url, `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
    expect(await ask('http://localhost/api/v1/notes', 'evil.example')).toMatch(/^HTTP\/1.1 200 /)
    expect(await ask('http://evil.example/api/v1/notes', 'localhost')).toMatch(/^HTTP\/1.1 421 /)
    expect(await ask('ftp://localhost/api/v1/notes', 'localhost')).toMatch(/^HTTP\/1.1 404 /)
    expect(await ask('*', 'localhost')).toMatch(/^HTTP\/1.1 404 /)
    expect(calls).toHaveLength(1)
  })
})

describe('client address', () => {
  const ask = async (proxies: string, forwarded: string | undefined) => {
    const { url, addresses, calls } = await start({ environment: { TRUSTED_PROXIES: proxies } })
    const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }
    await send(`${url}/api/v1/notes`, { headers })
    expect(calls[0]?.address).toBe(addresses[0])
    return addresses[0]
  }
  it('believes no X-Forwarded-For of somebody who is no trusted proxy', async () => {
    expect(await ask('', '192.0.2.7')).toBe('127.0.0.1')
    expect(await ask('10.0.0.0/8', '192.0.2.7')).toBe('127.0.0.1')
  })
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['6.6.6.6, 192.0.2.7', '192.0.2.7'],
    ['6.6.6.6, 192.0.2.7, 10.1.2.3', '192.0.2.7'],
    ['192.0.2.7:4711', '192.0.2.7'],
    ['[2001:db8::1]:4711', '2001:db8::1'],
    ['2001:db8::1', '2001:db8::1'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::FFFF:192.0.2.7', '192.0.2.7'],
    ['0:0:0:0:0:ffff:c000:207', '192.0.2.7'],
    ['192.0.2.7, ::ffff:10.1.2.3', '192.0.2.7'],
    ['2001:0DB8:0:0::0:1', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::ffff:192.0.2.7%eth0', '192.0.2.7'],
    ['192.0.2.7, unknown', '127.0.0.1'],
    ["'; drop table", '127.0.0.1'],
    ['10.1.2.3', '10.1.2.3'],
    [undefined, '127.0.0.1'],
  ])('behind trusted proxies takes the right-most other one of %j', async (forwarded, address) => {
    expect(await ask('127.0.0.1,10.0.0.0/8', forwarded)).toBe(address)
  })
})

describe('address limit', () => {
  const full = () => ({ ...someLimit, name: 'address', remaining: 0, retryAfterSeconds: 2.1 })
  it.each([
    ['a call', '/api/v1/notes'],
    ['an unknown address', '/nowhere'],
    ['the docs', '/docs'],
    ['an address that cannot be read', '/%zz'],
    ['too long an address', `/${'x'.repeat(9_000)}`],
  ])('refuses %s before any work', async (_what, path) => {
    const { url, calls, refusals } = await start({ limitAddress: full })
    const answer = await send(url + path)
    expect(answer.status).toBe(429)
    expect(answer.json).toMatchObject({ code: 'RATE_LIMITED', retryAfter: 3 })
    expect(answer.headers).toMatchObject({ 'retry-after': '3', ratelimit: '"address";r=0;t=1' })
    expect(calls).toEqual([])
    expect(refusals).toMatchObject([{ code: 'RATE_LIMITED', address: '127.0.0.1' }])
  })
  it('refuses without reading a body', async () => {
    const { url } = await start({ limitAddress: full })
    expect((await post(`${url}/nowhere`, '{ broken')).status).toBe(429)
  })
  it('hangs up on bytes that are no request, without a word or a line', async () => {
    const { url, refusals } = await start({ limitAddress: full })
    expect(await sendBytes(url, 'NONSENSE\r\n\r\n')).toBe('')
    expect(refusals).toEqual([])
  })
  it('leaves the files of a page alone, which would be blank without one of them', async () => {
    const { url } = await start({ limitAddress: full })
    expect((await send(`${url}/assets/none.js`)).status).toBe(404)
    expect((await send(`${url}/tasks`)).status).toBe(429)
  })
  it('leaves /health and /ready to those who watch', async () => {
    const { url } = await start({ limitAddress: full })
    expect((await send(`${url}/health`)).status).toBe(200)
    expect((await send(`${url}/ready`)).status).toBe(200)
  })
})

describe('CORS', () => {
  const preflight = (url: string, origin: string) =>
    send(url, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    })
  it('lets pages of named origins call and read our headers', async () => {
    const { url } = await start({ environment: { CORS_ORIGINS: 'https://app.example.com' } })
    const asked = await preflight(`${url}/api/v1/notes`, 'https://app.example.com')
    expect(asked.status).toBe(204)
    expect(asked.headers).toMatchObject({
      'access-control-allow-origin': 'https://app.example.com',
      'access-control-max-age': '600',
    })
    const origin = 'https://app.example.com'
    const answer = await send(`${url}/api/v1/notes`, { headers: { origin } })
    expect(answer.headers['access-control-allow-origin']).toBe(origin)
    expect(answer.headers['access-control-expose-headers']).toContain('X-Request-ID')
    expect(answer.headers.vary).toBe('Origin')
  })
  it('tells pages of other origins nothing, and caches that it depends', async () => {
    const { url } = await start({ environment: { CORS_ORIGINS: 'https://app.example.com' } })
    for (const origin of [
      'https://app.example.com.evil.example',
      'null',
      'http://app.example.com',
    ]) {
      const { headers } = await preflight(`${url}/api/v1/notes`, origin)
      expect(headers['access-control-allow-origin']).toBeUndefined()
      expect(headers['access-control-allow-methods']).toBeUndefined()
      expect(headers.vary).toBe('Origin')
    }
  })
  it('never lets everybody send a cookie', async () => {
    const { url } = await start({ environment: { CORS_ORIGINS: '*' } })
    const { headers } = await preflight(`${url}/api/v1/notes`, 'https://anywhere.example')
    expect(headers['access-control-allow-origin']).toBe('*')
    expect(headers['access-control-allow-credentials']).toBeUndefined()
  })
})
