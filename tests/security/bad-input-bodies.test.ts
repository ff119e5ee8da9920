import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { expectProblem, startTarget, type Target } from './raw-target.ts'

// The story: bodies that are not what they say, or not what anybody would write: too much of them, in
// other bytes, packed, cut, nested without end, with keys that would change what all objects are.

let target: Target
beforeAll(async () => {
  target = await startTarget()
})
afterAll(() => target?.plinth.stop())
const sane = { prototype: Object.getOwnPropertyNames(Object.prototype).sort().join() }
afterEach(async () => {
  expect(await target.tasksNamed('tried')).toBe(0)
  // The server is in this process: what it did to all objects it did to ours.
  expect(Object.getOwnPropertyNames(Object.prototype).sort().join()).toBe(sane.prototype)
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  await target.expectAlive()
})

interface Sent {
  readonly path?: string
  readonly type?: string
  readonly headers?: string
}

/** Sends a body with its length on a line of its own, and gives the one answer. */
async function send(body: string | Buffer, { path, type, headers = '' }: Sent = {}) {
  const bytes = Buffer.from(body)
  const connection = target.connect()
  connection.send(
    `POST ${path ?? '/api/v1/tasks'} HTTP/1.1\r\n${target.lines}${headers}Connection: close\r\n` +
      `Content-Type: ${type ?? 'application/json'}\r\nContent-Length: ${bytes.length}\r\n\r\n`,
  )
  connection.send(bytes)
  const answers = await connection.untilClosed()
  expect(answers).toHaveLength(1)
  return answers[0]
}

describe('a field that is given twice', () => {
  test.each([
    ['{"title":"tried","title":"the last"}', { title: 'the last' }],
    ['{"title":"the last","priority":"low","priority":"high"}', { priority: 'high' }],
    ['{"title":5,"title":"the last"}', { title: 'the last' }],
    ['{"title":"tried","t\\u0069tle":"the last"}', { title: 'the last' }],
    [
      '{"title":"a day","due":{"kind":"date","date":"x","date":"2030-03-02"}}',
      { due: { date: '2030-03-02' } },
    ],
  ])('counts as what it is the last time, as in JavaScript: %s', async (body, kept) => {
    const answer = await send(body)
    expect(answer?.status, answer?.text).toBe(201)
    expect(answer?.json).toMatchObject(kept)
  })

  test.each([
    '{"title":"tried","title":5}',
    '{"title":"tried","title":null}',
    '{"title":"tried","due":null,"due":{}}',
  ])('is refused when it is wrong the last time: %s', async (body) => {
    expectProblem(await send(body), 422, 'INVALID_INPUT')
  })
})

