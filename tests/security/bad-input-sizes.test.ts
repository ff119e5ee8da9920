import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { expectProblem, startTarget, type Target } from './raw-target.ts'

// The story: bodies that are larger than anybody needs, with their length told and without. Each is
// refused as soon as that is known. Who goes on sending is listened to for a while, so that the answer
// is read and the line can be used again, and is cut when it becomes too much.

let target: Target
beforeAll(async () => {
  target = await startTarget()
})
afterAll(() => target?.plinth.stop())
afterEach(async () => {
  expect(await target.tasksNamed('tried')).toBe(0)
  await target.expectAlive()
})

const megabyte = 1_048_576
const head = (first: string, more: string) =>
  `${first} HTTP/1.1\r\n${target.lines}Content-Type: application/json\r\n${more}\r\n`
const withLength = (first: string, length: number) => head(first, `Content-Length: ${length}\r\n`)
const inChunks = (first: string) => head(first, 'Transfer-Encoding: chunked\r\n')
const next = () => `GET /api/v1/auth/me HTTP/1.1\r\n${target.lines}X-Request-ID: the-next\r\n\r\n`

/** JSON of exactly so many bytes. */
const bodyOf = (bytes: number) => {
  const around = '{"title":"tried","description":""}'
  return `${around.slice(0, -2)}${'x'.repeat(bytes - around.length)}"}`
}
const chunksOf = (body: string, size: number) => {
  const parts = Array.from({ length: Math.ceil(body.length / size) }, (_, at) =>
    body.slice(at * size, (at + 1) * size),
  )
  return `${parts.map((part) => `${part.length.toString(16)}\r\n${part}\r\n`).join('')}0\r\n\r\n`
}

describe('a body', () => {
  test('of exactly the limit is read, and one byte more is not, told or in chunks', async () => {
    const first = 'POST /api/v1/tasks'
    const [allowed, larger] = [bodyOf(megabyte), bodyOf(megabyte + 1)]
    const connection = target.connect()
    const answers = await Promise.all([
      connection.ask(withLength(first, megabyte) + allowed),
      connection.ask(withLength(first, megabyte + 1) + larger),
      connection.ask(inChunks(first) + chunksOf(allowed, 60_000)),
      connection.ask(inChunks(first) + chunksOf(larger, 60_000)),
    ])
    // What is read is refused by its field: a description is not that long either.
    expectProblem(answers[0], 422, 'INVALID_INPUT')
    expectProblem(answers[2], 422, 'INVALID_INPUT')
    for (const answer of [answers[1], answers[3]]) {
      expectProblem(answer, 413, 'PAYLOAD_TOO_LARGE')
      expect(answer?.json.maxBytes).toBe(megabyte)
    }
    expect(await connection.hangUp()).toHaveLength(4)
  })

  const ten = 10 * megabyte
  test.each([
    'POST /api/v1/tasks',
    'POST /api/v1/auth/sign_in',
    'PATCH /api/v1/tasks/1',
    'DELETE /api/v1/tasks/1',
    'POST /api/v1/tasks/1/complete',
    'POST /mcp',
    'POST /mcp/tasks',
  ])('of ten megabytes to %s is refused, and the line can be used again', async (first) => {
    const body = bodyOf(ten)
    const connection = target.connect()
    expectProblem(await connection.ask(withLength(first, ten) + body), 413, 'PAYLOAD_TOO_LARGE')
    expectProblem(
      await connection.ask(inChunks(first) + chunksOf(body, 100_000)),
      413,
      'PAYLOAD_TOO_LARGE',
    )
    const { status, headers } = await connection.ask(next())
    expect([status, headers['x-request-id']]).toEqual([200, 'the-next'])
    expect(await connection.hangUp()).toHaveLength(3)
  })

  test.each(['POST /nowhere', 'PUT /api/v1/tasks', 'GET /health', 'GET /api/v1/tasks'])(
    'of ten megabytes to %s is not stored, and the line can be used again',
    async (first) => {
      const connection = target.connect()
      const answer = await connection.ask(withLength(first, ten) + bodyOf(ten))
      expect([200, 404, 405, 413]).toContain(answer.status)
      const { status, headers } = await connection.ask(next())
      expect([status, headers['x-request-id']]).toEqual([200, 'the-next'])
      await connection.hangUp()
    },
  )

  test('of which only the length is told, a terabyte, is refused before a byte of it', async () => {
    const connection = target.connect()
    const told = withLength('POST /api/v1/tasks', 1e12)
    expectProblem(await connection.ask(told), 413, 'PAYLOAD_TOO_LARGE')
    connection.socket.destroy()
    const expecting = target.connect()
    const asked = told.replace('\r\n\r\n', '\r\nExpect: 100-continue\r\n\r\n')
    expectProblem(await expecting.ask(asked), 413, 'PAYLOAD_TOO_LARGE')
    expecting.socket.destroy()
  })

  test('of one byte a chunk is put together as any other', async () => {
    const body = '{"title":"a byte a chunk"}'
    const connection = target.connect()
    const bytes = inChunks('POST /api/v1/tasks') + chunksOf(body, 1)
    expect((await connection.ask(bytes)).status).toBe(201)
    const large = inChunks('POST /api/v1/tasks') + chunksOf(bodyOf(100_000), 1)
    expectProblem(await connection.ask(large), 422, 'INVALID_INPUT')
    await connection.hangUp()
  })

  test.each([
    ['its length told', () => withLength('POST /api/v1/tasks', 1e9), 'x'.repeat(100_000)],
    ['chunks', () => inChunks('POST /api/v1/tasks'), `186a0\r\n${'x'.repeat(100_000)}\r\n`],
  ])('without end, with %s, is answered once and cut', async (_what, begin, piece) => {
    const connection = target.connect()
    connection.send(begin())
    let sent = 0
    // As fast as the server takes it, until it takes no more.
    while (!connection.socket.closed && sent < 500 * megabyte) {
      sent += piece.length
      await new Promise((done) => connection.socket.write(piece, done))
      await new Promise(setImmediate)
    }
    await connection.ended
    expect(connection.answers.length).toBeLessThanOrEqual(1)
    for (const answer of connection.answers) expectProblem(answer, 413, 'PAYLOAD_TOO_LARGE')
    expect(sent).toBeLessThan(500 * megabyte)
  })
})

