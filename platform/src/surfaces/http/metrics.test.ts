import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { notes } from '../../identity/app-for-tests.ts'
import { ownMetrics, processMetrics } from '../../observability/metric-definitions.ts'
import { startTestPlinth, type TestPerson, type TestPlinth } from '../../testing.ts'
import { send, sendBytes } from './raw-request-for-tests.ts'

const token = `metrics-${'0123456789abcdef'.repeat(2)}`

let plinth: TestPlinth
let ada: TestPerson
let key: string
beforeAll(async () => {
  const environment = { PLINTH_METRICS_TOKEN: token }
  plinth = await startTestPlinth({ apps: [notes], environment })
  ada = await plinth.createPerson('Ada')
  key = await ada.key()
})
afterAll(() => plinth.stop())

async function scrape({ url } = plinth): Promise<string> {
  const answer = await send(`${url}/metrics`, { headers: { authorization: `Bearer ${token}` } })
  expect(answer.status).toBe(200)
  return answer.text
}

/** What a scrape says, by series: `name{label="value"}`. */
function seriesOf(text: string): ReadonlyMap<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(
    lines.map((line) => {
      const space = line.lastIndexOf(' ')
      return [line.slice(0, space), Number(line.slice(space + 1))]
    }),
  )
}

/** How far our own counters went on during something. What stood still is left out. */
async function countedDuring(act: () => Promise<unknown>, of = plinth) {
  const before = seriesOf(await scrape(of))
  await act()
  const after = [...seriesOf(await scrape(of))]
  const grown = after
    .map(([name, value]) => [name, value - (before.get(name) ?? 0)] as const)
    .filter(([name, growth]) => /^plinth_.*(total|_count)\{/.test(name) && growth !== 0)
  return Object.fromEntries(grown)
}

const withKey = () => ({ authorization: `Bearer ${key}` })

function rpc(method: string, params: object, headers: Record<string, string> = withKey()) {
  return fetch(`${plinth.url}/mcp`, {
    method: 'POST',
    headers: {
      ...headers,
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  })
}

const calls = (operation: string, surface: string, code: string) =>
  `plinth_calls_total{operation="${operation}",surface="${surface}",code="${code}"}`
const durations = (operation: string) =>
  `plinth_call_duration_seconds_count{operation="${operation}"}`
const refused = (code: string) => `plinth_requests_refused_total{code="${code}"}`

describe('what is counted', () => {
  test('is each call once, under its operation, surface and outcome, and nothing else', async () => {
    const me = `${plinth.url}/api/v1/auth/me`
    const grown = await countedDuring(async () => {
      for (let n = 0; n < 3; n++) await fetch(me, { headers: withKey() })
      await fetch(me)
      await fetch(`${me}?nonsense=1`, { headers: withKey() })
      await fetch(`${plinth.url}/api/v1/auth/api_keys`, { headers: withKey() })
      for (let n = 0; n < 2; n++) await rpc('tools/call', { name: 'auth_get_me', arguments: {} })
    })
    expect(grown).toEqual({
      [calls('auth.get_me', 'http', 'DONE')]: 3,
      [calls('auth.get_me', 'http', 'UNAUTHENTICATED')]: 1,
      [calls('auth.get_me', 'http', 'INVALID_INPUT')]: 1,
      [calls('auth.get_me', 'mcp', 'DONE')]: 2,
      [calls('auth.list_api_keys', 'http', 'PERSON_REQUIRED')]: 1,
      [durations('auth.get_me')]: 7,
      [durations('auth.list_api_keys')]: 1,
    })
  })

  test('is a request that is refused before a call comes of it, by its code', async () => {
    const grown = await countedDuring(async () => {
      await send(`${plinth.url}/nowhere`)
      await send(`${plinth.url}/api/v1/auth/me`, { method: 'PUT' })
      await send(`${plinth.url}/health`, { headers: { host: 'plinth.evil.example' } })
      await rpc('tools/list', {}, {})
      await rpc('tools/list', {}, { ...withKey(), origin: 'https://evil.example' })
      await sendBytes(plinth.url, 'HELO plinth\r\n\r\n')
    })
    expect(grown).toEqual({
      [refused('ROUTE_NOT_FOUND')]: 1,
      [refused('METHOD_NOT_ALLOWED')]: 1,
      [refused('HOST_NOT_ALLOWED')]: 1,
      [refused('UNAUTHENTICATED')]: 1,
      [refused('CROSS_SITE_REFUSED')]: 1,
      [refused('BAD_REQUEST')]: 1,
    })
  })

  test('is how long calls took: each in the buckets that it fits, all in the last', async () => {
    const series = seriesOf(await scrape())
    const [name, own] = ['plinth_call_duration_seconds', 'operation="auth.sign_up"']
    const buckets = [...series].filter(([key]) => key.startsWith(`${name}_bucket{`))
    const counts = buckets.filter(([key]) => key.includes(own)).map(([, count]) => count)
    expect(counts).toHaveLength(15)
    expect(counts).toEqual([...counts].sort((one, other) => one - other))
    // Hashing a password takes longer than a millisecond on any machine.
    expect(counts[0]).toBe(0)
    expect(counts.at(-1)).toBe(1)
    expect(series.get(`${name}_count{${own}}`)).toBe(1)
    expect(series.get(`${name}_sum{${own}}`)).toBeGreaterThan(0.001)
    expect(series.get(`${name}_sum{${own}}`)).toBeLessThan(60)
  })

  test('are the connections of each login', async () => {
    await send(`${plinth.url}/api/v1/notes`, { method: 'POST', headers: withKey() })
    const series = seriesOf(await scrape())
    for (const login of ['app', 'identity']) {
      expect(series.get(`plinth_database_connections_open{login="${login}"}`)).toBeGreaterThan(0)
      expect(series.get(`plinth_database_connections_waiting{login="${login}"}`)).toBe(0)
    }
  })
})

test('refusals by a limit are counted under its name', async () => {
  const limited = await startTestPlinth({
    apps: [notes],
    environment: {
      PLINTH_METRICS_TOKEN: token,
      RATE_LIMIT_ENABLED: 'true',
      TRUSTED_PROXIES: '127.0.0.0/8,::1',
      PLINTH_LIMIT_ADDRESS: '4/36000s+4',
      PLINTH_LIMIT_KEY: '2/36000s',
      PLINTH_LIMIT_SESSION: '2/36000s',
      PLINTH_LIMIT_AUTH: '1/36000s',
    },
  })
  try {
    // Each request has an address of its own, so that only the limit that is meant is met.
    let address = 0
    const from = () => ({ 'x-forwarded-for': `203.0.113.${++address}` })
    const get = (path: string, headers: Record<string, string>) =>
      fetch(limited.url + path, { headers })
    const grace = await limited.createPerson('Grace')
    const graceKey = { authorization: `Bearer ${await grace.key()}` }
    const grown = await countedDuring(async () => {
      for (let n = 0; n < 5; n++) await get('/api/v1/auth/me', { ...from(), ...graceKey })
      for (let n = 0; n < 3; n++) {
        await get('/api/v1/auth/me', { ...from(), cookie: grace.cookie })
      }
      for (let n = 0; n < 6; n++) await get('/nowhere', { 'x-forwarded-for': '198.51.100.1' })
      await fetch(`${limited.url}/api/v1/auth/sign_in`, {
        method: 'POST',
        headers: { ...from(), 'content-type': 'application/json' },
        body: JSON.stringify({ email: grace.email, password: 'not the one at all' }),
      })
    }, limited)
    expect(grown).toMatchObject({
      'plinth_rate_limited_total{limit="key"}': 3,
      // One of the two was spent on making the key.
      'plinth_rate_limited_total{limit="session"}': 2,
      'plinth_rate_limited_total{limit="address"}': 2,
      // Signing up has used the one try that the account has.
      'plinth_rate_limited_total{limit="auth"}': 1,
      [calls('auth.get_me', 'http', 'RATE_LIMITED')]: 5,
      [refused('RATE_LIMITED')]: 2,
      [refused('ROUTE_NOT_FOUND')]: 4,
    })
  } finally {
    await limited.stop()
  }
})

describe('a stranger', () => {
  // The attack: numbers about an installation tell when people are there and which keys fail.
  test.each([
    ['nothing', {}],
    ['a wrong token', { authorization: `Bearer ${token.slice(0, -1)}0` }],
    ['the token in another scheme', { authorization: `Basic ${btoa(`metrics:${token}`)}` }],
    ['the token alone', { authorization: token }],
    ['the token in a cookie', { cookie: `plinth_session=${token}; token=${token}` }],
  ])('with %s finds no such address', async (_, headers: Record<string, string>) => {
    const answer = await send(`${plinth.url}/metrics?token=${token}`, { headers })
    const nowhere = await send(`${plinth.url}/nowhere`, { headers })
    expect(answer.status).toBe(404)
    expect({ ...answer.json, requestId: '' }).toEqual({ ...nowhere.json, requestId: '' })
    expect(Object.keys(answer.headers)).toEqual(Object.keys(nowhere.headers))
  })

  test('who is signed in is one, too', async () => {
    for (const headers of [withKey(), { cookie: ada.cookie }]) {
      expect((await send(`${plinth.url}/metrics`, { headers })).status).toBe(404)
    }
  })

  test('is everybody where no token is set', async () => {
    const closed = await startTestPlinth({ apps: [] })
    const headers = { authorization: `Bearer ${token}` }
    const answer = await send(`${closed.url}/metrics`, { headers })
    const post = await send(`${closed.url}/metrics`, { method: 'POST', headers })
    await closed.stop()
    expect([answer.status, post.status]).toEqual([404, 404])
  })
})

test('what clients invent makes no series', async () => {
  const wild = async () => {
    for (let n = 0; n < 10; n++) {
      const word = randomBytes(6).toString('hex')
      await send(`${plinth.url}/${word}`, { headers: { 'x-request-id': word } })
      await send(`${plinth.url}/api/v1/notes/${word}?${word}=1`, { headers: withKey() })
      await send(`${plinth.url}/api/v1/auth/me?${word}=1`, { headers: withKey() })
      await send(`${plinth.url}/api/v1/auth/me`, { headers: { authorization: `Bearer ${word}` } })
      await send(`${plinth.url}/`, { headers: { host: `${word}.example.com` } })
      await rpc('tools/call', { name: word, arguments: { [word]: word } })
      await rpc('tools/call', { name: 'auth_get_me', arguments: { [word]: randomUUID() } })
    }
  }
  await wild()
  const names = [...seriesOf(await scrape()).keys()].filter((name) => name.startsWith('plinth_'))
  await wild()
  const later = [...seriesOf(await scrape()).keys()].filter((name) => name.startsWith('plinth_'))
  expect(later).toEqual(names)
})

test('what is served is what is defined: names, types, words and labels', async () => {
  await send(`${plinth.url}/nowhere`)
  const text = await scrape()
  const names = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name]) => name)
  const defined = [...Object.values(ownMetrics), ...processMetrics]
  // Some exist on Linux only.
  const here = defined.filter(({ name }) => names.includes(name) || process.platform === 'linux')
  expect(names).toEqual(here.map(({ name }) => name))
  for (const { name, type, help, labels } of here) {
    expect(text).toContain(`# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`)
    const form = new RegExp(`^${name}(?:_bucket|_sum|_count)?(?:\\{(.*)\\})? `, 'gm')
    for (const [, given = ''] of text.matchAll(form)) {
      const found = [...given.matchAll(/(\w+)="/g)].map(([, label]) => label)
      expect(found.filter((label) => label !== 'le').sort(), name).toEqual([...labels].sort())
    }
  }
})

test('a scrape is text that no cache keeps, and says the release', async () => {
  const headers = { authorization: `bearer ${token}` }
  const answer = await send(`${plinth.url}/metrics`, { headers })
  expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
  expect(answer.headers['cache-control']).toBe('no-store')
  expect(answer.text).toContain('plinth_build_info{version="0.0.0-test"} 1\n')
})
