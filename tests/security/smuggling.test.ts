import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { platformErrors } from '../../platform/src/errors/platform.ts'
import type { Answer } from './raw-connection.ts'
import {
  addTask,
  clearFramings,
  done,
  doubtfulFramings,
  hiddenIn,
  outer,
  unfinishedFramings,
} from './raw-framings.ts'
import { expectProblem, startTarget, type Target } from './raw-target.ts'

// The story: a proxy stands before Plinth, and somebody sends a request of which the proxy and Plinth
// may see the end in two places. What one of them takes for the body, the other one takes for the
// next request: of whoever comes next on that connection, with their credential. So Plinth must see
// one request where there is one, refuse what could be two, and hang up on it.

let target: Target
beforeAll(async () => {
  target = await startTarget()
})
afterAll(() => target?.plinth.stop())
afterEach(async () => {
  expect(await target.tasksNamed('smuggled')).toBe(0)
  await target.expectAlive()
})

const deliveries = ['at once', 'byte by byte'] as const

/** Sends an attack and gives all that comes until the line is closed, by the server if not by us. */
async function attack(
  bytes: string,
  given: { readonly delivery: (typeof deliveries)[number]; readonly hangsUp: boolean },
): Promise<readonly Answer[]> {
  const connection = target.connect()
  if (given.delivery === 'at once') connection.send(bytes)
  else await connection.trickle(bytes)
  return given.hangsUp ? connection.hangUp() : connection.untilClosed()
}

const statusOf = new Map(platformErrors.map(({ code, status }) => [code, status]))

function expectOutcome(answer: Answer | undefined, outcome: string): void {
  if (outcome === done) expect(answer?.status, answer?.text).toBe(200)
  else expectProblem(answer, statusOf.get(outcome) ?? 0, outcome)
}

/** The tests have to have names before there is a server: the same attacks, on nobody. */
const names = (make: (lines: string) => readonly { readonly what: string }[]) =>
  make('').map(({ what }, at) => [what, at] as const)

describe.for(deliveries)('sent %s', (delivery) => {
  test.concurrent.for(names(doubtfulFramings))(
    '%s is refused, and the line is closed with nothing done',
    async ([, at]) => {
      const { bytes = '', outcome = '' } = doubtfulFramings(target.lines)[at] ?? {}
      const answers = await attack(bytes, { delivery, hangsUp: false })
      expect(answers).toHaveLength(1)
      expectOutcome(answers[0], outcome)
      expect(answers[0]?.headers.connection).toBe('close')
      expect(await target.tasksNamed('outer')).toBe(0)
    },
  )

  test.concurrent.for(names(clearFramings))(
    'a request in the body of %s stays a body, and there is one answer',
    async ([, at]) => {
      const { bytes = '', outcome = '' } = clearFramings(target.lines)[at] ?? {}
      const answers = await attack(bytes, { delivery, hangsUp: true })
      expect(answers).toHaveLength(1)
      expectOutcome(answers[0], outcome)
    },
  )

  test.concurrent.for(names(unfinishedFramings))(
    'a request in %s that never comes to its end is not done',
    async ([, at]) => {
      const { bytes = '', outcome = '' } = unfinishedFramings(target.lines)[at] ?? {}
      const answers = await attack(bytes, { delivery, hangsUp: true })
      expect(answers).toHaveLength(1)
      expectOutcome(answers[0], outcome)
    },
  )
})

test.concurrent.for(names(clearFramings))(
  'behind %s the next request on the same line has its own answer',
  async ([, at]) => {
    const { bytes = '', outcome = '' } = clearFramings(target.lines)[at] ?? {}
    const connection = target.connect()
    expectOutcome(await connection.ask(bytes), outcome)
    const second = await connection.ask(
      `GET /api/v1/auth/me HTTP/1.1\r\n${target.lines}X-Request-ID: the-second\r\n\r\n`,
    )
    expect([second.status, second.headers['x-request-id']]).toEqual([200, 'the-second'])
    expect(await connection.hangUp()).toHaveLength(2)
  },
)

describe('a request behind one that ends the line', () => {
  const ending = (headers: string) =>
    addTask(target.lines, `${headers}Content-Length: 17\r\n`, outer.replace('outer', 'ended'))
  test.concurrent.for<readonly [string, () => string]>([
    ['by asking to close', () => ending('Connection: close\r\n')],
    ['by being HTTP/1.0', () => ending('').replace('HTTP/1.1', 'HTTP/1.0')],
    ['by an upgrade to HTTP/2', () => ending('Connection: Upgrade\r\nUpgrade: h2c\r\n')],
    ['by an upgrade to web sockets', () => ending('Connection: Upgrade\r\nUpgrade: websocket\r\n')],
    ['by an upgrade to nothing', () => ending('Upgrade: nothing\r\n')],
  ])('%s is not done', async ([, bytes]) => {
    const line = bytes() + hiddenIn(target.lines)
    const answers = await attack(line, { delivery: 'at once', hangsUp: false })
    expect(answers.map(({ status }) => status)).toEqual([201])
    expect(answers[0]?.headers.connection).toBe('close')
  })
})