describe('a key that every object has', () => {
  const wraps: readonly (readonly [string, (inner: string) => string])[] = [
    ['beside the others', (inner) => `{"title":"tried",${inner}}`],
    ['before the others', (inner) => `{${inner},"title":"tried"}`],
    ['in a field', (inner) => `{"title":"tried","due":{"kind":"date",${inner}}}`],
    ['in a text’s place', (inner) => `{"title":{${inner}}}`],
    ['in a list', (inner) => `{"title":"tried","labels":[{${inner}}]}`],
    ['in an unknown field', (inner) => `{"title":"tried","x":{"y":[[{"z":{${inner}}}]]}}`],
    ['a hundred deep', (inner) => `{"title":${'{"a":['.repeat(50)}{${inner}}${']}'.repeat(50)}}`],
  ]
  const pollution = [
    '"__proto__":{"polluted":1}',
    '"__proto__":null',
    '"__proto__":"x"',
    '"\\u005f\\u005fproto\\u005f\\u005f":{"polluted":1}',
    '"__proto__" :{"polluted":1}',
    '"constructor":{"prototype":{"polluted":1}}',
    '"c\\u006fnstructor":{"prototype":{"polluted":1}}',
  ]
  test.each(wraps)('and would change it is refused %s', async (_where, wrap) => {
    for (const inner of pollution) {
      expectProblem(await send(wrap(inner)), 400, 'INVALID_JSON')
    }
  })

  test.each([
    'constructor',
    'prototype',
    'toString',
    'valueOf',
    'hasOwnProperty',
    'toJSON',
    'then',
    '__defineGetter__',
    '__proto',
  ])('is one more unknown field: %s', async (name) => {
    const answer = await send(JSON.stringify({ title: 'tried', [name]: { polluted: 1 } }))
    expectProblem(answer, 422, 'INVALID_INPUT')
    expect(answer?.json.errors).toMatchObject([{ field: name, code: 'unknown_field' }])
  })

  test.each(['__proto__', 'constructor', 'prototype', '__proto__[polluted]', '__proto__.polluted'])(
    'is one more unknown field of a query: %s',
    async (name) => {
      const connection = target.connect()
      const answer = await connection.ask(
        `GET /api/v1/tasks?${name}=1 HTTP/1.1\r\n${target.lines}\r\n`,
      )
      expectProblem(answer, 422, 'INVALID_INPUT')
      expect(answer.json.errors).toMatchObject([{ field: name, code: 'unknown_field' }])
      await connection.hangUp()
    },
  )
})

describe('a body of ten thousand levels', () => {
  const arrays = `${'['.repeat(10_000)}${']'.repeat(10_000)}`
  const objects = `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`
  const open = '['.repeat(10_000)
  test.each([
    ['of lists', arrays, 422, 'INVALID_INPUT'],
    ['of objects', objects, 422, 'INVALID_INPUT'],
    ['of lists in a text’s place', `{"title":${arrays}}`, 422, 'INVALID_INPUT'],
    ['of objects in a text’s place', `{"title":${objects}}`, 422, 'INVALID_INPUT'],
    ['of lists among labels', `{"title":"tried","labels":[${arrays}]}`, 422, 'INVALID_INPUT'],
    ['of objects as a date', `{"title":"tried","due":${objects}}`, 422, 'INVALID_INPUT'],
    ['of lists in an unknown field', `{"title":"tried","x":${arrays}}`, 422, 'INVALID_INPUT'],
    ['of objects in an unknown field', `{"title":"tried","x":${objects}}`, 422, 'INVALID_INPUT'],
    ['that never end', `{"title":${open}`, 400, 'INVALID_JSON'],
  ] as const)('%s is refused, and takes nothing with it', async (_what, body, status, code) => {
    expectProblem(await send(body), status, code)
  })
})

