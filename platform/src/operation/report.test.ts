import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { defineError, PlinthError } from '../errors/define.ts'
import { notFound, unavailable } from '../errors/platform.ts'
import type { SignedInCaller } from '../identity/caller.ts'
import type { Call } from './call.ts'
import type { AnyOperation } from './define.ts'
import { toRefusal } from './report.ts'
import { createTestRoad, defineProbe, type TestRoad } from './road-for-tests.ts'

const odd = defineError({
  code: 'PROBE_THING_ODD',
  status: 409,
  title: 'The thing is odd.',
  nextStep: 'Make it even.',
})
const strange = defineError({ ...odd, code: 'PROBE_THING_STRANGE' })

let thrown: unknown
const failing = defineProbe({
  name: 'probe.fail',
  errors: [odd],
  run: () => {
    throw thrown
  },
})
const wordless = defineProbe({
  ...failing,
  name: 'probe.fail_wordless',
  http: 'POST /wordless',
  audit: () => {
    throw new Error('no words')
  },
})
const plain = defineProbe({ name: 'probe.do_thing', input: z.strictObject({}) })
const creating = defineProbe({
  name: 'probe.create',
  created: () => '/probe/1',
  actors: 'anyone',
})

let road: TestRoad
let ada: SignedInCaller

beforeAll(async () => {
  road = await createTestRoad([failing, wordless, plain, creating])
  ada = await road.createCaller('agent')
})
beforeEach(() => {
  thrown = new Error('canary')
})
afterAll(() => road.stop())

/** Makes a call under a name of its own and gives the lines that it left. */
async function linesOf(operation: AnyOperation, call: Partial<Call> = {}) {
  const requestId = call.requestId ?? `r-${road.logs.length}`
  const before = road.logs.length
  const answer = await road.call(operation, {
    credential: road.tokenOf(ada),
    ...call,
    requestId,
  })
  return { answer, requestId, lines: road.logs.slice(before) }
}

const rowsOf = (requestId: string) =>
  road.sql<{ outcome: string; code: string }>(
    'select outcome, code from platform.call where request_id = $1',
    [requestId],
  )

const fromServer = (code: string) => Object.assign(new pg.DatabaseError('x', 1, 'error'), { code })

describe('what was thrown', () => {
  test.for([
    ['an error that the operation declares', odd({ detail: 'It is 3.' })],
    ['an error of the platform', notFound()],
  ] as const)('leaves as it is: %s', ([, error]) => {
    expect(toRefusal(failing, error)).toBe(error)
  })

  test('is our own fault when nobody declared it', () => {
    for (const error of [strange(), odd()]) {
      const refusal = toRefusal(plain, error)
      expect(refusal).toBeInstanceOf(PlinthError)
      expect(refusal).toMatchObject({ kind: { code: 'INTERNAL' }, details: { cause: error } })
    }
    expect(toRefusal(failing, strange()).kind.code).toBe('INTERNAL')
  })

  test.for([
    ['57014', 'TIMEOUT', undefined],
    ['40001', 'UNAVAILABLE', 1],
    ['40P01', 'UNAVAILABLE', 1],
    ['23505', 'INTERNAL', undefined],
    ['42601', 'INTERNAL', undefined],
    // Those that the pool has not made into 503 already mean nothing that a caller could wait for.
    ['57P01', 'INTERNAL', undefined],
  ] as const)('by the server with %s leaves as %s', ([sqlState, code, retryAfterSeconds]) => {
    const cause = fromServer(sqlState)
    const { kind, details } = toRefusal(plain, cause)
    expect(kind.code).toBe(code)
    expect(details).toEqual({ cause, ...(retryAfterSeconds ? { retryAfterSeconds } : {}) })
  })

  test.for([
    undefined,
    null,
    'text',
    new Error('x'),
    Object.assign(new Error(), { code: '57014' }),
  ])('by anything else is our own fault: %s', (error) => {
    expect(toRefusal(plain, error)).toMatchObject({ kind: { code: 'INTERNAL' } })
  })
})

describe('the line of a call that was answered', () => {
  test('says who did what, how it went and how long it took', async () => {
    const { lines, requestId } = await linesOf(plain, { surface: 'mcp' })
    expect(lines).toEqual([
      {
        level: 'info',
        timestamp: expect.any(String),
        service: 'plinth',
        environment: 'test',
        request_id: requestId,
        user_id: ada.personId,
        actor: `agent:${ada.actor.id}`,
        action: 'probe.do_thing',
        surface: 'mcp',
        status: 200,
        duration_ms: expect.any(Number),
        message: 'call done',
      },
    ])
  })

  test('of nobody says so, and that something was made', async () => {
    const { lines } = await linesOf(creating, { credential: { kind: 'none' } })
    expect(lines).toEqual([
      expect.objectContaining({ actor: 'nobody', status: 201, action: 'probe.create' }),
    ])
    expect(lines[0]).not.toHaveProperty('user_id')
  })

  test('says to what it belongs, where that is not the request itself', async () => {
    const other = await linesOf(plain, { requestId: 'r-own', correlationId: 'c-other' })
    expect(other.lines[0]).toMatchObject({ request_id: 'r-own', correlation_id: 'c-other' })
    const same = await linesOf(plain, { requestId: 'r-own', correlationId: 'r-own' })
    expect(same.lines[0]).not.toHaveProperty('correlation_id')
  })

  test('says that the answer is an earlier one', async () => {
    const idempotencyKey = 'line'
    const [first, second] = [
      await linesOf(plain, { idempotencyKey }),
      await linesOf(plain, { idempotencyKey }),
    ]
    expect(first.lines[0]).not.toHaveProperty('replayed')
    expect(second.lines[0]).toMatchObject({ replayed: true, message: 'call done' })
  })
})

