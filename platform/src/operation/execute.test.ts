import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { createLimiter } from '../limits/limiter.ts'
import type { AnyOperation } from './define.ts'
import { createTestRoad, defineProbe, rates, type TestRoad } from './road-for-tests.ts'

/** The steps of the road in the order in which they were taken. */
const steps: string[] = []
const step = <T>(name: string, value: T): T => {
  steps.push(name)
  return value
}

const thing = { version: 1 }
const whole: AnyOperation = defineProbe({
  name: 'probe.do_all',
  input: z.strictObject({ ifVersion: z.int().optional() }).refine(() => step('decode', true)),
  output: z.strictObject({ name: z.string() }),
  account: () => step('account', 'ada'),
  limit: 'auth',
  load: async () => step('load', thing),
  policy: () => step('policy', true),
  run: () => step('run', { name: 'done', secret: 'x' }),
  audit: () => step('audit', { subject: 'thing' }),
})
const stranger = defineProbe({ ...whole, name: 'probe.do_other' })

const limiter = createLimiter({ now: () => 0 })
let road: TestRoad

beforeAll(async () => {
  const found = new Map<string, Awaited<ReturnType<TestRoad['createCaller']>>>()
  road = await createTestRoad([whole], {
    rates: { ...rates, isEnabled: true },
    limiter: { take: (bucket) => step(`limit ${bucket.key.split(':')[0]}`, limiter.take(bucket)) },
    identify: async (credential) =>
      step('identify', credential.kind === 'none' ? undefined : found.get(credential.token)),
  })
  const ada = await road.createCaller()
  found.set('ada', ada)
})
beforeEach(() => {
  steps.length = 0
})
afterAll(() => road.stop())

const credential = { kind: 'bearer', token: 'ada' } as const

test('a call takes every step of the road, in its order, and its answer is cut', async () => {
  const answer = await road.call(whole, { credential })
  expect(answer).toMatchObject({ ok: true, output: { name: 'done' }, replayed: false })
  expect(answer.ok && answer.output).not.toHaveProperty('secret')
  expect(steps).toEqual([
    ...['identify', 'limit address', 'decode', 'account', 'limit account'],
    ...['load', 'policy', 'run', 'audit'],
  ])
})

test('a call that is refused ends where it is refused', async () => {
  expect(await road.call(whole, { credential: { kind: 'bearer', token: 'x' } })).toEqual({
    ok: false,
    error: expect.objectContaining({ kind: expect.objectContaining({ code: 'UNAUTHENTICATED' }) }),
    limit: undefined,
  })
  expect(steps).toEqual(['identify'])

  steps.length = 0
  const stale = await road.call(whole, { credential, input: { ifVersion: 7 } })
  expect(stale).toMatchObject({
    ok: false,
    error: { kind: { code: 'VERSION_CONFLICT' } },
    limit: { name: 'auth', retryAfterSeconds: 0 },
  })
  expect(steps).not.toContain('run')
})

test('whatever goes wrong is a refusal, and nothing is thrown', async () => {
  const broken = defineProbe({
    name: 'probe.break',
    actors: 'anyone',
    run: () => {
      throw null
    },
  })
  const other = await createTestRoad([broken])
  try {
    expect(await other.call(broken)).toMatchObject({ error: { kind: { code: 'INTERNAL' } } })
  } finally {
    await other.stop()
  }
})

test('an operation that is not in the registry is a mistake of ours', async () => {
  await expect(road.call(stranger)).rejects.toThrow('probe.do_other is not in the registry.')
  expect(steps).toEqual([])
})
