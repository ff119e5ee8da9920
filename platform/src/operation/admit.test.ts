import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type Caller, nobody, type SignedInCaller } from '../identity/caller.ts'
import { createLimiter } from '../limits/limiter.ts'
import type { Answer, Call } from './call.ts'
import type { AnyOperation } from './define.ts'
import { createTestRoad, defineProbe, rates, type TestRoad } from './road-for-tests.ts'

const input = z.strictObject({ name: z.string().optional() })
const output = z.strictObject({ caller: z.string().nullable() })
const run: AnyOperation['run'] = ({ caller }) => ({ caller: caller.personId ?? null })

const plain = defineProbe({ name: 'probe.do_plain', effect: 'read', input, output, run })
const open = defineProbe({ ...plain, name: 'probe.do_open', actors: 'anyone', http: 'POST /open' })
const forPersons = defineProbe({
  ...plain,
  name: 'probe.do_person',
  actors: 'person',
  http: 'POST /p',
})
/** Tries a password: limited strictly by address, and by the account that is tried. */
const trying = defineProbe({
  ...open,
  name: 'probe.do_try',
  http: 'POST /try',
  limit: 'auth',
  account: (given) => String((given as { name?: string }).name ?? 'none'),
})
const setting = defineProbe({ ...open, name: 'probe.do_set', http: 'POST /set', limit: 'auth' })

const rate = (burst: number) => ({ count: 60, seconds: 60, burst })
const few = { ...rates, key: rate(2), session: rate(1), auth: rate(3) }

let road: TestRoad
let ada: SignedInCaller

describe('who calls', () => {
  const asked: Call['credential'][] = []
  beforeAll(async () => {
    road = await createTestRoad([plain, open, forPersons], {
      identify: async (credential) => {
        asked.push(credential)
        return credential.kind === 'bearer' && credential.token === 'good' ? ada : undefined
      },
    })
    ada = await road.createCaller()
  })
  beforeEach(() => {
    asked.length = 0
  })
  afterAll(() => road.stop())

  const good = { kind: 'bearer', token: 'good' } as const

  test('is found by the credential', async () => {
    const answer = await road.call(plain, { credential: good })
    expect(answer).toMatchObject({ ok: true, output: { caller: ada.personId }, caller: ada })
    expect(asked).toEqual([good])
  })

  test('is nobody without one, and nobody is asked about it', async () => {
    const answer = await road.call(plain)
    expect(codeOf(answer)).toBe('UNAUTHENTICATED')
    expect(asked).toEqual([])
  })

  test('is nobody with one that is not valid, and is told what that can mean', async () => {
    const answer = await road.call(plain, { credential: { kind: 'session', token: 'stale' } })
    expect(answer).toMatchObject({
      ok: false,
      error: {
        kind: { code: 'UNAUTHENTICATED' },
        details: { detail: 'The credential is not valid: unknown, expired or revoked.' },
      },
    })
  })

  test('does not matter where anyone may call, whatever credential came along', async () => {
    for (const credential of [good, { kind: 'session', token: 'stale' } as const]) {
      const answer = await road.call(open, { credential })
      expect(answer).toMatchObject({ ok: true, output: { caller: null }, caller: nobody })
    }
    expect(asked).toEqual([])
  })

  test('is asked after the input, which counts as bad first', async () => {
    const answer = await road.call(forPersons, { credential: good, input: { extra: 1 } })
    expect(codeOf(answer)).toBe('INVALID_INPUT')
    expect(codeOf(await road.call(forPersons, { credential: good }))).toBe('PERSON_REQUIRED')
  })

  test('is counted by address when it is nobody, and leaves a row when it is somebody', async () => {
    const before = road.refusals.length
    await road.call(plain, { address: '192.0.2.9' })
    await road.call(plain, { address: '192.0.2.9', credential: good, input: 7 })
    expect(road.refusals.slice(before)).toEqual([
      { address: '192.0.2.9', code: 'UNAUTHENTICATED' },
      { address: '192.0.2.9', code: 'INVALID_INPUT' },
    ])
    expect(await rowsOf('r-person')).toBe(0)
    await road.call(forPersons, { credential: good, requestId: 'r-person' })
    expect(await rowsOf('r-person')).toBe(1)
    expect(road.refusals.slice(before)).toHaveLength(2)
  })
})