describe('a refusal', () => {
  test('leaves a line with its code and a row', async () => {
    thrown = odd()
    const { lines, requestId } = await linesOf(failing, { correlationId: 'c-1' })
    expect(lines).toEqual([
      {
        level: 'info',
        timestamp: expect.any(String),
        service: 'plinth',
        environment: 'test',
        request_id: requestId,
        correlation_id: 'c-1',
        user_id: ada.personId,
        actor: `agent:${ada.actor.id}`,
        action: 'probe.fail',
        surface: 'direct',
        status: 409,
        code: 'PROBE_THING_ODD',
        duration_ms: expect.any(Number),
        message: 'call refused',
      },
    ])
    expect(await rowsOf(requestId)).toEqual([{ outcome: 'refused', code: 'PROBE_THING_ODD' }])
  })

  test('says how long it took, in milliseconds to two places', async () => {
    const startedAt = performance.now()
    const { lines } = await linesOf(failing)
    const elapsed = performance.now() - startedAt
    const { duration_ms: duration } = lines[0] ?? {}
    expect(duration).toBeGreaterThan(0)
    expect(duration).toBeLessThanOrEqual(elapsed + 0.01)
    expect(String(duration)).toMatch(/^\d+(\.\d{1,2})?$/)
  })

  test('says nothing of a correlation that is the request itself, or none', async () => {
    thrown = odd()
    const same = await linesOf(failing, { requestId: 'r-same', correlationId: 'r-same' })
    expect(same.lines[0]).not.toHaveProperty('correlation_id')
    const none = await linesOf(failing)
    expect(none.lines[0]).not.toHaveProperty('correlation_id')
  })

  test('that is our own fault is an error with its cause, and a row that says so', async () => {
    const { answer, lines, requestId } = await linesOf(failing)
    expect(answer).toMatchObject({ ok: false, error: { kind: { code: 'INTERNAL' } } })
    expect(lines).toEqual([
      expect.objectContaining({
        level: 'error',
        code: 'INTERNAL',
        status: 500,
        message: 'call failed',
        err: expect.objectContaining({ message: 'canary' }),
      }),
    ])
    expect(await rowsOf(requestId)).toEqual([{ outcome: 'failed', code: 'INTERNAL' }])
  })

  test('because the database is away or slow leaves a line, and asks nothing more of it', async () => {
    for (const [error, code] of [
      [unavailable(), 'UNAVAILABLE'],
      [fromServer('57014'), 'TIMEOUT'],
    ] as const) {
      thrown = error
      const { lines, requestId } = await linesOf(failing)
      expect(lines).toEqual([expect.objectContaining({ level: 'error', code })])
      expect(await rowsOf(requestId)).toEqual([])
    }
  })

  test('before its input was understood is counted, and leaves no row', async () => {
    const counted = road.refusals.length
    const call = { credential: { kind: 'none' }, address: '192.0.2.77' } as const
    const { lines, requestId } = await linesOf(plain, call)
    expect(lines).toEqual([
      expect.objectContaining({ level: 'info', code: 'UNAUTHENTICATED', actor: 'nobody' }),
    ])
    expect(road.refusals.slice(counted)).toEqual([
      { address: '192.0.2.77', code: 'UNAUTHENTICATED' },
    ])
    expect(await rowsOf(requestId)).toEqual([])
  })

  test('after that is not counted beside its row', async () => {
    const counted = road.refusals.length
    await linesOf(failing)
    expect(road.refusals).toHaveLength(counted)
  })

  test('that cannot be recorded is answered all the same, and the log says both', async () => {
    thrown = odd()
    const { answer, lines } = await linesOf(wordless)
    expect(answer).toMatchObject({ ok: false, error: { kind: { code: 'PROBE_THING_ODD' } } })
    expect(lines).toEqual([
      expect.objectContaining({ code: 'PROBE_THING_ODD', message: 'call refused' }),
      expect.objectContaining({
        level: 'error',
        code: 'PROBE_THING_ODD',
        err: expect.objectContaining({ message: 'no words' }),
        message: 'refusal could not be recorded',
      }),
    ])
  })
})

describe('what is measured', () => {
  test('are all calls, by operation, surface and code', async () => {
    const measured = await createTestRoad([failing, plain])
    try {
      const credential = measured.tokenOf(await measured.createCaller())
      thrown = odd()
      await measured.call(plain, { credential })
      await measured.call(plain, { credential, surface: 'mcp' })
      await measured.call(failing, { credential })
      await measured.call(failing)
      const { calls, durations } = measured.meters.read()
      const count = 1
      expect(calls).toHaveLength(4)
      expect(calls).toEqual(
        expect.arrayContaining([
          { operation: 'probe.do_thing', surface: 'direct', code: 'DONE', count },
          { operation: 'probe.do_thing', surface: 'mcp', code: 'DONE', count },
          { operation: 'probe.fail', surface: 'direct', code: 'PROBE_THING_ODD', count },
          { operation: 'probe.fail', surface: 'direct', code: 'UNAUTHENTICATED', count },
        ]),
      )
      expect(durations.map((each) => each.count)).toEqual([2, 2])
      for (const { sumSeconds } of durations) expect(sumSeconds).toBeGreaterThan(0)
    } finally {
      await measured.stop()
    }
  })
})
