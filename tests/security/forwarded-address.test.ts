import { networkInterfaces } from 'node:os'
import { startTestPlinth, type TestPlinth } from '@plinth/platform/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apps } from '../../apps/src/all.ts'
import { sendBytes } from '../../platform/src/surfaces/http/raw-request-for-tests.ts'
import { bearer, isDone, urlOf, ways } from './credential-requests.ts'
import { type HeldClock, holdClock, inTurns } from './held-clock.ts'

// The story: somebody who is limited by their address says in a header that they are somebody else,
// a new one each time. They hope for a fresh limit, for a log that names others, and for a record of
// their calls that accuses a neighbour.

const burst = 10
const environment = { RATE_LIMIT_ENABLED: 'true', PLINTH_LIMIT_ADDRESS: `1/3600s+${burst}` }
const [read, write] = ways as [(typeof ways)[0], (typeof ways)[0]]

let clock: HeldClock
beforeAll(() => {
  clock = holdClock()
})
afterAll(() => clock.release())

type Headers = Readonly<Record<string, string | string[]>>

/** A server, and how many of several requests with these headers are let through to it. */
async function start(more: Readonly<Record<string, string>>) {
  const plinth = await startTestPlinth({ apps, environment: { ...environment, ...more } })
  const key = await (await plinth.createPerson('Ada Byron')).key()
  const ask = async (count: number, headersOf: (at: number) => Headers) => {
    const answers = await inTurns(count, (at) => read.request(plinth, { headers: headersOf(at) }))
    return answers.filter(({ status }) => status !== 429).length
  }
  return { plinth, key, ask }
}

const addresses = (plinth: TestPlinth, table: 'refusal' | 'call', where = 'true') =>
  plinth.sql<{ address: string }>(
    `select distinct address::text as address from platform.${table} where ${where} order by 1`,
  )

const loggedAddresses = ({ logs }: TestPlinth) =>
  new Set(logs.map(({ address }) => address).filter((address) => address !== undefined))

const number = (at: number) => `203.0.113.${at + 1}`

/** All the ways in which a client, or a proxy, may say who is behind it. */
const claims: readonly (readonly [string, (address: string) => Headers])[] = [
  ['X-Forwarded-For', (address) => ({ 'x-forwarded-for': address })],
  ['Forwarded', (address) => ({ forwarded: `for=${address};proto=https;by=10.0.0.1` })],
  ['X-Real-IP', (address) => ({ 'x-real-ip': address })],
  ['X-Client-IP', (address) => ({ 'x-client-ip': address })],
  ['True-Client-IP', (address) => ({ 'true-client-ip': address })],
  ['CF-Connecting-IP', (address) => ({ 'cf-connecting-ip': address })],
  ['X-Forwarded', (address) => ({ 'x-forwarded': `for=${address}` })],
  ['X-Originating-IP', (address) => ({ 'x-originating-ip': address })],
]

describe('without proxies that are trusted', () => {
  let server: Awaited<ReturnType<typeof start>>
  beforeAll(async () => {
    server = await start({})
  })
  afterAll(() => server.plinth.stop())

  test('a write is recorded under the address that it came from', async () => {
    for (const [name, headersFor] of claims) {
      clock.pass(3_600)
      const headers = { ...bearer(server.key).headers, ...headersFor('203.0.113.9') }
      expect(isDone(await write.request(server.plinth, { headers })), name).toBe(true)
    }
    const called = await addresses(server.plinth, 'call', "operation = 'tasks.add_task'")
    expect(called).toEqual([{ address: '127.0.0.1/32' }])
  })

  test.for(claims)('%s gets nobody one request more', async ([, headersFor]) => {
    clock.pass(3_600 * burst)
    expect(await server.ask(30, (at) => headersFor(number(at)))).toBe(burst)
  })

  test('the log and the counted refusals name nobody else', async () => {
    await server.plinth.server.close()
    expect(loggedAddresses(server.plinth)).toEqual(new Set(['127.0.0.1']))
    expect(await addresses(server.plinth, 'refusal')).toEqual([{ address: '127.0.0.1/32' }])
  })
})

