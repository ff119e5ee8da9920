import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { expectProblem, startTarget, type Target } from './raw-target.ts'

// The story: the same as in raw-requests.test.ts, with what stands behind the first line of a request,
// and with lines that belong to another version of HTTP or to another protocol altogether.

let target: Target
beforeAll(async () => {
  target = await startTarget()
})
afterAll(() => target?.plinth.stop())
afterEach(() => target.expectAlive())

/** The one answer that comes back until the server hangs up. */
async function exchange(bytes: string) {
  const connection = target.connect()
  connection.send(bytes)
  const answers = await connection.untilClosed()
  expect(answers).toHaveLength(1)
  return answers[0]
}

/** A request that is done, with some headers more. */
const withHeaders = (headers: string) =>
  `GET /api/v1/auth/me HTTP/1.1\r\n${target.lines}${headers}Connection: close\r\n\r\n`
const times = (count: number, line: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => line(at)).join('')

describe('headers', () => {
  test.concurrent.for<[string, () => string]>([
    ['two thousand', () => times(2_000, (at) => `x${at}: 1\r\n`)],
    ['two thousand of the shortest', () => times(2_000, () => 'a:\r\n')],
    ['a thousand and one', () => times(1_001, () => 'a:\r\n')],
    ['one of seventeen kilobytes', () => `X-Long: ${'a'.repeat(17_000)}\r\n`],
    ['one with a name of seventeen kilobytes', () => `${'X'.repeat(17_000)}: a\r\n`],
    ['a hundred kilobytes', () => times(100, (at) => `x${at}: ${'a'.repeat(1_000)}\r\n`)],
    ['cookies of seventeen kilobytes', () => `Cookie: ${times(1_700, () => 'a=234567; ')}\r\n`],
  ])('are too many or too large: %s', async ([, headers]) => {
    const answer = await exchange(withHeaders(headers()))
    expectProblem(answer, 431, 'HEADERS_TOO_LARGE')
    expect(answer?.json.maxBytes).toBe(16_384)
  })

  test.concurrent.for<[string, () => string]>([
    ['nine hundred', () => times(900, (at) => `x${at}: 1\r\n`)],
    ['one of fifteen kilobytes', () => `X-Long: ${'a'.repeat(15_000)}\r\n`],
    ['a thousand cookies', () => `Cookie: ${times(1_000, (at) => `c${at}=1; `)}\r\n`],
    ['five hundred Cookie headers', () => times(500, (at) => `Cookie: c${at}=1\r\n`)],
    ['names that objects have', () => '__proto__: a\r\nconstructor: b\r\ntoString: c\r\n'],
    ['values of Latin letters and of no text', () => 'X-Odd: \u00e9\u0080\u00ff\ta\r\n'],
    ['values that are nothing', () => 'X-Odd:\r\nX-Odd: \t \r\n'],
  ])('may be many or odd: %s', async ([, headers]) => {
    const answer = await exchange(withHeaders(headers()))
    expect([answer?.status, answer?.json.id]).toEqual([200, target.ada.personId])
  })

  test('do not push each other out: the credential behind nine hundred others counts', async () => {
    const { host } = new URL(target.plinth.url)
    const others = times(900, () => 'a:\r\n')
    const lines = `${others}Host: ${host}\r\nAuthorization: Bearer ${target.key}\r\n`
    const answer = await exchange(
      `GET /api/v1/auth/me HTTP/1.1\r\n${lines}Connection: close\r\n\r\n`,
    )
    expect(answer?.status).toBe(200)
  })

  const controls = [...Array(32).keys(), 127].filter((code) => code !== 9)
  test('with a control character in a value are refused, whichever it is', async () => {
    const answers = await Promise.all(
      controls.map((code) => exchange(withHeaders(`X-Odd: a${String.fromCharCode(code)}b\r\n`))),
    )
    for (const answer of answers) expectProblem(answer, 400, 'BAD_REQUEST')
  })

  test('with anything but a token for a name are refused, whatever it is', async () => {
    const separators = [...'"(),/;<=>?@[\\]{} \t'].map((one) => one.charCodeAt(0))
    const wrong = [...controls, ...separators, 0x80, 0xe9, 0xff]
    const answers = await Promise.all(
      wrong.map((code) => exchange(withHeaders(`X${String.fromCharCode(code)}Odd: a\r\n`))),
    )
    for (const answer of answers) expectProblem(answer, 400, 'BAD_REQUEST')
  })

  test.for([': a', 'no colon', ' : a'])('without a name are refused: %j', async (line) => {
    expectProblem(await exchange(withHeaders(`${line}\r\n`)), 400, 'BAD_REQUEST')
  })

  test('never come back: what is sent as an id or an origin makes no header of the answer', async () => {
    const odd = 'a\u00e9\u0080"; Set-Cookie: plinth_session=1'
    const lines = ['X-Request-ID', 'X-Correlation-ID', 'Origin', 'Accept-Encoding', 'Referer']
    const answer = await exchange(withHeaders(lines.map((one) => `${one}: ${odd}\r\n`).join('')))
    expect(answer?.status).toBe(200)
    expect(JSON.stringify(answer?.headers)).not.toMatch(/Set-Cookie|set-cookie|plinth_session/)
  })
})

