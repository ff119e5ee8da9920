import { randomBytes } from 'node:crypto'
import {
  callOver,
  startTestPlinth,
  type TestPerson,
  type TestPlinth,
} from '@plinth/platform/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { apps } from '../../apps/src/all.ts'
import {
  bearer,
  cookieOf,
  isDone,
  type Sent,
  saidBy,
  type Way,
  ways,
} from './credential-requests.ts'

// The story: a key lies in an old script, a cookie in a lost phone. Their owner has ended them, or
// time has, or the person was locked. Whoever has them now tries to go on: at once, while the server
// may still remember them as good, with reads and writes, over HTTP and over MCP. And from what is
// answered they try to learn whether it was ever a credential.

let plinth: TestPlinth
let ada: TestPerson
let key: string

beforeAll(async () => {
  plinth = await startTestPlinth({ apps })
})
afterAll(() => plinth.stop())
beforeEach(async () => {
  ada = await plinth.createPerson('Ada Byron')
  key = await ada.key()
})
afterEach(() => plinth.clock.reset())

const tokenOf = ({ session }: TestPerson) => (session.kind === 'session' ? session.token : '')
const reads = ways.filter(({ writes }) => !writes)
const writes = ways.filter((way) => way.writes)
const tasksOfAda = () => plinth.sql('select from tasks.task where owner_id = $1', [ada.personId])

/** The ways on which a credential is heard at all: a cookie is nothing to MCP. */
const waysOf = (sent: Sent) =>
  ways.filter(({ surface }) => surface === 'http' || !sent.headers?.cookie)

/** Uses a credential in every way, so that it is known to be good and remembered as such. */
async function remember(sent: Sent): Promise<void> {
  for (const way of waysOf(sent))
    expect(isDone(await way.request(plinth, sent)), way.name).toBe(true)
}

async function expectRefused(sent: Sent, among: readonly Way[] = waysOf(sent)): Promise<void> {
  const before = await tasksOfAda()
  for (const way of among) {
    const answer = await way.request(plinth, sent)
    expect([answer.status, answer.json.code], way.name).toEqual([401, 'UNAUTHENTICATED'])
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="plinth", error="invalid_token"')
  }
  expect(await tasksOfAda()).toEqual(before)
}

async function auth(name: string, input: Readonly<Record<string, unknown>>) {
  const operation = plinth.server.registry.find(`auth.${name}`)!
  const answer = await callOver(plinth.server, 'http', {
    operation,
    credential: ada.session,
    input,
  })
  expect(answer.code, name).toBeUndefined()
  return answer
}

/** What somebody else does to the rows, of which this process hears nothing. */
const endings: readonly (readonly [string, 'key' | 'session', string])[] = [
  [
    'a key was revoked',
    'key',
    'update identity.api_key set revoked_at = now() where owner_id = $1',
  ],
  ['a key’s person was locked', 'key', 'update identity.person set is_locked = true where id = $1'],
  ['a session was ended', 'session', 'delete from identity.session where person_id = $1'],
  [
    'a session’s person was locked',
    'session',
    'update identity.person set is_locked = true where id = $1',
  ],
]

describe.for(endings)('when %s by another process', ([, kind, sql]) => {
  const credential = () => (kind === 'key' ? bearer(key) : cookieOf(tokenOf(ada)))

  test('no write is done any more, though it is remembered as good', async () => {
    await remember(credential())
    await plinth.sql(sql, [ada.personId])
    await expectRefused(
      credential(),
      waysOf(credential()).filter((way) => way.writes),
    )
  })

  test('no read is answered five seconds later', async () => {
    await remember(credential())
    await plinth.sql(sql, [ada.personId])
    plinth.clock.advance('PT5S')
    await expectRefused(credential())
  })
})

