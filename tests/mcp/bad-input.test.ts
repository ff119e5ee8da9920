import { startTestPlinth, type TestPerson, type TestPlinth } from '@plinth/platform/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { apps } from '../../apps/src/all.ts'

let plinth: TestPlinth
let ada: TestPerson
let key: string
beforeAll(async () => {
  plinth = await startTestPlinth({ apps })
  ada = await plinth.createPerson('Ada')
  key = await ada.key()
})
afterAll(() => plinth?.stop())

const list = { jsonrpc: '2.0', id: 1, method: 'tools/list' }

function call(name: string, given: unknown) {
  return { ...list, method: 'tools/call', params: { name, arguments: given } }
}

async function post(body: unknown, headers: Record<string, string | undefined> = {}) {
  const all = {
    accept: 'application/json, text/event-stream',
    'content-type': 'application/json',
    authorization: `Bearer ${key}`,
    ...headers,
  }
  const given = Object.entries(all).filter(
    (pair): pair is [string, string] => pair[1] !== undefined,
  )
  const response = await fetch(`${plinth.url}/mcp/tasks`, {
    method: 'POST',
    headers: given,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  return { status: response.status, headers: response.headers, text: await response.text() }
}

async function countTasks(): Promise<number> {
  const sql = 'select count(*)::int as count from tasks.task where owner_id = $1'
  return (await plinth.sql<{ count: number }>(sql, [ada.personId]))[0]?.count ?? -1
}

it.each([
  ['broken JSON', '{"jsonrpc": "2.0",', {}, 400, 'INVALID_JSON'],
  ['a key that would change prototypes', '{"__proto__": {"a": 1}}', {}, 400, 'INVALID_JSON'],
  ['another type', '<call/>', { 'content-type': 'text/xml' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
  ['two megabytes', `"${'a'.repeat(2 ** 21)}"`, {}, 413, 'PAYLOAD_TOO_LARGE'],
  ['a page of another site', list, { origin: 'https://evil.example' }, 403, 'CROSS_SITE_REFUSED'],
  ['no credential', list, { authorization: undefined }, 401, 'UNAUTHENTICATED'],
  ['a made-up key', list, { authorization: 'Bearer plk_made_up' }, 401, 'UNAUTHENTICATED'],
])('answers %s with its problem', async (_, body, headers, status, code) => {
  const answer = await post(body, headers)
  expect(answer.status).toBe(status)
  expect(answer.headers.get('content-type')).toContain('application/problem+json')
  expect(JSON.parse(answer.text)).toMatchObject({ status, code })
})

it.each([
  ['an empty object', {}],
  ['a text', '"hello"'],
  ['null', 'null'],
  ['a batch', [list, list]],
  ['a method without a version', { id: 1, method: 'tools/list' }],
  ['arguments that are a list', call('add_task', ['A'])],
  ['a name that is a number', { ...list, method: 'tools/call', params: { name: 7 } }],
  ['an unknown method', { ...list, method: 'tasks/drop' }],
  ['an unknown tool', call("add_task'; drop table tasks.task; --", {})],
])('answers %s with an error of the protocol', async (_, body) => {
  const answer = await post(body)
  expect(answer.status).toBeLessThan(500)
  expect(JSON.parse(answer.text)).toMatchObject({
    jsonrpc: '2.0',
    error: { code: expect.any(Number) },
  })
  expect(answer.text).not.toMatch(/node_modules|at .*\.ts|select /)
})

it.each([
  ['NUL', 'a\u0000b'],
  ['half a surrogate pair', 'a\ud800'],
])('refuses %s in a text and writes nothing', async (_, title) => {
  const before = await countTasks()
  const answer = await post(call('add_task', { title }))
  expect(JSON.parse(answer.text)).toMatchObject({ result: { isError: true } })
  expect(answer.text).toContain('INVALID_INPUT')
  expect(await countTasks()).toBe(before)
})

it('ignores a browser’s cookie: a page must not act through it', async () => {
  const answer = await post(list, { authorization: undefined, cookie: ada.cookie })
  expect(answer.status).toBe(401)
})

it('lets a revoked key list and call nothing any more', async () => {
  const headers = { cookie: ada.cookie, origin: plinth.url, 'content-type': 'application/json' }
  const made = await fetch(`${plinth.url}/api/v1/auth/api_keys`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ name: 'old', scopes: ['tasks:read'] }),
  })
  const { id, key: old } = (await made.json()) as { id: string; key: string }
  const authorization = `Bearer ${old}`
  expect((await post(list, { authorization })).status).toBe(200)
  await fetch(`${plinth.url}/api/v1/auth/api_keys/${id}`, { method: 'DELETE', headers })
  expect((await post(list, { authorization })).status).toBe(401)
  expect((await post(call('list_tasks', {}), { authorization })).status).toBe(401)
})

it('leaves one line in the log for each call, reads and unknown tools included', async () => {
  const lines = async (name: string, id: string) => {
    await post(call(name, {}), { 'x-request-id': id })
    return plinth.logs.filter((line) => line.request_id === id)
  }
  expect(await lines('list_tasks', 'mcp-read')).toMatchObject([
    { action: 'tasks.list_tasks', surface: 'mcp', status: 200, user_id: ada.personId },
  ])
  expect(await lines('no_such_tool', 'mcp-unknown')).toMatchObject([
    { action: 'mcp.unknown_tool', surface: 'mcp', status: 404, user_id: ada.personId },
  ])
})
