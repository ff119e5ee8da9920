import { startTestPlinth, type TestPerson, type TestPlinth } from '@plinth/platform/testing'
import { expect, vi } from 'vitest'
import { apps } from '../../apps/src/all.ts'
import type { FieldError } from '../../platform/src/errors/define.ts'
import { type Answer, RawConnection } from './raw-connection.ts'

/** A real Plinth that is attacked, and somebody with an account on it. */
export interface Target {
  readonly plinth: TestPlinth
  readonly ada: TestPerson
  readonly key: string
  /** The lines of a header by which Ada's key is sent, and where to. */
  readonly lines: string
  connect(): RawConnection
  /** How many tasks of Ada have that title, in the database itself. */
  tasksNamed(title: string): Promise<number>
  /** Asks as everybody else does, on connections of its own: it must be answered as before. */
  expectAlive(): Promise<void>
}

export async function startTarget(
  environment: Readonly<Record<string, string>> = {},
): Promise<Target> {
  const plinth = await startTestPlinth({ apps, environment })
  const ada = await plinth.createPerson('Ada Byron')
  const key = await ada.key()
  const host = new URL(plinth.url).host
  // One question at a time: tests that run side by side share the connection.
  let asked: Promise<unknown> = Promise.resolve()
  return {
    plinth,
    ada,
    key,
    lines: `Host: ${host}\r\nAuthorization: Bearer ${key}\r\n`,
    connect: () => new RawConnection(plinth.url),
    async tasksNamed(title) {
      const question = 'select from tasks.task where owner_id = $1 and title = $2'
      const rows = asked.then(() => plinth.sql(question, [ada.personId, title]))
      asked = rows
      return (await rows).length
    },
    async expectAlive() {
      const sent = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
      const body = '{"title":"still alive"}'
      const ask = async () => {
        const [ready, added] = await Promise.all([
          fetch(`${plinth.url}/ready`),
          fetch(`${plinth.url}/api/v1/tasks`, { method: 'POST', headers: sent, body }),
        ])
        expect([ready.status, added.status]).toEqual([200, 201])
      }
      // A machine that is very busy may say so once or twice.
      await vi.waitFor(ask, { timeout: 30_000, interval: 100 })
    },
  }
}

/** What no answer may tell: how the server is made, and what it runs on. */
const inside = /\bat .+:\d+:\d+|select |insert |node_modules|pg_|SQLSTATE|undefined|\[object/i

/** Asserts that an answer is a problem document, whole and about this request. */
export function expectProblem(answer: Answer | undefined, status: number, code: string): void {
  expect([answer?.status, answer?.json.code], answer?.text).toEqual([status, code])
  expect(answer?.headers['content-type']).toBe('application/problem+json; charset=utf-8')
  expect(answer?.headers['x-content-type-options']).toBe('nosniff')
  expect(answer?.json).toMatchObject({
    type: expect.stringMatching(/^http.+\/docs\/errors#[a-z_]+$/),
    title: expect.stringMatching(/\w/),
    detail: expect.stringMatching(/\w/),
    nextStep: expect.stringMatching(/\w/),
    requestId: answer?.headers['x-request-id'],
    status,
  })
  // The names of unknown fields are the client's own words.
  const { errors = [], ...rest } = (answer?.json ?? {}) as { errors?: readonly FieldError[] }
  const messages = errors.map(({ message }) => message)
  expect(JSON.stringify([rest, messages])).not.toMatch(inside)
}
