import { gzipSync } from 'node:zlib'
import { startTestPlinth, type TestPerson, type TestPlinth } from '@plinth/platform/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
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
// After whatever was sent: nothing of it was done, and the next message is answered as before.
afterEach(async () => {
  expect(await plinth.sql("select from tasks.task where title = 'tried'")).toEqual([])
  const answer = await post(list)
  expect([answer.status, answer.text.includes('add_task')]).toEqual([200, true])
})

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
    body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
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

/** Asserts an error of the protocol, which is not a problem document, and has its id in a header. */
function expectProtocolError(answer: Awaited<ReturnType<typeof post>>, status: number): void {
  expect(answer.status, answer.text).toBe(status)
  expect(JSON.parse(answer.text)).toMatchObject({
    jsonrpc: '2.0',
    error: { code: expect.any(Number), message: expect.stringMatching(/\w/) },
  })
  expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
  expect(answer.text).not.toMatch(/node_modules|\bat .+:\d+:\d+|select |pg_/)
}

const add = (given: unknown, more: object = {}) => ({ ...call('add_task', given), ...more })
const tried = { title: 'tried' }

describe('a message', () => {
  it.each([
    ['null', null],
    ['a fraction', 1.5],
    ['true', true],
    ['a list', [1]],
    ['an object', { a: 1 }],
  ])('with %s for an id is none', async (_what, id) => {
    expectProtocolError(await post(add(tried, { id })), 400)
  })

  it.each(['1e400', '12345678901234567890', '-1e309'])(
    'with the number %s for an id is none',
    async (id) => {
      const text = JSON.stringify(add(tried))
      expectProtocolError(await post(text.replace('"id":1', `"id":${id}`)), 400)
    },
  )

  it.each([0, -1, '', 'a"b\u0000\u2028', '😀'.repeat(500), Number.MAX_SAFE_INTEGER])(
    'with the id %j has it in its answer',
    async (id) => {
      const { status, text } = await post({ ...list, id })
      expect([status, JSON.parse(text).id]).toEqual([200, id])
    },
  )

  it('without an id is a notification, and no tool is called by one', async () => {
    const answer = await post({ ...add(tried), id: undefined })
    expect([answer.status, answer.text]).toEqual([202, ''])
  })

  it('that is an answer to nothing is taken, and nothing comes of it', async () => {
    for (const body of [{ result: {} }, { error: { code: 1, message: 'x' } }]) {
      const answer = await post({ jsonrpc: '2.0', id: 1, ...body })
      expect([answer.status, answer.text]).toEqual([202, ''])
    }
  })

  it.each([
    ['members of no message', { extra: 1 }],
    ['a result beside its method', { result: {} }],
    ['a list for parameters', { params: [] }],
    ['null for parameters', { params: null }],
    ['a text for parameters', { params: 'tried' }],
    ['another version', { jsonrpc: '1.0' }],
    ['a number for its version', { jsonrpc: 2 }],
    ['a token of progress that is none', { params: { _meta: { progressToken: {} } } }],
  ])('with %s is none', async (_what, more) => {
    expectProtocolError(await post(add(tried, more)), 400)
  })

  it.each([
    ['no parameters', { params: undefined }],
    ['no name', { params: { arguments: tried } }],
    ['null for arguments', add(null)],
    ['a text for arguments', add('tried')],
    ['a number for arguments', add(5)],
    ['a list for arguments', add([tried])],
  ])('that calls a tool with %s is told so', async (_what, more) => {
    expectProtocolError(await post(add(tried, more)), 200)
  })

  it('with a member twice is what it says last, as in JavaScript', async () => {
    const call = JSON.stringify(add(tried))
    const listed = await post(call.replace(/}$/, ',"method":"tools/list"}'))
    expect(JSON.parse(listed.text)).toMatchObject({ id: 1, result: { tools: expect.any(Array) } })
    const added = await post(call.replace('"title":"tried"', '"title":"tried","title":"said last"'))
    expect(JSON.parse(added.text)).toMatchObject({
      result: { structuredContent: { title: 'said last' } },
    })
  })

  it.each([
    '{"title":"tried","__proto__":{"polluted":1}}',
    '{"title":"tried","due":{"__proto__":null}}',
    '{"title":"tried","labels":[{"\\u005f_proto__":1}]}',
    '{"title":"tried","constructor":{"prototype":{"polluted":1}}}',
  ])('with a key that would change all objects is no JSON: %s', async (given) => {
    const text = JSON.stringify(add('here')).replace('"here"', given)
    const answer = await post(text)
    expect([answer.status, JSON.parse(answer.text).code]).toEqual([400, 'INVALID_JSON'])
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })

  it.each(['constructor', 'prototype', 'toString', 'hasOwnProperty', 'toJSON'])(
    'gives a tool no argument that every object has: %s',
    async (name) => {
      const answer = await post(add({ ...tried, [name]: { polluted: 1 } }))
      expect(JSON.parse(answer.text)).toMatchObject({
        result: { isError: true, _meta: { 'plinth/problem': { errors: [{ field: name }] } } },
      })
    },
  )

  const objects = `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`
  const lists = `${'['.repeat(10_000)}${']'.repeat(10_000)}`
  it.each([
    ['an argument of objects', objects, '{"title":"tried","x":<here>}', 'INVALID_INPUT'],
    ['an argument of lists', lists, '{"title":<here>}', 'INVALID_INPUT'],
    ['arguments of objects', objects, '<here>', 'INVALID_INPUT'],
    ['arguments of lists', lists, '<here>', '"error"'],
  ])('with %s ten thousand deep is refused', async (_what, deep, given, told) => {
    const text = JSON.stringify(add('here')).replace('"here"', given.replace('<here>', deep))
    const answer = await post(text)
    expect(answer.status).toBe(200)
    expect(answer.text).toContain(told)
    expect(answer.text.length).toBeLessThan(5_000)
  })

  it.each([
    ['a message', lists],
    ['an id', `{"jsonrpc":"2.0","id":${lists},"method":"tools/list"}`],
    ['a method', `{"jsonrpc":"2.0","id":1,"method":${objects}}`],
    ['a version', `{"jsonrpc":${objects},"id":1,"method":"tools/list"}`],
  ])('that is ten thousand deep as %s is none', async (_what, text) => {
    expectProtocolError(await post(text), 400)
  })
})

