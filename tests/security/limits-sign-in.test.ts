import { randomUUID } from 'node:crypto'
import { startTestPlinth, type TestPerson, type TestPlinth } from '@plinth/platform/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { apps } from '../../apps/src/all.ts'
import { post, type RawAnswer } from '../../platform/src/surfaces/http/raw-request-for-tests.ts'
import { bearer, isDone, urlOf, ways } from './credential-requests.ts'
import { type HeldClock, holdClock, inTurns } from './held-clock.ts'

// The story: somebody guesses passwords: many for one account, from as many machines as they can
// rent; or one common password for many accounts, from one machine. They hope that the limit looks at
// one of both only, that another spelling of the address is another account, that the right password
// opens a locked door, or that being locked out tells them who has an account.

let clock: HeldClock
let plinth: TestPlinth
let ada: TestPerson

/** As it is when nobody sets it: 5 in 60 seconds, of one address and of one account. */
const tries = 5
const refused = new Map<string, number>()

beforeAll(async () => {
  clock = holdClock()
  plinth = await startTestPlinth({
    apps,
    environment: {
      RATE_LIMIT_ENABLED: 'true',
      PLINTH_LIMIT_ADDRESS: '9000/60s',
      // So that one machine can play many.
      TRUSTED_PROXIES: '127.0.0.1',
    },
  })
})
afterAll(async () => {
  await plinth.stop()
  clock.release()
})
beforeEach(async () => {
  clock.pass(60)
  ada = await plinth.createPerson('Ada Byron')
  clock.pass(60)
})

let machines = 0
/** Of a block that no real machine is in (RFC 2544). */
const machineOf = (number: number) => `198.18.${number >> 8}.${number & 255}`
const machine = () => machineOf(++machines)

async function auth(name: string, address: string, body: object): Promise<RawAnswer> {
  const headers = {
    host: new URL(urlOf(plinth)).host,
    origin: urlOf(plinth),
    'x-forwarded-for': address,
  }
  const answer = await post(`${urlOf(plinth)}/api/v1/auth/${name}`, body, headers)
  if (answer.status === 429) refused.set(address, (refused.get(address) ?? 0) + 1)
  return answer
}

const signIn = (address: string, email: string, password = 'copper kettle whistle') =>
  auth('sign_in', address, { email, password, as: 'session' })
const nobody = () => `nobody.${randomUUID()}@example.com`
const signInAsAda = (address = machine()) => signIn(address, ada.email, ada.password)

const expectLockedOut = ({ status, headers, json }: RawAnswer) => {
  expect([status, json.code, json.retryAfter]).toEqual([429, 'RATE_LIMITED', 12])
  expect(headers).toMatchObject({
    'retry-after': '12',
    'ratelimit-policy': '"auth";q=5;w=60',
    ratelimit: '"auth";r=0;t=60',
  })
  expect(headers['set-cookie']).toBeUndefined()
}

describe('one account, tried from forty machines at once', () => {
  beforeEach(async () => {
    const answers = await inTurns(40, () => signIn(machine(), ada.email))
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(tries)
    answers.filter(({ status }) => status === 429).forEach(expectLockedOut)
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(40 - tries)
  })

  test('is closed to the right password, too, for as long as it says', async () => {
    expectLockedOut(await signInAsAda())
    clock.pass(11)
    expect((await signInAsAda()).headers['retry-after']).toBe('1')
    clock.pass(1)
    expect((await signInAsAda()).status).toBe(200)
    expectLockedOut(await signInAsAda())
  })

  test.for<[string, (email: string) => string]>([
    ['capitals', (email) => email.toUpperCase()],
    ['a capital', (email) => email.replace('ada', 'aDa')],
    ['blanks around it', (email) => `\t ${email}  `],
  ])('is closed under its spelling with %s, too', async ([, spell]) => {
    expectLockedOut(await signIn(machine(), spell(ada.email), ada.password))
  })

  test('is closed for signing up and setting up under that address as well', async () => {
    const body = { email: ada.email, name: 'Grace', password: 'quiet harbour lantern' }
    expectLockedOut(await auth('sign_up', machine(), body))
    expectLockedOut(await auth('set_up', machine(), { ...body, token: 'x' }))
  })

  test('closes no other account, not even to a machine that took part', async () => {
    const grace = await plinth.createPerson('Grace')
    const last = machineOf(machines)
    expect((await signIn(last, grace.email, grace.password)).status).toBe(200)
  })

  test('throws nobody out who is in already', async () => {
    const key = bearer(await ada.key())
    for (const way of ways) expect(isDone(await way.request(plinth, key)), way.name).toBe(true)
    const session = { headers: { cookie: ada.cookie } }
    expect(isDone(await ways[0]!.request(plinth, session))).toBe(true)
  })
})