describe('a field', () => {
  test('of half a megabyte is refused, and its value stays out of answer and log', async () => {
    const secret = 'squirrel'.repeat(60_000)
    for (const body of [{ title: secret }, { title: 'tried', priority: secret }]) {
      const text = JSON.stringify(body)
      const connection = target.connect()
      const answer = await connection.ask(withLength('POST /api/v1/tasks', text.length) + text)
      expectProblem(answer, 422, 'INVALID_INPUT')
      expect(answer.text.length).toBeLessThan(2_000)
      await connection.hangUp()
    }
    expect(JSON.stringify(target.plinth.logs)).not.toContain('squirrel')
  })

  test('with a name of half a megabyte is refused in as many words as any other', async () => {
    const name = 'squirrel'.repeat(60_000)
    const inputs = [
      { title: 'tried', [name]: 1 },
      { title: 'tried', due: { kind: 'date', date: '2030-03-02', [name]: 1 } },
      {
        title: 'tried',
        ...Object.fromEntries(
          [...Array(30).keys()].map((at) => [`${at}${name.slice(0, 9_999)}`, 1]),
        ),
      },
    ]
    for (const input of inputs) {
      const text = JSON.stringify(input)
      const connection = target.connect()
      const answer = await connection.ask(withLength('POST /api/v1/tasks', text.length) + text)
      expectProblem(answer, 422, 'INVALID_INPUT')
      expect(answer.text.length).toBeLessThan(10_000)
      await connection.hangUp()
    }
    expect(JSON.stringify(target.plinth.logs)).not.toContain('squirrel')
  })

  test('is one of sixty thousand unknown ones, of which twenty are named', async () => {
    const many = Object.fromEntries([...Array(60_000).keys()].map((at) => [`field ${at}`, 1]))
    const text = JSON.stringify({ title: 'tried', ...many })
    const connection = target.connect()
    const answer = await connection.ask(withLength('POST /api/v1/tasks', text.length) + text)
    expectProblem(answer, 422, 'INVALID_INPUT')
    expect(answer.json.errors).toHaveLength(20)
    await connection.hangUp()
  })

  test('that is a list of a hundred thousand is refused by its length', async () => {
    const text = JSON.stringify({ title: 'tried', labels: Array(100_000).fill('x') })
    const connection = target.connect()
    const answer = await connection.ask(withLength('POST /api/v1/tasks', text.length) + text)
    expectProblem(answer, 422, 'INVALID_INPUT')
    expect(answer.text.length).toBeLessThan(10_000)
    await connection.hangUp()
  })
})