describe('bytes', () => {
  const around = (bytes: readonly number[]) =>
    Buffer.concat([Buffer.from('{"title":"tried'), Buffer.from(bytes), Buffer.from('"}')])
  test.each([
    ['that are in no code', [0xff]],
    ['of a character that is cut', [0xf0, 0x9f, 0x98]],
    ['of the middle of a character', [0x98]],
    ['of a slash in two bytes', [0xc0, 0xaf]],
    ['of a NUL in two bytes', [0xc0, 0x80]],
    ['of half a surrogate pair', [0xed, 0xa0, 0xbd]],
    ['of a surrogate pair', [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80]],
    ['past the end of Unicode', [0xf4, 0x90, 0x80, 0x80]],
    ['of five for one', [0xf8, 0x88, 0x80, 0x80, 0x80]],
    ['of Latin letters', [0xe9]],
  ])('%s are no text', async (_what, bytes) => {
    expectProblem(await send(around(bytes)), 400, 'INVALID_JSON')
  })

  test('of UTF-16 and UTF-32 are no JSON, with their mark and without', async () => {
    const text = '{"title":"tried"}'
    const utf16 = Buffer.from(text, 'utf16le')
    const utf32 = Buffer.from([...text].flatMap((letter) => [letter.charCodeAt(0), 0, 0, 0]))
    const bodies = [
      utf16,
      Buffer.from(utf16).swap16(),
      Buffer.concat([Buffer.from([0xff, 0xfe]), utf16]),
      Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(utf16).swap16()]),
      utf32,
      Buffer.concat([Buffer.from([0xff, 0xfe, 0, 0]), utf32]),
    ]
    for (const body of bodies) expectProblem(await send(body), 400, 'INVALID_JSON')
  })

  test('with the mark of UTF-8 are taken without it, as RFC 8259 allows', async () => {
    const answer = await send('\ufeff{"title":"marked"}')
    expect([answer?.status, answer?.json.title]).toEqual([201, 'marked'])
    expectProblem(await send('\ufeff\ufeff{"title":"tried"}'), 400, 'INVALID_JSON')
  })

  test.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['gzip, identity', gzipSync],
    ['zstd', gzipSync],
  ])('packed with %s are not unpacked', async (coding, pack) => {
    const headers = `Content-Encoding: ${coding}\r\n`
    const answer = await send(pack('{"title":"tried"}'), { headers })
    expectProblem(answer, 415, 'UNSUPPORTED_MEDIA_TYPE')
  })

  test('packed without a word are no JSON, however large they would be', async () => {
    expectProblem(await send(gzipSync('{"title":"tried"}')), 400, 'INVALID_JSON')
    const bomb = gzipSync(Buffer.alloc(100_000_000, ' '))
    expectProblem(await send(bomb), 400, 'INVALID_JSON')
  })
})

describe('JSON', () => {
  test.each([
    '{"title":"tried"}x',
    '{"title":"tried"}{"title":"tried"}',
    '{"title":"tried"}\0',
    '{"title":"tried"},',
    '{"title":"tried",}',
    '{"title":"tried"',
    '{"title":"tried}',
    "{'title':'tried'}",
    '{title:"tried"}',
    '{"title":"tried"/* why not */}',
    '// why not\n{"title":"tried"}',
    '{"title":"tried\n"}',
    '{"title":"tried\t"}',
    '{"title":"tried\\x41"}',
    '{"title":"tried\\u12"}',
    '{"title":"tried\\u{1F600}"}',
    '{"title":NaN}',
    '{"title":undefined}',
    '{"title":Infinity}',
    '{"title":01}',
    '{"title":+1}',
    '{"title":.5}',
    '{"title":1.}',
    '{"title":0x1}',
    '{"title":1_000}',
    ')]}\',\n{"title":"tried"}',
    'title=tried',
    '<title>tried</title>',
    '\u00a0{"title":"tried"}',
    ' ',
    '\n',
  ])('that is almost JSON is none: %j', async (body) => {
    expectProblem(await send(body), 400, 'INVALID_JSON')
  })

  test.each([
    ['nothing', '', 'title'],
    ['an empty object', '{}', 'title'],
    ['null', 'null', ''],
    ['a text', '"tried"', ''],
    ['a number', '1e309', ''],
    ['a list', '[{"title":"tried"}]', ''],
    ['true', 'true', ''],
  ])('that says too little is refused: %s', async (_what, body, field) => {
    const answer = await send(body)
    expectProblem(answer, 422, 'INVALID_INPUT')
    expect(answer?.json.errors).toMatchObject([{ field }])
  })

  test.each([
    'text/json',
    'application/x-json',
    'application/jsonp',
    'application/json5',
    'application/vnd.api+json',
    'application/ld+json',
    'application',
    '*/*',
    'application/*',
    'application/json; charset=utf-7',
    'application/json; charset=utf-16',
    'application/json, text/plain',
    'text/plain; application/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    '"application/json"',
    'application/json\\',
    ';',
  ])('is not what is called %s', async (type) => {
    expectProblem(await send('{"title":"tried"}', { type }), 415, 'UNSUPPORTED_MEDIA_TYPE')
  })
})
