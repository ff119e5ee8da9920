import { randomBytes } from 'node:crypto'
import { startTestPlinth, type TestPerson, type TestPlinth } from '@plinth/platform/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apps } from '../../apps/src/all.ts'
import { sendBytes } from '../../platform/src/surfaces/http/raw-request-for-tests.ts'
import {
  bearer,
  cookieOf,
  isDone,
  placesOf,
  type Sent,
  saidBy,
  type Way,
  ways,
} from './credential-requests.ts'

// The story: somebody has a credential that is nearly right: cut, bent, doubled, made up, of another
// installation, or put where it does not belong. They try it for a read and for a write, over HTTP
// and over MCP. Each try ends in the same refusal, from which nothing can be learned about how near
// it was; each is counted once; and nothing is written.

let plinth: TestPlinth
let elsewhere: TestPlinth
let key: string
let token: string
let foreign: { readonly key: string; readonly token: string }
/** How many refusals of each code there were, as this file counts them. */
const refusals = new Map<string, number>()
const refused = (code: string) => refusals.set(code, (refusals.get(code) ?? 0) + 1)
let written = 0

const tokenOf = ({ session }: TestPerson) => (session.kind === 'session' ? session.token : '')

beforeAll(async () => {
  ;[plinth, elsewhere] = await Promise.all([startTestPlinth({ apps }), startTestPlinth({ apps })])
  const ada = await plinth.createPerson('Ada Byron')
  const tom = await elsewhere.createPerson('Tom Unknown')
  key = await ada.key()
  token = tokenOf(ada)
  foreign = { key: await tom.key(), token: tokenOf(tom) }
})
afterAll(async () => {
  await plinth.stop()
  await elsewhere.stop()
})

/** What is said of a well-formed key that nobody ever made: what everything else must equal. */
async function saidOfUnknown(way: Way) {
  refused('UNAUTHENTICATED')
  return saidBy(await way.request(plinth, bearer(`plk_${randomBytes(32).toString('base64url')}`)))
}

/** The last of 43 characters has two bits too many: four texts stand for the same 256 bits. */
function sameBits(text: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return text.slice(0, -1) + alphabet[alphabet.indexOf(text.at(-1)!) ^ 1]
}

const inverted = (text: string) =>
  text.replaceAll(/[a-z]/gi, (letter) =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
  )
const raw = (authorization: string | string[]): Sent => ({ headers: { authorization } })

const wrongKeys: readonly (readonly [string, () => Sent])[] = [
  ['of another installation', () => bearer(foreign.key)],
  ['without its last character', () => bearer(key.slice(0, -1))],
  ['without its first character', () => bearer(key.slice(1))],
  ['without its prefix', () => bearer(key.slice(4))],
  ['with a character more', () => bearer(`${key}A`)],
  ['spelled otherwise for the same bits', () => bearer(sameBits(key))],
  ['in capitals and small letters exchanged', () => bearer(`plk_${inverted(key.slice(4))}`)],
  ['with its prefix in capitals', () => bearer(`PLK_${key.slice(4)}`)],
  ['twice in one', () => bearer(key + key)],
  ['twice with a comma', () => raw(`Bearer ${key}, Bearer ${key}`)],
  ['twice with a blank', () => bearer(`${key} ${key}`)],
  ['in two headers', () => raw([`Bearer ${key}`, `Bearer ${key}`])],
  ['in the second header, after nonsense', () => raw(['Bearer nonsense', `Bearer ${key}`])],
  ['in the first header, before nonsense', () => raw([`Bearer ${key}`, 'Bearer nonsense'])],
  ['in the first header, before an empty one', () => raw([`Bearer ${key}`, ''])],
  ['without its scheme', () => raw(key)],
  ['under Basic', () => raw(`Basic ${key}`)],
  ['as the password of Basic', () => raw(`Basic ${btoa(`ada:${key}`)}`)],
  ['as the user of Basic', () => raw(`Basic ${btoa(`${key}:`)}`)],
  ['under Token', () => raw(`Token ${key}`)],
  ['after a scheme and an equals sign', () => raw(`Bearer=${key}`)],
  ['after a colon', () => raw(`Bearer: ${key}`)],
  ['as a parameter', () => raw(`Bearer token="${key}"`)],
  ['after a tab', () => raw(`Bearer\t${key}`)],
  ['after a blank that does not break', () => raw(`Bearer\u00a0${key}`)],
  ['before a blank that does not break', () => bearer(`${key}\u00a0`)],
  ['with a blank inside', () => bearer(`${key.slice(0, 20)} ${key.slice(20)}`)],
  ['in quotes', () => bearer(`"${key}"`)],
  ['with a percent sign', () => bearer(key.replace('_', '%5F'))],
  ['with a letter that is not ASCII', () => bearer(`${key.slice(0, -1)}é`)],
  ['with its bytes in UTF-8', () => bearer(Buffer.from(`${key}ключ`).toString('latin1'))],
  ['before fifteen thousand characters', () => bearer(key + 'A'.repeat(15_000))],
  ['that is a session', () => bearer(token)],
  ['that is nothing', () => raw('Bearer')],
  ['that is an empty header', () => raw('')],
  ['that is what a program says of nothing', () => bearer('undefined')],
  ['with SQL in it', () => bearer(`plk_' or '1'='1' --${'x'.repeat(24)}`)],
]

