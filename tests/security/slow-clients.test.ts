import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { RawConnection } from './raw-connection.ts'
import { expectProblem, startTarget, type Target } from './raw-target.ts'

// The story: somebody opens connections and sends a byte a second on each, which costs them nothing
// and holds a place here. Each has 15 seconds for a request, is looked at every 5, and is then told
// that it was too slow, and cut. These tests only wait, so they all wait at the same time; how long
// they may wait is many times that.

let target: Target
beforeAll(async () => {
  target = await startTarget()
})
afterAll(() => target?.plinth.stop())

vi.setConfig({ maxConcurrency: 30, testTimeout: 120_000 })
const second = 1_000
const json = 'Content-Type: application/json\r\n'

/** Sends one piece each second, for ever, until the line is closed. */
async function drip(connection: RawConnection, piece: (at: number) => string): Promise<number> {
  let sent = 0
  const timer = setInterval(() => {
    connection.send(piece(sent))
    sent += 1
  }, second)
  try {
    await connection.ended
  } finally {
    clearInterval(timer)
  }
  return sent
}

const post = (headers: string) => `POST /api/v1/tasks HTTP/1.1\r\n${target.lines}${json}${headers}`
const never = () => ''
const byte = () => 'x'

test.concurrent.for<[string, () => string, (at: number) => string]>([
  ['that is silent from the beginning', never, never],
  ['that stops in its first line', () => 'GET /api/v1/ta', never],
  ['that stops in its headers', () => post('X-More: '), never],
  ['that stops in its body', () => post('Content-Length: 100\r\n\r\n{"title"'), never],
  ['that stops in its chunks', () => post('Transfer-Encoding: chunked\r\n\r\n5\r\n{"ti'), never],
  ['with a first line of a byte a second', () => 'GET /', byte],
  ['with a header of a byte a second', () => post('X-Slow: '), byte],
  ['with a header a second', () => post(''), (at) => `X-${at}: a\r\n`],
  ['with a body of a byte a second', () => post('Content-Length: 1000\r\n\r\n{'), byte],
  ['with a chunk a second', () => post('Transfer-Encoding: chunked\r\n\r\n'), () => '1\r\nx\r\n'],
  [
    'with an MCP message of a byte a second',
    () => `POST /mcp HTTP/1.1\r\n${target.lines}${json}Content-Length: 1000\r\n\r\n`,
    byte,
  ],
])('a client %s is told that it was too slow, and cut', async (given) => {
  const [, begin, piece] = given
  const connection = target.connect()
  connection.send(begin())
  await drip(connection, piece)
  expect(connection.answers).toHaveLength(1)
  expectProblem(connection.answers[0], 408, 'REQUEST_TIMEOUT')
  expect(connection.answers[0]?.headers.connection).toBe('close')
})

test.concurrent('a client that is slow with its second request has had the answer to the first', async () => {
  const connection = target.connect()
  const first = await connection.ask(`GET /health HTTP/1.1\r\n${target.lines}\r\n`)
  expect(first.status).toBe(200)
  connection.send('GET /health HTTP/1.1\r\nX-Slow: ')
  await drip(connection, byte)
  expect(connection.answers).toHaveLength(2)
  expectProblem(connection.answers[1], 408, 'REQUEST_TIMEOUT')
})

test.concurrent('a client that goes on with a body that was refused at once is cut', async () => {
  const connection = target.connect()
  const refused = await connection.ask(
    `POST /nowhere HTTP/1.1\r\n${target.lines}Content-Length: 1000\r\n\r\nx`,
  )
  expectProblem(refused, 404, 'ROUTE_NOT_FOUND')
  await drip(connection, byte)
  expect(connection.answers).toHaveLength(1)
})

test.concurrent('a client that goes on after it was refused is cut, and told nothing more', async () => {
  for (const first of ['NOISE\r\n\r\n', `CONNECT localhost:80 HTTP/1.1\r\n${target.lines}\r\n`]) {
    const connection = target.connect()
    // It does not hang up when the server does.
    connection.socket.removeAllListeners('end')
    connection.send(first)
    await drip(connection, byte)
    expect(connection.answers).toHaveLength(1)
    expectProblem(connection.answers[0], 400, 'BAD_REQUEST')
  }
})

test.concurrent('a client that takes its time and comes to an end is served', async () => {
  const body = '{"title":"slow and whole"}'
  const request = post(`Content-Length: ${body.length}\r\n\r\n${body}`)
  const connection = target.connect()
  const cuts = [0, 40, request.length - 30, request.length - 10, request.length]
  const asking = connection.ask('')
  void drip(connection, (at) => request.slice(cuts[at] ?? request.length, cuts[at + 1]))
  expect((await asking).status).toBe(201)
  expect(await target.tasksNamed('slow and whole')).toBe(1)
  await connection.hangUp()
})

test.concurrent('everybody else is served as before', async () => {
  // As many as a small botnet, each of which sends a byte now and then and none of which goes away.
  const crowd = Array.from({ length: 200 }, () => target.connect())
  for (const one of crowd) one.send(post('X-Slow: '))
  const dripping = crowd.map((one) => drip(one, byte))
  for (let round = 0; round < 10; round++) await target.expectAlive()
  await Promise.all(dripping)
  for (const { answers } of crowd) expectProblem(answers[0], 408, 'REQUEST_TIMEOUT')
  await target.expectAlive()
})