describe('how often somebody calls', () => {
  let limiter: ReturnType<typeof createLimiter>
  let now: number

  beforeAll(async () => {
    road = await createTestRoad([plain, open, forPersons, trying, setting], {
      rates: { ...few, isEnabled: true },
      limiter: { take: (bucket) => limiter.take(bucket) },
    })
    ada = await road.createCaller()
  })
  beforeEach(() => {
    now = 0
    limiter = createLimiter({ now: () => now })
  })
  afterAll(() => road.stop())

  const callAs = (caller: Caller, operation = plain, given: Partial<Call> = {}) =>
    road.call(operation, { credential: road.tokenOf(caller), ...given })

  test('is limited for each key, and is told with every answer', async () => {
    const first = await callAs(ada)
    expect(first).toMatchObject({
      ok: true,
      limit: { name: 'key', count: 60, seconds: 60, remaining: 1, retryAfterSeconds: 0 },
    })
    expect((await callAs(ada)).limit?.remaining).toBe(0)
    const third = await callAs(ada)
    expect(third).toMatchObject({
      ok: false,
      error: { kind: { code: 'RATE_LIMITED' }, details: { retryAfterSeconds: 1 } },
      limit: { name: 'key', remaining: 0, retryAfterSeconds: 1 },
    })
    now = 1_000
    expect((await callAs(ada)).ok).toBe(true)
  })

  test('is limited for each browser by its own measure', async () => {
    const person = await road.createCaller('person')
    expect((await callAs(person)).limit?.name).toBe('session')
    expect(codeOf(await callAs(person))).toBe('RATE_LIMITED')
  })

  test('is nobody else’s limit', async () => {
    const tom = await road.createCaller('agent')
    await callAs(ada)
    await callAs(ada)
    expect(codeOf(await callAs(ada))).toBe('RATE_LIMITED')
    expect((await callAs(tom)).ok).toBe(true)
  })

  test('counts for bad input, too, and is asked before it', async () => {
    const wrong = { input: { extra: 1 } }
    expect(codeOf(await callAs(ada, plain, wrong))).toBe('INVALID_INPUT')
    expect(codeOf(await callAs(ada, plain, wrong))).toBe('INVALID_INPUT')
    expect(codeOf(await callAs(ada, plain, wrong))).toBe('RATE_LIMITED')
  })

  test('is asked before what somebody may do', async () => {
    for (let call = 0; call < 2; call++) {
      expect(codeOf(await callAs(ada, forPersons))).toBe('PERSON_REQUIRED')
    }
    expect(codeOf(await callAs(ada, forPersons))).toBe('RATE_LIMITED')
  })

  test('is not limited here for what is open to anyone and tries no password', async () => {
    for (let call = 0; call < 10; call++) {
      expect(await road.call(open)).toMatchObject({ ok: true, limit: undefined })
    }
  })

  const tryFrom = (address: string, name: string) => road.call(trying, { address, input: { name } })

  test('is limited by the address for what tries passwords', async () => {
    for (const name of ['a', 'b', 'c']) {
      expect(await tryFrom('2001:db8::1', name)).toMatchObject({
        ok: true,
        limit: { name: 'auth' },
      })
    }
    // One subscriber has the whole of a /64.
    expect(codeOf(await tryFrom('2001:db8::ffff', 'd'))).toBe('RATE_LIMITED')
    expect((await tryFrom('2001:db8:0:1::1', 'd')).ok).toBe(true)
  })

  test('is limited by the address where there is no account to try', async () => {
    for (const remaining of [2, 1, 0]) {
      expect(await road.call(setting)).toMatchObject({ limit: { name: 'auth', remaining } })
    }
    const refused = await road.call(setting)
    expect(refused).toMatchObject({
      error: { kind: { code: 'RATE_LIMITED' } },
      limit: { name: 'auth', retryAfterSeconds: 1 },
    })
  })

  test('is limited by the account for what tries passwords from many addresses', async () => {
    for (let at = 1; at <= 3; at++) expect((await tryFrom(`192.0.2.${at}`, 'ada')).ok).toBe(true)
    const refused = await tryFrom('192.0.2.4', 'ada')
    expect(refused).toMatchObject({
      ok: false,
      error: { kind: { code: 'RATE_LIMITED' } },
      limit: { name: 'auth', remaining: 0, retryAfterSeconds: 1 },
    })
    expect((await tryFrom('192.0.2.4', 'tom')).ok).toBe(true)
  })

  test('of an account is counted and leaves no row, like every flood', async () => {
    for (let at = 1; at <= 3; at++) await tryFrom(`192.0.2.${at}`, 'ada')
    const before = road.refusals.length
    await road.call(trying, { input: { name: 'ada' }, requestId: 'r-flood', address: '192.0.2.5' })
    expect(road.refusals.slice(before)).toEqual([{ address: '192.0.2.5', code: 'RATE_LIMITED' }])
    expect(await rowsOf('r-flood')).toBe(0)
  })

  test('tells with the answer how the account stands, not the address', async () => {
    await tryFrom('192.0.2.1', 'ada')
    await tryFrom('192.0.2.1', 'tom')
    expect((await tryFrom('192.0.2.2', 'ada')).limit?.remaining).toBe(1)
  })
})

test('nothing is limited where limits are switched off', async () => {
  road = await createTestRoad([plain, trying], { rates: { ...few, isEnabled: false } })
  try {
    ada = await road.createCaller()
    const calls = Array.from({ length: 10 }, () => [
      road.call(plain, { credential: road.tokenOf(ada) }),
      road.call(trying, { input: { name: 'ada' } }),
    ])
    for (const answer of await Promise.all(calls.flat())) {
      expect(answer).toMatchObject({ ok: true, limit: undefined })
    }
  } finally {
    await road.stop()
  }
})

const codeOf = (answer: Answer) => (answer.ok ? undefined : answer.error.kind.code)

const rowsOf = async (requestId: string) =>
  (await road.sql('select from platform.call where request_id = $1', [requestId])).length