describe('in this process', () => {
  test('a key that is revoked is refused at once in every way, and its sisters are not', async () => {
    const sister = await ada.key()
    await remember(bearer(key))
    await remember(bearer(sister))
    const { output } = await auth('list_api_keys', {})
    const { items } = output as { items: { id: string; prefix: string }[] }
    const { id } = items.find(({ prefix }) => key.startsWith(prefix))!
    await auth('revoke_api_key', { keyId: id })
    await expectRefused(bearer(key))
    await remember(bearer(sister))
  })

  test('a session that is signed out is refused at once in every way, and a key is not', async () => {
    const session = cookieOf(tokenOf(ada))
    await remember(session)
    await remember(bearer(key))
    await auth('sign_out', {})
    await expectRefused(session)
    await remember(bearer(key))
  })
})

describe('time', () => {
  test('ends a key at its date, remembered or not', async () => {
    await remember(bearer(key))
    // A key is made for 90 days.
    plinth.clock.advance('PT2159H')
    await remember(bearer(key))
    plinth.clock.advance('PT1H')
    await expectRefused(bearer(key))
  })

  test.for([
    ['a key', 'update identity.api_key set expires_at = now() where owner_id = $1'],
    [
      'a session at its last day',
      'update identity.session set expires_at = now() where person_id = $1',
    ],
    [
      'a session that nobody used for two weeks',
      "update identity.session set last_used_at = now() - interval '14 days' where person_id = $1",
    ],
  ])('ends %s that nobody remembers', async ([what, sql]) => {
    // Making a key would put the session into the memory.
    const grace = await plinth.createPerson('Grace')
    const sent = what === 'a key' ? bearer(await grace.key()) : cookieOf(tokenOf(grace))
    await plinth.sql(sql!, [grace.personId])
    await expectRefused(sent)
  })
})

test('what is unknown, over, revoked and locked is told in the very same words', async () => {
  const people = await Promise.all(['Ada', 'Grace', 'Tom'].map((name) => plinth.createPerson(name)))
  const [expired, revoked, locked] = await Promise.all(people.map((person) => person.key()))
  const ids = people.map(({ personId }) => personId)
  await plinth.sql('update identity.api_key set expires_at = now() where owner_id = $1', [ids[0]])
  await plinth.sql('update identity.api_key set revoked_at = now() where owner_id = $1', [ids[1]])
  await plinth.sql('update identity.person set is_locked = true where id = $1', [ids[2]])
  const unknown = `plk_${randomBytes(32).toString('base64url')}`
  for (const way of ways) {
    const said = []
    for (const one of [unknown, expired!, revoked!, locked!, 'plk_']) {
      said.push(saidBy(await way.request(plinth, bearer(one))))
    }
    for (const one of said) expect(one, way.name).toEqual(said[0])
    expect(said[0]?.status).toBe(401)
  }
})

describe('of a cookie and a key that come together', () => {
  test('the key decides: whoever it belongs to is calling', async () => {
    const tom = await plinth.createPerson('Tom Unknown')
    const toms = bearer(await tom.key()).headers
    const sent = { headers: { ...toms, ...cookieOf(tokenOf(ada)).headers } }
    const before = await tasksOfAda()
    for (const way of writes) expect(isDone(await way.request(plinth, sent)), way.name).toBe(true)
    expect(await tasksOfAda()).toEqual(before)
    const owned = await plinth.sql('select from tasks.task where owner_id = $1', [tom.personId])
    expect(owned).toHaveLength(writes.length)
  })

  test('a bad key is refused, however good the cookie', async () => {
    const cookie = cookieOf(tokenOf(ada)).headers
    for (const authorization of ['Bearer plk_nothing', 'Bearer', 'Basic YTpi', '']) {
      await expectRefused({ headers: { authorization, ...cookie } }, ways)
    }
  })

  test('a good key is enough, however bad the cookie', async () => {
    const sent = { headers: { ...bearer(key).headers, ...cookieOf('nothing').headers } }
    for (const way of reads) expect(isDone(await way.request(plinth, sent)), way.name).toBe(true)
  })
})

test('a cookie is nothing to MCP, not even the right one from our own page', async () => {
  for (const way of ways.filter(({ surface }) => surface === 'mcp')) {
    const answer = await way.request(plinth, cookieOf(tokenOf(ada)))
    expect([answer.status, answer.json.code], way.name).toEqual([401, 'UNAUTHENTICATED'])
  }
  expect(await tasksOfAda()).toEqual([])
})