describe('a version', () => {
  const line = (version: string) => withHeaders('').replace('HTTP/1.1', version)
  test.concurrent.for([
    'HTTP/0.9',
    'HTTP/1.2',
    'HTTP/1.10',
    'HTTP/1.',
    'HTTP/2.0',
    'HTTP/3',
    'HTTP/9.9',
    'HTTP/-1.1',
    'HTTP/1.1 HTTP/1.1',
    'http/1.1',
    'HTTPS/1.1',
    'ICE/1.0',
    'HTTP\\1.1',
  ])('%j is refused, and answered in HTTP/1.1', async (version) => {
    expectProblem(await exchange(line(version)), 400, 'BAD_REQUEST')
  })

  test.for(['GET /health\r\n\r\n', 'GET /health\n\n', 'GET\r\n\r\n', '/health\r\n\r\n'])(
    'that is not there is refused: %j',
    async (bytes) => {
      expectProblem(await exchange(bytes), 400, 'BAD_REQUEST')
    },
  )

  test('1.0 is answered, and the line closed where nobody asks to keep it', async () => {
    const answer = await exchange(`GET /api/v1/auth/me HTTP/1.0\r\n${target.lines}\r\n`)
    expect([answer?.status, answer?.headers.connection]).toEqual([200, 'close'])
  })

  test('1.0 without a host is refused, although that version had none', async () => {
    expectProblem(await exchange('GET /health HTTP/1.0\r\n\r\n'), 400, 'BAD_REQUEST')
  })

  test('1.0 that asks to keep the line keeps it', async () => {
    const connection = target.connect()
    const request = `GET /health HTTP/1.0\r\n${target.lines}Connection: keep-alive\r\n\r\n`
    const answers = [await connection.ask(request), await connection.ask(request)]
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    await connection.hangUp()
  })
})

describe('another protocol', () => {
  const bytes = (...given: number[]) => String.fromCharCode(...given)
  const noise = () => randomBytes(4_000).toString('latin1')
  test.concurrent.for<[string, string]>([
    ['HTTP/2 without TLS', `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${bytes(0, 0, 0, 4, 0, 0, 0, 0, 0)}`],
    ['TLS', bytes(0x16, 3, 1, 0, 0xf4, 1, 0, 0, 0xf0, 3, 3) + bytes(17).repeat(240)],
    ['SSH', 'SSH-2.0-OpenSSH_9.9\r\n'],
    ['SMTP', 'EHLO mail.example.com\r\n'],
    ['Redis', '*1\r\n$4\r\nPING\r\n'],
    ['PostgreSQL', bytes(0, 0, 0, 8, 4, 0xd2, 0x16, 0x2f)],
    ['SOCKS', bytes(5, 1, 0)],
    ['an answer of HTTP', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'],
    ['a line of a log', '127.0.0.1 - - [02/Mar/2026] "GET / HTTP/1.1" 200\r\n'],
    ['zeros', bytes(0).repeat(1_000)],
    ['emoji', Buffer.from('😀'.repeat(100)).toString('latin1')],
    ['JSON', '{"jsonrpc":"2.0","id":1,"method":"tools/list"}'],
  ])('is told that this is none of its own: %s', async ([, hello]) => {
    expectProblem(await exchange(hello), 400, 'BAD_REQUEST')
  })

  test('that is noise is refused each time, and none of it stands in the log', async () => {
    const noises = Array.from({ length: 50 }, () => `~${noise()}`)
    const answers = await Promise.all(noises.map((one) => exchange(one)))
    for (const answer of answers) expectProblem(answer, 400, 'BAD_REQUEST')
    const lines = JSON.stringify(target.plinth.logs)
    for (const one of noises)
      expect(lines).not.toContain(JSON.stringify(one.slice(0, 8)).slice(1, -1))
  })
})