test('an account that does not exist is closed like one that does', async () => {
  const unknown = nobody()
  const sequence = async (email: string) => {
    const answers: RawAnswer[] = []
    for (let call = 0; call < 8; call++) answers.push(await signIn(machine(), email))
    return answers.map(({ status, headers, json }) => ({
      status,
      problem: { ...json, requestId: undefined },
      left: headers.ratelimit,
    }))
  }
  expect(await sequence(unknown)).toEqual(await sequence(ada.email))
})

describe('one machine that tries one password on many accounts', () => {
  test('has five tries, whoever they are for, and then not even its own password', async () => {
    const address = machine()
    const answers = await inTurns(30, () => signIn(address, nobody()))
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(tries)
    answers.filter(({ status }) => status === 429).forEach(expectLockedOut)
    expectLockedOut(await signInAsAda(address))
    // It was the machine that was refused: the account has all its tries left.
    expect((await signInAsAda()).headers['x-ratelimit-remaining']).toBe(String(tries - 1))
    clock.pass(12)
    expect((await signInAsAda(address)).status).toBe(200)
  })

  test('has them together for signing in, signing up and what is no input at all', async () => {
    const address = machine()
    const answers = [
      await signIn(address, nobody()),
      await auth('sign_up', address, {}),
      await auth('set_up', address, { token: 'x' }),
      await auth('sign_in', address, { email: 'no address', password: [] }),
      await auth('sign_in', address, {}),
    ]
    expect(answers.map(({ status }) => status)).toEqual([401, 422, 422, 422, 422])
    expectLockedOut(await auth('sign_in', address, {}))
    expectLockedOut(await auth('sign_up', address, {}))
    expectLockedOut(await auth('set_up', address, {}))
  })

  test('is one machine with all the addresses of its network of IPv6', async () => {
    const network = '2001:db8:5ec:1'
    const answers = await inTurns(20, (at) => signIn(`${network}:${at}::${at + 1}`, nobody()))
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(tries)
    expectLockedOut(await signInAsAda(`${network}:ffff:ffff:ffff:ffff`))
    expect((await signInAsAda('2001:db8:5ec:2::1')).status).toBe(200)
  })
})

// Last, because what was counted is written when the server stops.
test('refused tries are one row per machine and minute, and none is a call', async () => {
  await plinth.server.close()
  const rows = await plinth.sql<{ address: string; rows: number; minutes: number; count: number }>(
    `select host(address) as address, count(*)::int as rows, sum(count)::int as count,
       count(distinct minute)::int as minutes
     from platform.refusal where code = 'RATE_LIMITED' and family(address) = 4 group by 1`,
  )
  const counted = new Map(rows.map(({ address, count }) => [address, count]))
  const expected = [...refused].filter(([address]) => !address.includes(':'))
  expect(counted).toEqual(new Map(expected))
  expect(rows.every((row) => row.rows === row.minutes)).toBe(true)
  // Of a network of IPv6 there is one row as well, however many addresses it used.
  const networks = await plinth.sql<{ network: string }>(
    `select distinct address::text as network from platform.refusal
     where code = 'RATE_LIMITED' and family(address) = 6`,
  )
  expect(networks).toEqual([{ network: '2001:db8:5ec:1::/64' }])
  const calls = await plinth.sql<{ code: string }>(
    "select distinct code from platform.call where operation like 'auth.%' and outcome <> 'done'",
  )
  expect(calls).toEqual([{ code: 'INVALID_CREDENTIALS' }])
})
