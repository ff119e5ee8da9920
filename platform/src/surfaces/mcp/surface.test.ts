import { afterEach, expect, it } from 'vitest'
import { unauthenticated } from '../../errors/platform.ts'
import { startFakeRoad } from './fake-road.ts'

const started: { stop(): Promise<unknown> }[] = []
afterEach(async () => {
  for (const one of started.splice(0).reverse()) await one.stop()
})

async function start(answer?: Parameters<typeof startFakeRoad>[0]) {
  const server = await startFakeRoad(answer)
  started.push(server)
  return server
}

const message = { jsonrpc: '2.0', id: 1, method: 'tools/list' }
function post(url: string, headers: Record<string, string>, body: unknown = message) {
  return fetch(url, {
    method: 'POST',
    headers: {
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
}
const authorization = 'Bearer plk_all'

it('gives byte-identical lists to equal scopes, whatever else the keys hold', async () => {
  const { url } = await start()
  const list = async (key: string) =>
    (await post(`${url}/mcp`, { authorization: `Bearer ${key}` })).text()
  expect(await list('plk_read_too')).toBe(await list('plk_read'))
  expect(await list('plk_all')).not.toBe(await list('plk_read'))
})
it('answers in JSON that no cache keeps', async () => {
  const { url } = await start()
  const response = await post(`${url}/mcp`, { authorization })
  expect(response.headers.get('content-type')).toMatch(/^application\/json/)
  expect(response.headers.get('cache-control')).toBe('no-store')
})
it('asks for a credential when there is none, before it looks at the message', async () => {
  const { url, refusals } = await start()
  const response = await post(`${url}/mcp/notes`, {}, '{ not json')
  expect(response.status).toBe(401)
  expect(response.headers.get('www-authenticate')).toBe('Bearer realm="plinth"')
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/)
  expect(await response.json()).toMatchObject({ code: 'UNAUTHENTICATED' })
  expect(refusals).toEqual(['UNAUTHENTICATED'])
})
it.each(['Bearer plk_unknown', 'Bearer', 'Basic cGxrX2FsbDo=', 'Bearer plk_all plk_all'])(
  'refuses %s as an invalid token',
  async (given) => {
    const { url } = await start()
    const response = await post(`${url}/mcp`, { authorization: given })
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"')
  },
)
it('ignores cookies, even those that hold a session', async () => {
  const { url } = await start()
  expect((await post(`${url}/mcp`, { cookie: 'plinth_session=plk_all' })).status).toBe(401)
})
it.each(['https://evil.example', 'null', 'http://localhost:1', 'https://plinth.example.com:8443'])(
  'refuses a page of %s although it has a key',
  async (origin) => {
    const { url, refusals, calls } = await start()
    const response = await post(`${url}/mcp`, { authorization, origin })
    expect(response.status).toBe(403)
    expect(await response.json()).toMatchObject({ code: 'CROSS_SITE_REFUSED' })
    expect(refusals).toEqual(['CROSS_SITE_REFUSED'])
    expect(calls).toHaveLength(0)
  },
)
it('takes its own pages: the public address and loopback on its own port', async () => {
  const { url } = await start()
  const { port } = new URL(url)
  const own = ['https://plinth.example.com', `http://localhost:${port}`, `http://[::1]:${port}`]
  for (const origin of own) {
    expect((await post(`${url}/mcp`, { authorization, origin })).status).toBe(200)
  }
})
it('refuses a batch: one request is one message', async () => {
  const { url, calls } = await start()
  const response = await post(`${url}/mcp`, { authorization }, [message, { ...message, id: 2 }])
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ error: { code: -32600 } })
  expect(calls).toHaveLength(0)
})
it.each(['GET', 'DELETE'])('answers %s with 405 and the method it takes', async (method) => {
  const { url } = await start()
  const response = await fetch(`${url}/mcp`, { method, headers: { authorization } })
  expect(response.status).toBe(405)
  expect(response.headers.get('allow')).toContain('POST')
})

it('answers 401 when the key is revoked while its call is on the way', async () => {
  const error = unauthenticated({ detail: 'The credential was revoked or has expired.' })
  const { url } = await start(() => ({ ok: false, error, limit: undefined }))
  const call = {
    ...message,
    method: 'tools/call',
    params: { name: 'get_note', arguments: { id: 1 } },
  }
  const response = await post(`${url}/mcp/notes`, { authorization }, call)
  expect(response.status).toBe(401)
  expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"')
  expect(await response.json()).toMatchObject({ detail: error.message })
})
