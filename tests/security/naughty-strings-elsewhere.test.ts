import naughtyStrings from 'big-list-of-naughty-strings/blns.json' with { type: 'json' }
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Answer, RawConnection } from './raw-connection.ts'
import { expectProblem, startTarget, type Target } from './raw-target.ts'

// The story: the same texts, where nobody expects a text of somebody's choice at all: as the names of
// fields and headers' values, as addresses, as tools and methods and ids of messages.

vi.setConfig({ testTimeout: 300_000 })

let target: Target
beforeAll(async () => {
  target = await startTarget({ LOG_LEVEL: 'warn' })
})
afterAll(() => target?.plinth.stop())
afterEach(async () => {
  expect(await target.tasksNamed('tried')).toBe(0)
  await target.expectAlive()
})

const bytesOf = (text: string) => Buffer.from(text).toString('latin1')
const titled = (text: string) => JSON.stringify(text.slice(0, 60))

/** Asks once with each string, on a few lines; a request that ends its line gets a new one. */
async function each(
  make: (text: string) => string,
  judge: (answer: Answer, text: string) => void,
): Promise<void> {
  const waiting = [...naughtyStrings]
  const work = async () => {
    let line = target.connect()
    for (let text = waiting.shift(); text !== undefined; text = waiting.shift()) {
      const answer = await line.ask(make(text))
      judge(answer, text)
      if (answer.headers.connection !== 'close') continue
      expect(await line.untilClosed()).toEqual(line.answers)
      line = new RawConnection(target.plinth.url)
    }
    await line.hangUp()
  }
  await Promise.all(Array.from({ length: 8 }, work))
}

