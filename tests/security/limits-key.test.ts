import { startTestPlinth, type TestPerson, type TestPlinth } from '@plinth/platform/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apps } from '../../apps/src/all.ts'
import type { RawAnswer } from '../../platform/src/surfaces/http/raw-request-for-tests.ts'
import { bearer, isDone, ways } from './credential-requests.ts'
import { type HeldClock, holdClock, inTurns } from './held-clock.ts'

// The story: a script runs wild, or somebody wants the server to themselves. They send as fast as
// they can, over all surfaces at once. They get what the limit says, to the call; the rest is told
// exactly when to come back; and a flood of refusals does not fill the record.

let clock: HeldClock
let plinth: TestPlinth
let ada: TestPerson
let key: string
let startedMinute: number

/** As it is when nobody sets it: 100 in 60 seconds, 20 at once. */
const burst = 20
const [httpRead, httpWrite, mcpRead, mcpWrite] = ways as [(typeof ways)[0], ...typeof ways]

beforeAll(async () => {
  clock = holdClock()
  plinth = await startTestPlinth({
    apps,
    environment: {
      RATE_LIMIT_ENABLED: 'true',
      PLINTH_LIMIT_ADDRESS: '9000/60s',
      PLINTH_LIMIT_SESSION: '3/3600s',
    },
  })
  startedMinute = Math.floor(plinth.clock.now().epochMilliseconds / 60_000)
  ada = await plinth.createPerson('Ada Byron')
  key = await ada.key()
})
afterAll(async () => {
  await plinth.stop()
  clock.release()
})

interface ToolAnswer {
  readonly isError?: boolean
  readonly _meta?: { readonly 'plinth/problem'?: Readonly<Record<string, unknown>> }
}

/** The problem document of a refusal, on either surface. */
function problemOf({ json }: RawAnswer) {
  const result = json.result as ToolAnswer | undefined
  return result?._meta?.['plinth/problem'] ?? json
}

describe('two thousand quick requests with one key', () => {
  let answers: RawAnswer[]
  let overHttp: RawAnswer[]

  beforeAll(async () => {
    const request = (at: number) => {
      // What was counted before and what comes after the turn of a minute are two rows.
      if (at === 1_000) plinth.clock.advance('PT1M')
      const way = [httpRead, httpRead, httpWrite, mcpRead, mcpWrite][at % 5]!
      return way.request(plinth, bearer(key))
    }
    answers = await inTurns(2_000, request)
    overHttp = answers.filter((_, at) => at % 5 < 3)
  })

  test('get exactly the calls that the limit allows at once, over all surfaces together', () => {
    expect(answers.filter(isDone)).toHaveLength(burst)
    const codes = answers.filter((answer) => !isDone(answer)).map((one) => problemOf(one).code)
    expect(new Set(codes)).toEqual(new Set(['RATE_LIMITED']))
    expect(codes).toHaveLength(2_000 - burst)
  })

  test('are told with each call how many are left, each number once', () => {
    const done = overHttp.filter(isDone)
    const left = done.map(({ headers }) => Number(headers['x-ratelimit-remaining']))
    expect(new Set(left).size).toBe(done.length)
    expect(left.every((one) => one >= 0 && one < burst)).toBe(true)
    for (const { headers } of done) {
      const remaining = Number(headers['x-ratelimit-remaining'])
      // Each call takes 0.6 seconds to come back.
      const reset = Math.ceil(((burst - remaining) * 6) / 10)
      expect(headers).toMatchObject({
        'ratelimit-policy': '"key";q=100;w=60',
        ratelimit: `"key";r=${remaining};t=${reset}`,
        'x-ratelimit-limit': '100',
        'x-ratelimit-reset': String(reset),
      })
      expect(headers['retry-after']).toBeUndefined()
    }
  })

  test('are told with each refusal the same wait in all places', () => {
    for (const answer of answers.filter((one) => !isDone(one))) {
      expect(problemOf(answer)).toMatchObject({ code: 'RATE_LIMITED', status: 429, retryAfter: 1 })
    }
    for (const { status, headers } of overHttp.filter((one) => !isDone(one))) {
      expect(status).toBe(429)
      expect(headers).toMatchObject({
        'retry-after': '1',
        'ratelimit-policy': '"key";q=100;w=60',
        ratelimit: '"key";r=0;t=12',
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': '12',
      })
    }
  })

  test('leave others alone: another key of the same person, and whoever shares the address', async () => {
    const tom = await plinth.createPerson('Tom Unknown')
    for (const other of [await ada.key(), await tom.key()]) {
      const answer = await httpRead.request(plinth, bearer(other))
      expect(answer.headers['x-ratelimit-remaining']).toBe(String(burst - 1))
    }
  })

  test('get one call back in each 0.6 seconds, and not a moment before', async () => {
    const statuses = async (count: number) =>
      (await inTurns(count, () => httpRead.request(plinth, bearer(key)))).map(
        ({ status }) => status,
      )
    clock.pass(0.599)
    expect(await statuses(10)).toEqual(Array(10).fill(429))
    clock.pass(0.001)
    expect((await statuses(10)).sort()).toEqual([200, ...Array(9).fill(429)])
    clock.pass(6)
    expect((await statuses(30)).filter((status) => status === 200)).toHaveLength(10)
    clock.pass(3_600)
    expect((await statuses(50)).filter((status) => status === 200)).toHaveLength(burst)
  })
})

describe('a browser session', () => {
  test('that waits as long as it was told is let in, and a second earlier it is not', async () => {
    const grace = await plinth.createPerson('Grace')
    const ask = () => httpRead.request(plinth, { headers: { cookie: grace.cookie } })
    for (let call = 0; call < 3; call++) expect((await ask()).status).toBe(200)
    for (let round = 0; round < 2; round++) {
      const refused = await ask()
      expect([refused.status, refused.headers['retry-after']]).toEqual([429, '1200'])
      expect(refused.headers.ratelimit).toBe('"session";r=0;t=3600')
      clock.pass(1_199)
      const early = await ask()
      expect([early.status, early.headers['retry-after']]).toEqual([429, '1'])
      clock.pass(1)
      const answer = await ask()
      expect([answer.status, answer.headers['x-ratelimit-remaining']]).toEqual([200, '0'])
    }
  })
})

// Last, because what was counted is written when the server stops.
test('all those refusals are one row in each minute, and none is a call', async () => {
  await plinth.server.close()
  const rows = await plinth.sql<{ minute: Date; address: string; code: string; count: number }>(
    'select minute, host(address) as address, code, count::int from platform.refusal',
  )
  // Two thousand but twenty, then 10 + 9 + 20 + 30, then two of the session in each of two rounds.
  const refused = 2_000 - burst + 10 + 9 + 20 + 30 + 4
  expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(refused)
  for (const row of rows) expect(row).toMatchObject({ address: '127.0.0.1', code: 'RATE_LIMITED' })
  // The minute was turned once by hand; on a slow machine it turns by itself as well.
  const minutes = rows.map(({ minute }) => minute.getTime() / 60_000)
  expect(minutes.every(Number.isInteger)).toBe(true)
  expect(new Set(minutes).size).toBe(rows.length)
  expect(rows.length).toBeGreaterThanOrEqual(2)
  const now = Math.floor(plinth.clock.now().epochMilliseconds / 60_000)
  expect(Math.min(...minutes)).toBeGreaterThanOrEqual(startedMinute)
  expect(Math.max(...minutes)).toBeLessThanOrEqual(now)
  const calls = await plinth.sql("select from platform.call where code = 'RATE_LIMITED'")
  expect(calls).toEqual([])
})
