import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { type ClientOptions, createClient, type RouteTable } from './create-client.ts'
import type { PlinthProblem } from './problem.ts'

interface Contract {
  'shop.list_things': {
    input: { q?: string; tags?: string[]; limit?: number }
    output: { items: string[] }
  }
  'shop.change_thing': { input: { thingId: string; name: string | null }; output: { name: string } }
  'shop.drop_thing': { input: { thingId: string; ifVersion?: number }; output: { gone: boolean } }
}
const routes: RouteTable<Contract> = {
  'shop.list_things': { method: 'GET', path: '/things' },
  'shop.change_thing': { method: 'PATCH', path: '/things/{thingId}' },
  'shop.drop_thing': { method: 'DELETE', path: '/things/{thingId}' },
}

interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}
type Answer = (response: ServerResponse, attempt: number) => void

const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

/** A real HTTP server that notes what it is sent and answers as it is told to. */
async function serve(answer: Answer) {
  const seen: Seen[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    seen.push({
      method: request.method ?? '',
      url: request.url ?? '',
      headers: request.headers,
      body,
    })
    answer(response, seen.length)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => server.close().closeAllConnections())
  const { port } = server.address() as AddressInfo
  const client = (options: Partial<ClientOptions<Contract>> = {}) =>
    createClient<Contract>({
      baseUrl: `http://127.0.0.1:${port}/`,
      routes,
      backOffMilliseconds: [1, 1],
      ...options,
    })
  return { seen, client }
}

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answer =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(JSON.stringify(body))
  }

const problemOf = (call: Promise<unknown>) =>
  call.then(
    () => expect.unreachable('the call should have been refused'),
    (error: PlinthProblem) => error,
  )

test('a read puts its input into the query and leaves out what is not given', async () => {
  const { seen, client } = await serve(json(200, { items: [] }))
  await client().call('shop.list_things', { q: 'Tom & Jerry <3', tags: ['a', 'b'], limit: 5 })
  expect(seen[0]?.url).toBe('/api/v1/things?q=Tom+%26+Jerry+%3C3&tags=a&tags=b&limit=5')
  expect(seen[0]?.headers['idempotency-key']).toBeUndefined()
  await client().call('shop.list_things', {})
  expect(seen[1]?.url).toBe('/api/v1/things')
})

test('a write puts path parameters into the path and the rest into the body, null included', async () => {
  const { seen, client } = await serve(json(200, { name: 'x' }))
  await client({ key: 'plk_1' }).call('shop.change_thing', { thingId: 'a/b', name: null })
  expect(seen[0]).toMatchObject({
    method: 'PATCH',
    url: '/api/v1/things/a%2Fb',
    body: '{"name":null}',
    headers: { authorization: 'Bearer plk_1', 'content-type': 'application/json' },
  })
})

test('a deletion carries its version in the query and no body', async () => {
  const { seen, client } = await serve(json(200, { gone: true }))
  await client().call('shop.drop_thing', { thingId: '3', ifVersion: 4 })
  expect(seen[0]).toMatchObject({ method: 'DELETE', url: '/api/v1/things/3?ifVersion=4', body: '' })
})

test('a call without its path parameter is refused before anything is sent', async () => {
  const { seen, client } = await serve(json(200, {}))
  await expect(client().call('shop.drop_thing', { thingId: '' })).rejects.toThrow(/thingId/)
  expect(seen).toEqual([])
})

test('all attempts at one write carry one idempotency key, and another write another', async () => {
  const { seen, client } = await serve((response, attempt) => {
    if (attempt === 1) return response.destroy()
    if (attempt === 2) return json(503, { code: 'UNAVAILABLE' })(response, attempt)
    return json(200, { name: 'x' })(response, attempt)
  })
  await client().call('shop.change_thing', { thingId: '3', name: 'x' })
  const keys = seen.map(({ headers }) => headers['idempotency-key'])
  expect(keys).toHaveLength(3)
  expect(new Set(keys).size).toBe(1)
  await client().call('shop.change_thing', { thingId: '3', name: 'x' })
  expect(seen[3]?.headers['idempotency-key']).not.toBe(keys[0])
})

test('a key of the caller is sent as it is', async () => {
  const { seen, client } = await serve(json(200, { name: 'x' }))
  const options = { idempotencyKey: 'sample-1' }
  await client().call('shop.change_thing', { thingId: '3', name: 'x' }, options)
  expect(seen[0]?.headers['idempotency-key']).toBe('sample-1')
})