describe('bytes', () => {
  const text = JSON.stringify(add(tried))
  it.each<[string, string | Uint8Array, Record<string, string>, number, string]>([
    ['behind the JSON', `${text}x`, {}, 400, 'INVALID_JSON'],
    ['of two messages', `${text}\n${text}`, {}, 400, 'INVALID_JSON'],
    [
      'of no UTF-8',
      Buffer.from(text.replace('tried', 'tri\u00e9d'), 'latin1'),
      {},
      400,
      'INVALID_JSON',
    ],
    ['of UTF-16', Buffer.from(text, 'utf16le'), {}, 400, 'INVALID_JSON'],
    [
      'that are packed',
      gzipSync(text),
      { 'content-encoding': 'gzip' },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    ['that are packed without a word', gzipSync(text), {}, 400, 'INVALID_JSON'],
    [
      'of a stream of events',
      `data: ${text}\n\n`,
      { 'content-type': 'text/event-stream' },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    [
      'of a form',
      'tried',
      { 'content-type': 'multipart/form-data; boundary=x' },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
  ])('%s are refused with their problem', async (_what, body, headers, status, code) => {
    const answer = await post(body, headers)
    expect(answer.status, answer.text).toBe(status)
    expect(JSON.parse(answer.text)).toMatchObject({
      status,
      code,
      requestId: answer.headers.get('x-request-id'),
    })
  })

  it('that are none are no message', async () => {
    expectProtocolError(await post(''), 400)
  })
})

describe('a header', () => {
  it.each(['1999-01-01', "'; drop table tasks.task", '2025-11-25, 2025-11-25', '9'.repeat(5_000)])(
    'that names a revision nobody knows refuses the message: %.30s',
    async (version) => {
      expectProtocolError(await post(add(tried), { 'mcp-protocol-version': version }), 400)
    },
  )

  it.each([undefined, 'text/html', 'application/json', 'application/json;q=0'])(
    'that accepts no answer of ours gets none: %s',
    async (accept) => {
      // Without one the client of these tests would say that it takes anything.
      const answer = await post(add(tried), { accept: accept ?? '' })
      expectProtocolError(answer, 406)
    },
  )

  it('that names a session is passed over: there are none', async () => {
    const answer = await post(list, { 'mcp-session-id': 'x'.repeat(5_000) })
    expect([answer.status, answer.headers.get('mcp-session-id')]).toEqual([200, null])
  })

  const revision = '2026-07-28'
  const prefix = 'io.modelcontextprotocol'
  const meta = {
    [`${prefix}/protocolVersion`]: revision,
    [`${prefix}/clientInfo`]: { name: 'test', version: '1' },
    [`${prefix}/clientCapabilities`]: {},
  }
  const now = (given: object) =>
    add(0, { params: { name: 'add_task', arguments: given, _meta: meta } })
  const told = {
    'mcp-protocol-version': revision,
    'mcp-method': 'tools/call',
    'mcp-name': 'add_task',
  }
  // A gateway decides by the headers who may call what; the body must not say something else.
  it.each([
    ['no method', { 'mcp-method': undefined }],
    ['another method', { 'mcp-method': 'tools/list' }],
    ['no tool', { 'mcp-name': undefined }],
    ['another tool', { 'mcp-name': 'list_tasks' }],
    ['the tool twice', { 'mcp-name': 'add_task, add_task' }],
    ['no revision', { 'mcp-protocol-version': undefined }],
    ['another revision', { 'mcp-protocol-version': '2025-11-25' }],
  ])('that tells %s than the message refuses it', async (_what, more) => {
    expectProtocolError(await post(now(tried), { ...told, ...more }), 400)
  })

  it('that tells what the message says lets it through', async () => {
    const answer = await post(now({ title: 'told and said' }), told)
    expect(JSON.parse(answer.text)).toMatchObject({
      result: { structuredContent: { title: 'told and said' } },
    })
  })
})

describe('an idempotency key', () => {
  it.each([7, null, true, [], {}, '', ' a', 'a ', 'a\nb', 'ä', '😀', 'x'.repeat(256), 'a\u0000'])(
    'that is none is refused and named: %j',
    async (idempotencyKey) => {
      const answer = await post(add({ ...tried, idempotencyKey }))
      expect(JSON.parse(answer.text)).toMatchObject({
        result: {
          isError: true,
          _meta: {
            'plinth/problem': { code: 'INVALID_INPUT', errors: [{ field: 'idempotencyKey' }] },
          },
        },
      })
    },
  )
})

it('gives no more back of a tool that is not there than a tool’s name has', async () => {
  const { text } = await post(call('x'.repeat(500_000), {}))
  expect(JSON.parse(text)).toMatchObject({ error: { message: `Unknown tool: ${'x'.repeat(64)}` } })
  const cut = await post(call(`${'x'.repeat(63)}😀`, {}))
  expect(JSON.parse(cut.text).error.message.isWellFormed()).toBe(true)
})
