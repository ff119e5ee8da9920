import { afterEach, describe, expect, it } from 'vitest'
import { noteId, startFakeRoad } from './fake-road.ts'
import { post, send } from './raw-request-for-tests.ts'

const started: { stop(): Promise<unknown> }[] = []
afterEach(async () => {
  for (const one of started.splice(0)) await one.stop()
})
async function start() {
  const road = await startFakeRoad()
  started.push(road)
  return { ...road, notes: `${road.url}/api/v1/notes` }
}
const json = { 'content-type': 'application/json' }

describe('query', () => {
  it.each([
    ['limit=5&q=5&share=0.25', { limit: 5, q: '5', share: 0.25 }],
    ['pinned=true', { pinned: true }],
    ['pinned=false', { pinned: false }],
    ['limit=05&pinned=1&share=abc', { limit: '05', pinned: '1', share: 'abc' }],
    ['limit=1e3&share=0x1', { limit: '1e3', share: '0x1' }],
    ['labels=a,b', { labels: ['a', 'b'] }],
    ['labels=a,b&labels=c', { labels: ['a,b', 'c'] }],
    ['labels=', { labels: [] }],
    ['numbers=1,2,x', { numbers: [1, 2, 'x'] }],
    ['q=a%20b%26c', { q: 'a b&c' }],
    ['nope=1', { nope: '1' }],
    ['', {}],
  ])('%j is read as %j', async (query, input) => {
    const { notes, calls } = await start()
    expect((await send(`${notes}?${query}`)).status).toBe(200)
    expect({ ...(calls[0]?.input as object) }).toEqual(input)
  })
  it('refuses a field of one value that is given twice', async () => {
    const { notes, calls } = await start()
    const answer = await send(`${notes}?limit=1&limit=2`)
    expect(answer.status).toBe(422)
    expect(answer.json.errors).toMatchObject([{ field: 'limit', code: 'duplicate' }])
    expect(calls).toEqual([])
  })
  it('gives a field named __proto__ to the schema, which knows none', async () => {
    const { notes, calls } = await start()
    await send(`${notes}?__proto__=1&constructor=2`)
    expect(Object.keys(calls[0]?.input as object)).toEqual(['__proto__', 'constructor'])
  })
  it('refuses a query where the body has the fields', async () => {
    const { notes, calls } = await start()
    const answer = await post(`${notes}?text=b`, { text: 'a' })
    expect(answer.status).toBe(422)
    expect(answer.json.errors).toMatchObject([{ field: 'text', code: 'unknown_field' }])
    expect(calls).toEqual([])
  })
})

