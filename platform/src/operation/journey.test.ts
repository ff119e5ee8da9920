import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { nobody } from '../identity/caller.ts'
import type { Call } from './call.ts'
import { compileOperation } from './compile.ts'
import { defineOperation } from './define.ts'
import { durationOf, startJourney } from './journey.ts'

const operation = defineOperation({
  name: 'probe.do_thing',
  summary: 'Do a thing.',
  http: 'POST /probe',
  effect: 'write',
  input: z.strictObject({}),
  output: z.strictObject({}),
  errors: [],
  policy: () => true,
  limit: 'default',
  audit: () => ({ subject: 'thing' }),
  example: async () => ({}),
  run: () => ({}),
})

const call: Call = {
  operation,
  credential: { kind: 'none' },
  input: {},
  surface: 'direct',
  requestId: 'r1',
  address: '192.0.2.1',
  signal: new AbortController().signal,
}

const start = () => startJourney(call, compileOperation(operation))

describe('a journey', () => {
  test('begins as nobody, with nothing found out', () => {
    const journey = start()
    expect(journey).toMatchObject({ call, caller: nobody })
    expect([journey.limit, journey.input, journey.session]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })

  test('has thirty seconds from when it began', () => {
    const before = performance.now()
    const { startedAt, deadline } = start()
    expect(startedAt).toBeGreaterThanOrEqual(before)
    expect(startedAt).toBeLessThanOrEqual(performance.now())
    expect(deadline - startedAt).toBeCloseTo(30_000, 3)
  })

  test('knows how long it has lasted', () => {
    const journey = { ...start(), startedAt: performance.now() - 5_000 }
    const duration = durationOf(journey)
    expect(duration).toBeGreaterThanOrEqual(5_000)
    expect(duration).toBeLessThan(65_000)
  })

  test('has an id of its own that sorts by time', () => {
    const ids = Array.from({ length: 50 }, () => start().callId)
    expect(new Set(ids).size).toBe(50)
    for (const id of ids) {
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    }
  })

  test('remembers a session that began, with its token and end', () => {
    const journey = start()
    journey.begin({ token: 't', expiresAt: '2026-03-02T09:00:00Z' })
    expect(journey.session).toEqual({
      kind: 'began',
      token: 't',
      expiresAt: '2026-03-02T09:00:00Z',
    })
  })

  test('remembers that the session ended', () => {
    const journey = start()
    journey.end()
    expect(journey.session).toEqual({ kind: 'ended' })
  })
})
