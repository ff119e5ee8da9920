import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { noteId, startFakeRoad } from './fake-road.ts'
import { send, sendBytes } from './raw-request-for-tests.ts'

const started: { stop(): Promise<unknown> }[] = []
afterEach(async () => {
  for (const one of started.splice(0)) await one.stop()
})
async function start(given?: Parameters<typeof startFakeRoad>[0]) {
  const road = await startFakeRoad(given)
  started.push(road)
  return road
}

/** The answer on a bare socket: its status, its lower-cased headers as one text, its problem. */
function parsed(received: string) {
  const [head = '', body = ''] = received.split('\r\n\r\n')
  return {
    status: Number(head.split(' ')[1]),
    head: head.toLowerCase(),
    problem: JSON.parse(body) as Record<string, unknown>,
  }
}

describe('an address that does not exist', () => {
  it.each([
    '/api/v1/nothing',
    '/api/v1/notes/',
    '/API/v1/notes',
    '//api/v1/notes',
    '/api/v1/../v1/notes',
    '/api//v1/notes',
    '/api/v1/notes%2F',
    '/assets/x.js',
    '/docs/assets/../../package.json',
    '/docs/assets/%2e%2e%2fpackage.json',
    '/docs/assets/package.json',
    '/.env',
  ])('%s is told so', async (path) => {
    const { url, calls, refusals } = await start()
    const answer = await send(url + path)
    expect(answer.status).toBe(404)
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8')
    expect(answer.json.code).toBe('ROUTE_NOT_FOUND')
    expect(calls).toEqual([])
    expect(refusals).toMatchObject([{ code: 'ROUTE_NOT_FOUND', path }])
  })
  it('stays out of the log with its query, and with more than a line of path', async () => {
    const { url, refusals } = await start()
    await send(`${url}/${'x'.repeat(1000)}?token=secret`)
    expect(refusals[0]?.path).toHaveLength(200)
    expect(refusals[0]?.path).not.toContain('secret')
  })
})

describe('a method that an address does not take', () => {
  it.each([
    ['PUT', '/api/v1/notes', 'GET, HEAD, OPTIONS, POST'],
    ['GET', `/api/v1/notes/${noteId}`, 'DELETE, OPTIONS, PATCH'],
    ['GET', '/api/v1/auth/sign_in', 'OPTIONS, POST'],
    ['POST', '/health', 'GET, HEAD, OPTIONS'],
    ['TRACE', '/api/v1/notes', 'GET, HEAD, OPTIONS, POST'],
    ['PROPFIND', '/api/v1/notes', 'GET, HEAD, OPTIONS, POST'],
  ])('%s %s is told those it takes', async (method, path, allow) => {
    const { url, calls } = await start()
    const answer = await send(url + path, { method })
    expect(answer.status).toBe(405)
    expect(answer.headers.allow).toBe(allow)
    expect(answer.json).toMatchObject({ code: 'METHOD_NOT_ALLOWED', allowed: allow.split(', ') })
    expect(calls).toEqual([])
  })
  it('is found out with OPTIONS', async () => {
    const { url } = await start()
    const answer = await send(`${url}/api/v1/notes`, { method: 'OPTIONS' })
    expect(answer.status).toBe(204)
    expect(answer.headers.allow).toBe('GET, HEAD, OPTIONS, POST')
    expect((await send(`${url}/nowhere`, { method: 'OPTIONS' })).status).toBe(404)
  })
})

describe('an address that cannot be read', () => {
  it.each([
    ['/api/v1/notes/%zz', 400, 'BAD_REQUEST'],
    ['/api/v1/notes/%', 400, 'BAD_REQUEST'],
    [`/api/v1/notes/${'x'.repeat(257)}`, 414, 'URI_TOO_LONG'],
    [`/api/v1/notes?q=${'x'.repeat(9_000)}`, 414, 'URI_TOO_LONG'],
  ])('is refused: %.30s… with %i', async (path, status, code) => {
    const { url, calls, refusals } = await start()
    const answer = await send(url + path, { method: 'PATCH' })
    expect(answer.status).toBe(status)
    expect(answer.json.code).toBe(code)
    expect(answer.headers['x-content-type-options']).toBe('nosniff')
    expect(calls).toEqual([])
    expect(refusals).toMatchObject([{ code }])
  })
  it('is not answered for a foreign host either', async () => {
    const { url } = await start()
    const answer = await send(`${url}/%zz`, { headers: { host: 'evil.example' } })
    expect(answer.status).toBe(421)
  })
})

