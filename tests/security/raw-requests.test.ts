import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { expectProblem, startTarget, type Target } from './raw-target.ts'

// The story: somebody writes requests by hand. Methods and paths that no client sends, headers by the
// thousand, other versions and other protocols: each is answered with what is wrong with it, as far
// as there is a way to answer at all, and none of them does or shows more than a tidy request would.

let target: Target
beforeAll(async () => {
  target = await startTarget()
})
afterAll(() => target?.plinth.stop())
afterEach(async () => {
  expect(await target.tasksNamed('tricked')).toBe(0)
  await target.expectAlive()
})

/** All that comes back until the server hangs up, which it is asked to. */
async function exchange(bytes: string) {
  const connection = target.connect()
  connection.send(bytes)
  const answers = await connection.untilClosed()
  expect(answers).toHaveLength(1)
  return answers[0]
}

const get = (path: string, headers = '') =>
  `GET ${path} HTTP/1.1\r\n${target.lines}${headers}Connection: close\r\n\r\n`
const body = '{"title":"tricked"}'
/** Would add a task, if the method and the path were taken for those of a call. */
const asked = (method: string, path: string) =>
  `${method} ${path} HTTP/1.1\r\n${target.lines}Connection: close\r\n` +
  `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`

/** What is told of it in a title, and itself. */
const shortened = (text: string) => [text.slice(0, 40), text] as const