test('a server that stays away is tried three times and then named', async () => {
  const { seen, client } = await serve((response) => response.destroy())
  const problem = await problemOf(client().call('shop.list_things', {}))
  expect(problem).toMatchObject({ name: 'PlinthProblem', status: 0, code: 'NO_ANSWER' })
  expect(seen).toHaveLength(3)
})

test('a refusal is not tried again and tells everything that the server said', async () => {
  const errors = [{ field: 'name', code: 'too_long', message: 'must have at most 3 characters' }]
  const { seen, client } = await serve(
    json(422, {
      code: 'INVALID_INPUT',
      title: 'The input does not fit.',
      detail: 'It does not fit at all.',
      nextStep: 'Correct it.',
      requestId: 'r-1',
      errors,
    }),
  )
  const problem = await problemOf(
    client().call('shop.change_thing', { thingId: '3', name: 'long' }),
  )
  expect(problem).toMatchObject({
    status: 422,
    code: 'INVALID_INPUT',
    message: 'It does not fit at all.',
    title: 'The input does not fit.',
    nextStep: 'Correct it.',
    requestId: 'r-1',
    errors,
  })
  expect(seen).toHaveLength(1)
})

test('a refusal for the rate says how long to wait', async () => {
  const { client } = await serve(
    json(429, { code: 'RATE_LIMITED', title: 'Too many calls.' }, { 'retry-after': '7' }),
  )
  expect(await problemOf(client().call('shop.list_things', {}))).toMatchObject({ retryAfter: 7 })
})

test('an answer of something that is no Plinth is a problem and no crash', async () => {
  const { client } = await serve((response) => response.writeHead(502).end('<h1>Bad gateway</h1>'))
  expect(await problemOf(client().call('shop.list_things', {}))).toMatchObject({
    status: 502,
    code: 'UNREADABLE_ANSWER',
  })
})

test('a credential that is no longer known is reported before the call rejects', async () => {
  const { client } = await serve(json(401, { code: 'UNAUTHENTICATED', title: 'Sign in.' }))
  let wasTold = false
  const onUnauthenticated = () => {
    wasTold = true
  }
  await problemOf(client({ onUnauthenticated }).call('shop.list_things', {}))
  expect(wasTold).toBe(true)
})

test('a call that its caller gave up rejects with the reason and is not tried again', async () => {
  const given = new AbortController()
  const { seen, client } = await serve(() => given.abort(new Error('gone')))
  const { signal } = given
  await expect(client().call('shop.list_things', {}, { signal })).rejects.toThrow('gone')
  expect(seen).toHaveLength(1)
})

test('a call that is aborted while it waits for its next attempt ends at once, with the reason', async () => {
  const { seen, client } = await serve(json(503, { code: 'UNAVAILABLE' }))
  const leaving = new AbortController()
  const options: Partial<ClientOptions<Contract>> = {
    backOffMilliseconds: [600_000],
    async fetch(...given) {
      const response = await fetch(...given)
      setTimeout(() => leaving.abort('left the page'), 100)
      return response
    },
  }
  const { signal } = leaving
  const call = client(options).call('shop.list_things', {}, { signal })
  await expect(call).rejects.toBe('left the page')
  expect(seen).toHaveLength(1)
})

test('a call that was aborted before it began is never sent', async () => {
  const { seen, client } = await serve(json(200, { items: [] }))
  const signal = AbortSignal.abort('too late')
  await expect(client().call('shop.list_things', {}, { signal })).rejects.toBe('too late')
  expect(seen).toEqual([])
})

test('an answer that is none is told as that', async () => {
  const { client } = await serve((response) => response.end('<html>'))
  const problem = await problemOf(client().call('shop.list_things', {}))
  expect(problem).toMatchObject({ status: 200, code: 'UNREADABLE_ANSWER' })
})

test('a pause that the server asks for in words is not waited for', async () => {
  const { seen, client } = await serve((response, attempt) =>
    attempt === 1
      ? json(503, {}, { 'retry-after': 'soon' })(response, attempt)
      : json(200, { items: ['a'] })(response, attempt),
  )
  expect(await client().call('shop.list_things', {})).toEqual({ items: ['a'] })
  expect(seen).toHaveLength(2)
})