const json = (body: string) =>
  `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
const post = (path: string, value: unknown) =>
  `POST ${path} HTTP/1.1\r\n${target.lines}Accept: application/json, text/event-stream\r\n` +
  `MCP-Protocol-Version: 2025-11-25\r\n${json(bytesOf(JSON.stringify(value)))}`

describe('as the name', () => {
  test('of a field of the body it is refused and named', async () => {
    await each(
      (text) => post('/api/v1/tasks', { title: 'tried', [text]: 'x' }),
      (answer, text) => {
        expectProblem(answer, 422, 'INVALID_INPUT')
        expect(answer.json.errors, titled(text)).toEqual([
          { field: text, code: 'unknown_field', message: expect.any(String) },
        ])
      },
    )
  })

  test('of a field inside another it is refused and named', async () => {
    const due = { kind: 'date', date: '2030-03-02' }
    await each(
      (text) => post('/api/v1/tasks', { title: 'tried', due: { ...due, [text]: 'x' } }),
      (answer, text) => {
        expectProblem(answer, 422, 'INVALID_INPUT')
        expect(answer.json.errors, titled(text)).toMatchObject([{ field: `due.${text}` }])
      },
    )
  })

  test('of a field of the query it is refused and named', async () => {
    await each(
      (text) => `GET /api/v1/tasks?${encodeURIComponent(text)}=x HTTP/1.1\r\n${target.lines}\r\n`,
      (answer, text) => {
        expectProblem(answer, 422, 'INVALID_INPUT')
        expect(answer.json.errors, titled(text)).toMatchObject([{ field: text }])
      },
    )
  })

  test('of an argument of a tool it is refused and named', async () => {
    const given = (text: string) => ({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'tasks_add_task', arguments: { title: 'tried', [text]: 'x' } },
    })
    await each(
      (text) => post('/mcp', given(text)),
      ({ status, json: { result } }, text) => {
        expect(status, titled(text)).toBe(200)
        const fault = { code: 'INVALID_INPUT', errors: [{ field: text }] }
        expect(result).toMatchObject({ isError: true, _meta: { 'plinth/problem': fault } })
      },
    )
  })
})

describe('as an address', () => {
  const isRefused = (answer: Answer, text: string) => {
    expect([400, 404, 414, 422], titled(text)).toContain(answer.status)
    expectProblem(answer, answer.status, String(answer.json.code))
  }
  test.each(['/', '/api/v1/', '/mcp/', '/docs/assets/', '/assets/'])(
    'behind %s it is none, encoded',
    async (start) => {
      await each((text) => {
        const path = `${start}~${encodeURIComponent(text)}`
        return `GET ${path} HTTP/1.1\r\n${target.lines}\r\n`
      }, isRefused)
    },
  )

  test('it is none as it is, and ends no request early', async () => {
    await each((text) => {
      const path = bytesOf(`/naughty-${text}`)
      return `GET ${path} HTTP/1.1\r\n${target.lines}\r\n`
    }, isRefused)
  })
})

describe('as the value of a header', () => {
  const headers = [
    'X-Request-ID',
    'X-Correlation-ID',
    'Accept',
    'Accept-Encoding',
    'Accept-Language',
    'User-Agent',
    'Referer',
    'Origin',
    'If-None-Match',
    'Range',
    'Cookie',
    'X-Forwarded-For',
    'X-Forwarded-Host',
    'Sec-Fetch-Site',
    'Content-Type',
    'Expect',
    'TE',
  ]
  test('it changes nothing of an answer, or is refused', async () => {
    await each(
      (text) => {
        const value = bytesOf(text)
        const lines = headers.map((name) => `${name}: ${value}\r\n`).join('')
        return `GET /api/v1/auth/me HTTP/1.1\r\n${target.lines}${lines}\r\n`
      },
      (answer, text) => {
        expect([200, 400], `${titled(text)} ${answer.text}`).toContain(answer.status)
        // What has a control character in it is no header.
        if (answer.status === 400) expectProblem(answer, 400, 'BAD_REQUEST')
        else expect(answer.json.id).toBe(target.ada.personId)
        expect(answer.headers['x-request-id']).toMatch(/^[A-Za-z0-9._-]{1,128}$/)
        expect(answer.headers['access-control-allow-origin']).toBeUndefined()
      },
    )
  })

  test('that decides about a write it decides as it should, or is refused', async () => {
    await each(
      (text) => {
        const lines = ['If-Match', 'Idempotency-Key'].map((name) => `${name}: ${bytesOf(text)}\r\n`)
        const body = '{"title":"tried"}'
        return `PATCH /api/v1/tasks/999999999 HTTP/1.1\r\n${target.lines}${lines.join('')}${json(body)}`
      },
      (answer, text) => {
        expect([400, 404, 409, 422], titled(text)).toContain(answer.status)
        expectProblem(answer, answer.status, String(answer.json.code))
      },
    )
  })

  test('that is a credential it is nobody’s', async () => {
    const { host } = new URL(target.plinth.url)
    await each(
      (text) =>
        `GET /api/v1/auth/me HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${bytesOf(text)}\r\n` +
        `Cookie: plinth_session=${bytesOf(text)}\r\n\r\n`,
      (answer, text) => {
        expect([400, 401], titled(text)).toContain(answer.status)
        expectProblem(answer, answer.status, String(answer.json.code))
      },
    )
  })
})

describe('in a message of MCP', () => {
  const message = { jsonrpc: '2.0', id: 1, method: 'tools/list' }
  test.each<[string, (text: string) => object]>([
    ['the name of a tool', (name) => ({ ...message, method: 'tools/call', params: { name } })],
    ['a method', (method) => ({ ...message, method })],
    ['a version', (jsonrpc) => ({ ...message, jsonrpc })],
  ])('as %s it is told to be unknown', async (_what, make) => {
    await each(
      (text) => post('/mcp', make(text)),
      ({ status, json: answer, text: body }, text) => {
        expect([200, 400, 404], titled(text)).toContain(status)
        expect(answer, titled(text)).toMatchObject({
          jsonrpc: '2.0',
          error: { code: expect.any(Number), message: expect.any(String) },
        })
        expect(body).not.toMatch(/node_modules|\bat .+:\d+:\d+/)
      },
    )
  })

  test('as the id it comes back with the answer', async () => {
    await each(
      (text) => post('/mcp', { ...message, id: text }),
      ({ status, json: answer }, text) => {
        expect([status, answer.id], titled(text)).toEqual([200, text])
        expect(answer.result).toMatchObject({ tools: expect.any(Array) })
      },
    )
  })
})