describe('a method', () => {
  const unknown = ['FOO', 'post', 'Post', 'POSTED', 'P', 'POST\t', 'POST\0', 'A'.repeat(9_000)]
  test.concurrent.for(unknown.map(shortened))(
    'that nobody knows is refused: %j',
    async ([, method]) => {
      expectProblem(await exchange(asked(method, '/api/v1/tasks')), 400, 'BAD_REQUEST')
    },
  )

  test.concurrent.for(['PUT', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND', 'SEARCH', 'QUERY', 'LINK'])(
    '%s is told which ones there are, and echoes nothing',
    async (method) => {
      const answer = await exchange(asked(method, '/api/v1/tasks'))
      expectProblem(answer, 405, 'METHOD_NOT_ALLOWED')
      expect(answer?.headers.allow).toBe('GET, HEAD, OPTIONS, POST')
      expect(answer?.text).not.toContain(target.key)
    },
  )

  test.concurrent.for(['localhost:80', 'intranet.example:443', '/api/v1/tasks', '*'])(
    'CONNECT opens no tunnel to %s, and what is sent into it is not read',
    async (address) => {
      const tunnel = `CONNECT ${address} HTTP/1.1\r\n${target.lines}\r\n`
      expectProblem(await exchange(tunnel + asked('POST', '/api/v1/tasks')), 400, 'BAD_REQUEST')
    },
  )

  test('CONNECT behind another request waits for its answer', async () => {
    const connection = target.connect()
    connection.send(get('/api/v1/tasks').replace('Connection: close\r\n', ''))
    connection.send(`CONNECT localhost:80 HTTP/1.1\r\n${target.lines}\r\n`)
    const answers = await connection.untilClosed()
    expect(answers.map(({ status }) => status)).toEqual([200, 400])
  })

  test('CONNECT by a client that resets the line harms nobody', async () => {
    const connection = target.connect()
    connection.send(`CONNECT localhost:80 HTTP/1.1\r\n${target.lines}\r\n`)
    connection.socket.resetAndDestroy()
    await connection.ended
  })
})

describe('a path', () => {
  test.concurrent.for(
    [
      '//api/v1/tasks',
      '/api//v1/tasks',
      '/../api/v1/tasks',
      '/api/v1/../v1/tasks',
      '/api/v1/./tasks',
      '/docs/../api/v1/tasks',
      '/api/v1/%2e%2e/v1/tasks',
      '/api/v1/%2E/tasks',
      '/api/v1/tasks;a=b',
      '/api/v1;a=b/tasks',
      '/api/v1/tasks/',
      '/api/v1/tasks/.',
      '/api/v1/Tasks',
      '/API/V1/TASKS',
      '/api%2fv1%2ftasks',
      '/api/v1%2Ftasks',
      '/api/v1/%2ftasks',
      '/api/v1%5ctasks',
      '/api/v1\\tasks',
      '/api/v1/tasks%00',
      '/api/v1/tasks%0a',
      '/api/v1/tasks%20',
      '/api/v1/tasks.json',
      '/api/v1/tasks%3fa=b',
      '/api/v1/%2574asks',
      '/api/v1/%EF%BD%94asks',
      '/api/v2/tasks',
      '/tasks',
      `/${'a'.repeat(8_000)}`,
      `/${'a/'.repeat(4_000)}`,
      `/${'%2e%2e%2f'.repeat(800)}etc/passwd`,
    ].map(shortened),
  )('that only resembles another is not that one: %s', async ([, path]) => {
    const answer = await exchange(asked('POST', path))
    expect([404, 405], answer?.text).toContain(answer?.status)
    expectProblem(answer, answer?.status ?? 0, String(answer?.json.code))
  })

  const unreadable: readonly (readonly [string, number, string])[] = [
    ['/api/v1/tasks/%00', 422, 'INVALID_INPUT'],
    ['/api/v1/tasks/%2f', 422, 'INVALID_INPUT'],
    ['/api/v1/tasks/1%2f..%2f2', 422, 'INVALID_INPUT'],
    ['/api/v1/tasks/%252e%252e', 422, 'INVALID_INPUT'],
    ['/api/v1/tasks/..', 422, 'INVALID_INPUT'],
    ['/api/v1/tasks/%F0%9F%98%80', 422, 'INVALID_INPUT'],
    ['/api/v1/tasks/%zz', 400, 'BAD_REQUEST'],
    ['/api/v1/tasks/%', 400, 'BAD_REQUEST'],
    ['/api/v1/tasks/%f', 400, 'BAD_REQUEST'],
    ['/api/v1/tasks/%ff', 400, 'BAD_REQUEST'],
    ['/api/v1/tasks/%c3%28', 400, 'BAD_REQUEST'],
    ['/api/v1/tasks/%c0%af', 400, 'BAD_REQUEST'],
    ['/api/v1/tasks/%ed%a0%80', 400, 'BAD_REQUEST'],
    ['/api/v1/tasks/%f4%90%80%80', 400, 'BAD_REQUEST'],
    ['/api/v1/tasks/%u0031', 400, 'BAD_REQUEST'],
    [`/api/v1/tasks/${'1'.repeat(257)}`, 414, 'URI_TOO_LONG'],
    [`/${'a'.repeat(8_192)}`, 414, 'URI_TOO_LONG'],
    [`/${'a'.repeat(17_000)}`, 431, 'HEADERS_TOO_LARGE'],
    ['/api/v1/tasks#fragment', 400, 'BAD_REQUEST'],
    ['/health#', 400, 'BAD_REQUEST'],
    ['/?a#b', 400, 'BAD_REQUEST'],
    ['/api/v1/tasks?q=%zz', 400, 'BAD_REQUEST'],
    ['/api/v1/tasks?q=%', 400, 'BAD_REQUEST'],
    ['/api/v1/tasks?q=%ff', 400, 'BAD_REQUEST'],
    ['/api/v1/tasks?q=%ed%a0%80', 400, 'BAD_REQUEST'],
    ['/api/v1/tasks?%zz=1', 400, 'BAD_REQUEST'],
    ['/api/v1/tasks?q=%00', 422, 'INVALID_INPUT'],
    ['/api/v1/tasks?q=a%0bb', 422, 'INVALID_INPUT'],
    ['/api/v1/tasks?=1', 422, 'INVALID_INPUT'],
    ['/api/v1/tasks?q[]=a', 422, 'INVALID_INPUT'],
    ['/api/v1/tasks?q[a]=b', 422, 'INVALID_INPUT'],
    ['/api/v1/tasks?q.a=b', 422, 'INVALID_INPUT'],
    [`/api/v1/tasks?${'a=1&'.repeat(2_000)}`, 422, 'INVALID_INPUT'],
  ]
  test.concurrent.for(unreadable.map(([path, ...rest]) => [...shortened(path), ...rest] as const))(
    'with nothing, or too much, in a part of it is refused: %s',
    async ([, path, status, code]) => {
      expectProblem(await exchange(get(path)), status, code)
    },
  )

  test.concurrent.for(['\0', '\u0001', '\u000b', '\u001f', ' ', '\u007f', '\u0080', '\u00e9'])(
    'with the raw character %j is no path',
    async (character) => {
      expectProblem(await exchange(get(`/hea${character}lth`)), 400, 'BAD_REQUEST')
    },
  )

  test('keeps what stands behind # and ? out of the log', async () => {
    await exchange(get('/nowhere?token=in-the-query'))
    await exchange(get('/nowhere#token-in-the-fragment'))
    expect(target.plinth.logs.filter(({ path }) => path === '/nowhere')).toHaveLength(2)
    expect(JSON.stringify(target.plinth.logs)).not.toMatch(/token[=-]in-the/)
  })
})

describe('a whole address', () => {
  const here = () => new URL(target.plinth.url).host
  test.concurrent.for<[string, () => string, number]>([
    ['is taken for its path', () => `http://${here()}/health`, 200],
    ['is taken in capitals', () => `HTTP://${here().toUpperCase()}/health`, 200],
    ['without a path is that of everything', () => `http://${here()}`, 200],
    [
      'with a name and a password before the host has that host',
      () => `http://a:b@${here()}/x`,
      404,
    ],
    ['of another host is refused', () => 'http://elsewhere.example/health', 421],
    [
      'of another host with ours before it is refused',
      () => 'http://localhost@elsewhere.example/',
      421,
    ],
    ['of no host is refused', () => 'http:///health', 421],
    ['that cannot be is no address', () => 'http://[::1/health', 404],
    ['of another scheme is no address', () => `ftp://${here()}/health`, 404],
    ['of two slashes is no host', () => `//${here()}/health`, 404],
    ['of all that there is is no address', () => '*', 404],
  ])('%s', async ([, address, status]) => {
    const answer = await exchange(get(address()))
    expect(answer?.status, answer?.text).toBe(status)
    if (status >= 400) expectProblem(answer, status, String(answer?.json.code))
  })

  test.for(['tasks', 'http:/health', '\\health', '?q=1', 'api/v1/tasks'])(
    'is not %j, which is no request',
    async (address) => {
      expectProblem(await exchange(get(address)), 400, 'BAD_REQUEST')
    },
  )
})