const wrongSessions: readonly (readonly [string, () => Sent])[] = [
  ['of another installation', () => cookieOf(foreign.token)],
  ['without its last character', () => cookieOf(token.slice(0, -1))],
  ['with a character more', () => cookieOf(`${token}A`)],
  ['spelled otherwise for the same bits', () => cookieOf(sameBits(token))],
  ['in capitals and small letters exchanged', () => cookieOf(inverted(token))],
  ['twice in one', () => cookieOf(token + token)],
  ['in quotes', () => cookieOf(`"${token}"`)],
  ['with a letter that is not ASCII', () => cookieOf(`${token.slice(0, -1)}é`)],
  ['after ten thousand characters', () => cookieOf('A'.repeat(10_000) + token)],
  ['that is a key', () => cookieOf(key)],
  ['after a wrong one of the same name', () => cookieOf(`wrong; plinth_session=${token}`)],
]

describe.for(ways.map((way) => [way.name, way] as const))('%s', ([, way]) => {
  test.for(wrongKeys)('is refused to a key %s, as to one that nobody made', async ([, sent]) => {
    const answer = await way.request(plinth, sent())
    refused('UNAUTHENTICATED')
    expect(saidBy(answer)).toEqual(await saidOfUnknown(way))
    expect([answer.status, answer.json.code]).toEqual([401, 'UNAUTHENTICATED'])
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="plinth", error="invalid_token"')
  })

  test.for(wrongSessions)('is refused to a session %s', async ([, sent]) => {
    const answer = await way.request(plinth, sent())
    refused('UNAUTHENTICATED')
    expect(saidBy(answer)).toEqual(await saidOfUnknown(way))
  })

  test.for<[string, () => Sent]>([
    ['nowhere', () => ({})],
    ['in the body', () => ({ fields: { api_key: key, access_token: key } })],
    ['in X-Api-Key', () => ({ headers: { 'x-api-key': key } })],
    ['in Proxy-Authorization', () => ({ headers: { 'proxy-authorization': `Bearer ${key}` } })],
    ['in X-Authorization', () => ({ headers: { 'x-authorization': `Bearer ${key}` } })],
    ['in a cookie of another name', () => ({ headers: { cookie: `plinth_key=${key}` } })],
    [
      'in the name of a session in capitals',
      () => ({ headers: { cookie: `Plinth_Session=${token}` } }),
    ],
  ])('is refused to a credential %s, and told where it belongs', async ([, sent]) => {
    const answer = await way.request(plinth, sent())
    refused('UNAUTHENTICATED')
    expect([answer.status, answer.json.code]).toEqual([401, 'UNAUTHENTICATED'])
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="plinth"')
    expect(answer.json.nextStep).toContain('Authorization: Bearer plk_…')
    expect(answer.text).not.toContain(key)
  })

  test.for(['api_key', 'access_token', 'authorization', 'key'])(
    'is refused to a key in the address as %s',
    async (name) => {
      const answer = await way.request(plinth, { query: `?${name}=${key}` })
      // That the address holds a field too many is said only to those who are known.
      expect([answer.status, answer.json.code]).toEqual([401, 'UNAUTHENTICATED'])
      expect(answer.headers['www-authenticate']).toBe('Bearer realm="plinth"')
      expect(answer.text).not.toContain(key)
      refused('UNAUTHENTICATED')
    },
  )

  test.for<[string, string, number, string]>([
    ['with a NUL', '\u0000', 400, 'BAD_REQUEST'],
    ['with a line feed', '\n x', 400, 'BAD_REQUEST'],
    ['of seventeen thousand characters', 'A'.repeat(17_000), 431, 'HEADERS_TOO_LARGE'],
  ])('is no request at all with a key %s', async ([, end, status, code]) => {
    const path = way.surface === 'http' ? '/api/v1/tasks' : '/mcp'
    const text = await sendBytes(
      plinth.url,
      `${way.writes ? 'POST' : 'GET'} ${path} HTTP/1.1\r\nHost: localhost\r\n` +
        `Authorization: Bearer ${key}${end}\r\nConnection: close\r\n\r\n`,
    )
    expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(text).toContain(`"code":"${code}"`)
    expect(text).not.toContain(key)
    refused(code)
  })

  test.for<[string, () => Sent]>([
    ['as it was made', () => bearer(key)],
    ['after a scheme in small letters', () => raw(`bearer ${key}`)],
    ['after a scheme in capitals', () => raw(`BEARER ${key}`)],
    ['after several blanks', () => raw(`  Bearer   ${key}  `)],
  ])('is done for the right key %s', async ([, sent]) => {
    expect(isDone(await way.request(plinth, sent()))).toBe(true)
    if (way.writes) written++
  })
})

// Last, because what was counted is written when the server stops.
describe('of all this', () => {
  beforeAll(() => plinth.server.close())

  test('each refusal was counted once', async () => {
    const rows = await plinth.sql<{ code: string; count: number }>(
      `select code, sum(count)::int as count from platform.refusal group by code`,
    )
    expect(new Map(rows.map(({ code, count }) => [code, count]))).toEqual(refusals)
  })

  test('nothing was written but by the right key, and nobody else has a call', async () => {
    const [tasks] = await plinth.sql('select count(*)::int from tasks.task')
    expect(tasks).toEqual({ count: written })
    const calls = await plinth.sql(
      `select outcome, surface, count(*)::int from platform.call
       where operation like 'tasks.%' group by 1, 2 order by 1, 2`,
    )
    expect(calls).toEqual(
      ['http', 'mcp'].map((surface) => ({ outcome: 'done', surface, count: written / 2 })),
    )
  })

  test('no credential was written down anywhere', async () => {
    const secrets = [key, token, foreign.key, foreign.token]
    // Without their ends, so that those that were cut are found, too; how a key begins is no secret.
    expect(
      await placesOf(
        plinth,
        secrets.map((secret) => secret.slice(12, -1)),
      ),
    ).toEqual([])
    expect((await placesOf(plinth, ['Ada Byron', 'tasks.add_task'])).length).toBeGreaterThan(2)
  })
})