describe('path and body', () => {
  const patch = (url: string, body: string, headers = {}) =>
    send(url, { method: 'PATCH', headers: { ...json, ...headers }, body })
  it('are one input, and the body is taken as it is', async () => {
    const { notes, calls } = await start()
    await patch(`${notes}/${noteId}`, '{"text":"5","ifVersion":"3","more":null}')
    expect(calls[0]?.input).toEqual({ noteId, text: '5', ifVersion: '3', more: null })
  })
  it('decodes a path parameter once', async () => {
    const { notes, calls } = await start()
    await patch(`${notes}/a%252Fb%2Fc`, '{}')
    expect(calls[0]?.input).toEqual({ noteId: 'a%2Fb/c' })
  })
  it('refuses a body that names the thing a second time', async () => {
    const { notes, calls } = await start()
    const answer = await patch(`${notes}/${noteId}`, '{"noteId":"other"}')
    expect(answer.status).toBe(422)
    expect(answer.json.errors).toMatchObject([{ field: 'noteId', code: 'unknown_field' }])
    expect(calls).toEqual([])
  })
  it('reads the body of a DELETE, and its query', async () => {
    const { notes, calls } = await start()
    const drop = (query: string, body?: string) =>
      send(`${notes}/${noteId}${query}`, {
        method: 'DELETE',
        ...(body === undefined
          ? {}
          : { headers: { ...json, 'content-length': body.length }, body }),
      })
    await drop('')
    await drop('?reason=old')
    await drop('', '{"reason":"old"}')
    expect(calls.map(({ input }) => ({ ...(input as object) }))).toEqual([
      { noteId },
      { noteId, reason: 'old' },
      { noteId, reason: 'old' },
    ])
    expect((await drop('?reason=a', '{"reason":"b"}')).status).toBe(422)
  })
  it.each(['[]', '"text"', '1', 'null'])(
    'refuses %s, which is JSON but no object',
    async (body) => {
      const { notes } = await start()
      const answer = await post(notes, body)
      expect(answer.status).toBe(422)
      expect(answer.json.errors).toMatchObject([{ field: '', code: 'invalid_type' }])
    },
  )
  it('takes no body for an empty one', async () => {
    const { notes, calls } = await start()
    await send(notes, { method: 'POST' })
    await send(notes, { method: 'POST', headers: json, body: '' })
    expect(calls.map(({ input }) => input)).toEqual([{}, {}])
  })
  it.each([
    '{',
    '{"a":1}x',
    "{'a':1}",
    '{"__proto__":{}}',
    '{"a":{"__proto__":1}}',
    'NaN',
    '{"constructor":{"prototype":{}}}',
  ])('refuses %s as invalid JSON', async (body) => {
    const { notes, calls, refusals } = await start()
    const answer = await post(notes, body)
    expect(answer.status).toBe(400)
    expect(answer.json.code).toBe('INVALID_JSON')
    expect(answer.text).not.toContain('position')
    expect(calls).toEqual([])
    expect(refusals).toMatchObject([{ code: 'INVALID_JSON' }])
  })
  it('refuses bytes that are not UTF-8', async () => {
    const { notes } = await start()
    const answer = await post(notes, Buffer.from([0x22, 0xff, 0x22]))
    expect(answer.status).toBe(400)
    expect(answer.json.code).toBe('INVALID_JSON')
  })
  it('survives half a million nested lists', async () => {
    const { notes, calls } = await start()
    const depth = 500_000
    const answer = await post(notes, `{"text":${'['.repeat(depth)}${']'.repeat(depth)}}`)
    expect(answer.status).toBe(201)
    expect(calls).toHaveLength(1)
  })
  it.each([
    [{ 'content-type': 'text/plain' }],
    [{ 'content-type': 'application/x-www-form-urlencoded' }],
    [{ 'content-type': 'application/json; charset=latin1' }],
    [{ 'content-type': 'application/jsonp' }],
    [{ 'content-type': 'nonsense' }],
    [{ 'content-type': 'application/json', 'content-encoding': 'gzip' }],
  ])('refuses a body of %j', async (headers) => {
    const { notes, calls } = await start()
    const answer = await send(notes, { method: 'POST', headers, body: '{"text":"a"}' })
    expect(answer.status).toBe(415)
    expect(answer.json.code).toBe('UNSUPPORTED_MEDIA_TYPE')
    expect(calls).toEqual([])
  })
  it('refuses a body without a type', async () => {
    const { notes } = await start()
    expect((await send(notes, { method: 'POST', body: '{}' })).status).toBe(415)
  })
  it.each([
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
    'APPLICATION/JSON',
  ])('takes %s', async (type) => {
    const { notes } = await start()
    expect((await post(notes, { text: 'a' }, { 'content-type': type })).status).toBe(201)
  })
  it('refuses 2 MB with the bytes it takes, whether the length is announced or not', async () => {
    const { notes, calls } = await start()
    const body = JSON.stringify({ text: 'x'.repeat(2_000_000) })
    for (const headers of [{ 'content-length': body.length }, { 'transfer-encoding': 'chunked' }]) {
      const answer = await send(notes, { method: 'POST', headers: { ...json, ...headers }, body })
      expect(answer.status).toBe(413)
      expect(answer.json).toMatchObject({ code: 'PAYLOAD_TOO_LARGE', maxBytes: 1_048_576 })
    }
    expect(calls).toEqual([])
  })
})

describe('If-Match', () => {
  const patch = (url: string, ifMatch: string, body = '{}') =>
    send(url, { method: 'PATCH', headers: { ...json, 'if-match': ifMatch }, body })
  it.each(['"3"', 'W/"3"', '3', ' "3" '])('%s is ifVersion 3', async (ifMatch) => {
    const { notes, calls } = await start()
    expect((await patch(`${notes}/${noteId}`, ifMatch)).status).toBe(200)
    expect(calls[0]?.input).toEqual({ noteId, ifVersion: 3 })
  })
  it('of any version asks nothing of the call', async () => {
    const { notes, calls } = await start()
    await patch(`${notes}/${noteId}`, '*')
    expect(calls[0]?.input).toEqual({ noteId })
  })
  it.each(['"abc"', '"3", "4"', '""', '-1', '"03"'])('%s is refused', async (ifMatch) => {
    const { notes, calls } = await start()
    const answer = await patch(`${notes}/${noteId}`, ifMatch)
    expect(answer.status).toBe(422)
    expect(answer.json.errors).toMatchObject([{ field: 'If-Match' }])
    expect(calls).toEqual([])
  })
  it('is refused when it contradicts ifVersion', async () => {
    const { notes } = await start()
    expect((await patch(`${notes}/${noteId}`, '"3"', '{"ifVersion":4}')).status).toBe(422)
    expect((await patch(`${notes}/${noteId}`, '"3"', '{"ifVersion":3}')).status).toBe(200)
  })
  it('is not passed over by a write that compares no version', async () => {
    const { notes, calls } = await start()
    expect((await post(notes, { text: 'a' }, { 'if-match': '"3"' })).status).toBe(422)
    expect(calls).toEqual([])
  })
})

describe('Idempotency-Key', () => {
  it('goes with a write and not with a read', async () => {
    const { notes, calls } = await start()
    await post(notes, { text: 'a' }, { 'idempotency-key': 'k 1' })
    await send(notes, { headers: { 'idempotency-key': 'k 1' } })
    expect(calls.map(({ idempotencyKey }) => idempotencyKey)).toEqual(['k 1', undefined])
  })
})