describe('a request that asks for more than HTTP', () => {
  it.each([
    ['an upgrade', 'Connection: Upgrade\r\nUpgrade: websocket\r\n'],
    ['an expectation nobody knows', 'Expect: miracles\r\nConnection: close\r\n'],
  ])('such as %s is answered as if it had not', async (_what, lines) => {
    const { url } = await start()
    const asked = `GET /nowhere HTTP/1.1\r\nHost: localhost\r\n${lines}\r\n`
    const received = await sendBytes(url, asked, { closesAfter: 'ROUTE_NOT_FOUND' })
    expect(parsed(received).head).toContain('x-content-type-options: nosniff')
    expect(parsed(received).problem.code).toBe('ROUTE_NOT_FOUND')
  })
})

describe('bytes that are no request', () => {
  it('are answered with a problem document', async () => {
    const { url, refusals } = await start()
    const { status, head, problem } = parsed(await sendBytes(url, 'NONSENSE\r\n\r\n'))
    expect(status).toBe(400)
    expect(problem.code).toBe('BAD_REQUEST')
    expect(head).toContain('content-type: application/problem+json')
    expect(head).toContain('x-content-type-options: nosniff')
    expect(head).toContain(`x-request-id: ${problem.requestId}`)
    expect(refusals).toMatchObject([{ code: 'BAD_REQUEST', address: '127.0.0.1' }])
  })
  it.each([
    ['a length and chunks at once', 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n'],
    ['two lengths', 'Content-Length: 5\r\nContent-Length: 6\r\n'],
    ['a folded header', 'X-A: b\r\n c\r\nContent-Length : 5\r\n'],
  ])('such as %s, by which two servers would see two requests', async (_what, lines) => {
    const { url, calls } = await start()
    const received = await sendBytes(
      url,
      `POST /api/v1/notes HTTP/1.1\r\nHost: localhost\r\n${lines}\r\n0\r\n\r\nGET /x`,
    )
    expect(parsed(received).status).toBe(400)
    expect(calls).toEqual([])
  })
  it('such as too many headers are refused with how many bytes there may be', async () => {
    const { url } = await start()
    const received = await sendBytes(
      url,
      `GET /health HTTP/1.1\r\nHost: localhost\r\nX-A: ${'a'.repeat(17_000)}\r\n\r\n`,
    )
    const { status, problem } = parsed(received)
    expect(status).toBe(431)
    expect(problem).toMatchObject({ code: 'HEADERS_TOO_LARGE', maxBytes: 16_384 })
  })
  it('are answered the same way on every address that localhost has', async () => {
    const { app } = await start({ host: 'localhost' })
    for (const { address, port, family } of app.addresses() as AddressInfo[]) {
      const host = family === 'IPv6' ? `[${address}]` : address
      const received = await sendBytes(`http://${host}:${port}`, 'NONSENSE\r\n\r\n')
      expect(parsed(received).problem.code, host).toBe('BAD_REQUEST')
    }
  })
})

describe('a request that does not arrive', () => {
  it('is given up after 15 seconds, and asked for again', async () => {
    const { app, url } = await start()
    expect(app.server.requestTimeout).toBe(15_000)
    expect(app.server.headersTimeout).toBe(15_000)
    // Node says this of a connection whose time is over.
    app.server.once('connection', (socket) => {
      const late = Object.assign(new Error('late'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' })
      app.server.emit('clientError', late, socket)
    })
    const { status, problem } = parsed(await sendBytes(url, 'GET /health HTTP/1.1\r\n'))
    expect(status).toBe(408)
    expect(problem.code).toBe('REQUEST_TIMEOUT')
  })
  it('and a client that resets its connection leave the server as it was', async () => {
    const { url, calls } = await start()
    const { hostname, port } = new URL(url)
    const socket = connect(Number(port), hostname)
    await once(socket, 'connect')
    socket.write('POST /api/v1/notes HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{')
    socket.resetAndDestroy()
    expect((await send(`${url}/health`)).status).toBe(200)
    expect(calls).toEqual([])
  })
})