describe('behind proxies that are trusted', () => {
  let server: Awaited<ReturnType<typeof start>>
  beforeAll(async () => {
    server = await start({ TRUSTED_PROXIES: '127.0.0.1,10.0.0.0/8,fd00::/8' })
  })
  afterAll(() => server.plinth.stop())

  /** As the proxies would pass it on: what the client wrote stands left of what they saw. */
  const forwarded = (...hops: string[]): Headers => ({ 'x-forwarded-for': hops.join(', ') })

  test('each client has a limit of its own', async () => {
    clock.pass(3_600 * burst)
    expect(await server.ask(30, () => forwarded('192.0.2.1'))).toBe(burst)
    expect(await server.ask(30, () => forwarded('192.0.2.2'))).toBe(burst)
  })

  test.for<[string, (at: number) => Headers]>([
    ['other addresses', (at) => forwarded(number(at), '192.0.2.3')],
    ['many other addresses', (at) => forwarded(...Array(50).fill(number(at)), '192.0.2.3')],
    ['proxies that we trust', (at) => forwarded(number(at), `10.0.0.${at}`, '192.0.2.3')],
    ['a header of their own', (at) => ({ 'x-forwarded-for': [number(at), '192.0.2.3'] })],
    ['an address and nothing', (at) => forwarded(number(at), '', '192.0.2.3')],
    ['nonsense', (at) => forwarded(`"${at}", ;=%%`, '192.0.2.3')],
    ['an address that ends in a comma', (at) => forwarded(`${number(at)},`, '192.0.2.3')],
  ])('a client that writes %s before a proxy sees it is the same one', async ([, headersOf]) => {
    clock.pass(3_600 * burst)
    expect(await server.ask(30, headersOf)).toBe(burst)
  })

  test('what several proxies in a row add is read up to the first that is not ours', async () => {
    clock.pass(3_600 * burst)
    const hops = (at: number) =>
      forwarded(number(at), '192.0.2.4', 'fd00::1', '::ffff:10.9.8.7', `10.0.0.${at}`)
    expect(await server.ask(30, hops)).toBe(burst)
    expect(await server.ask(30, () => forwarded('192.0.2.4'))).toBe(0)
  })

  test.for(claims.filter(([name]) => name !== 'X-Forwarded-For'))(
    '%s is not read',
    async ([, headersFor]) => {
      clock.pass(3_600 * burst)
      const headersOf = (at: number) => ({ ...forwarded('192.0.2.5'), ...headersFor(number(at)) })
      expect(await server.ask(30, headersOf)).toBe(burst)
    },
  )

  test('IPv4 is the same client in whatever spelling a proxy gives it', async () => {
    clock.pass(3_600 * burst)
    const spellings = [
      '192.0.2.6',
      '192.0.2.6:4711',
      '::ffff:192.0.2.6',
      '::FFFF:192.0.2.6',
      '[::ffff:192.0.2.6]:4711',
      '::ffff:c000:206',
      '0:0:0:0:0:FFFF:C000:0206',
    ]
    expect(await server.ask(35, (at) => forwarded(spellings[at % spellings.length]!))).toBe(burst)
  })

  test('IPv6 is the same client with all 2^64 addresses of a network, and with no other', async () => {
    clock.pass(3_600 * burst)
    const spellings = [
      '2001:db8:1:2::1',
      '2001:DB8:1:2::2',
      '2001:0db8:0001:0002:0:0:0:3',
      '[2001:db8:1:2:ffff:ffff:ffff:ffff]:4711',
      '2001:db8:1:2:1:2:192.0.2.7',
    ]
    expect(await server.ask(30, (at) => forwarded(spellings[at % spellings.length]!))).toBe(burst)
    expect(await server.ask(1, () => forwarded('2001:db8:1:3::1'))).toBe(1)
  })

  // A neighbour in the same network has an address that holds for one interface only.
  test('a neighbour with a zone in its address can write, and is counted', async () => {
    clock.pass(3_600 * burst)
    for (const address of ['fe80::1%eth0', 'fe80::1%25eth0', '::ffff:192.0.2.8%eth0']) {
      const headers = { ...bearer(server.key).headers, ...forwarded(address) }
      expect(isDone(await write.request(server.plinth, { headers })), address).toBe(true)
    }
    expect(await server.ask(30, (at) => forwarded(`fe80::${at}%wlan${at}`))).toBe(burst - 2)
  })

  test('calls, refusals and the log have the clients’ addresses, and none that was made up', async () => {
    await server.plinth.server.close()
    expect(await addresses(server.plinth, 'call', "operation = 'tasks.add_task'")).toEqual([
      { address: '192.0.2.8/32' },
      { address: 'fe80::1/128' },
    ])
    const clients = ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4', '192.0.2.5', '192.0.2.6']
    expect(await addresses(server.plinth, 'refusal')).toEqual([
      ...clients.map((address) => ({ address: `${address}/32` })),
      { address: '2001:db8:1:2::/64' },
      { address: '2001:db8:1:3::/64' },
      { address: 'fe80::/64' },
    ])
    const logged = [...loggedAddresses(server.plinth)].map(String)
    expect(logged.filter((address) => address.startsWith('203.0.113.'))).toEqual([])
    expect(logged.filter((address) => address.includes('%'))).toEqual([])
    expect(logged).toEqual(expect.arrayContaining(clients))
  })
})

/** Every address of the machine, in both families where it has both. */
const everywhere = () =>
  Object.values(networkInterfaces()).some((all) => all?.some(({ family }) => family === 'IPv6'))
    ? '::'
    : '0.0.0.0'

test('an installation on every address of its machine names its clients as any other', async () => {
  const { plinth, ask } = await start({ HOST: everywhere() })
  try {
    clock.pass(3_600 * burst)
    // A socket of both families names this client ::ffff:127.0.0.1.
    expect(await ask(30, () => ({}))).toBe(burst)
    clock.pass(3_600)
    expect(await sendBytes(urlOf(plinth), 'NONSENSE\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /)
    await plinth.server.close()
    expect(await addresses(plinth, 'refusal')).toEqual([{ address: '127.0.0.1/32' }])
    expect(loggedAddresses(plinth)).toEqual(new Set(['127.0.0.1']))
  } finally {
    await plinth.stop()
  }
})
