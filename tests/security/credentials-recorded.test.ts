import { randomBytes } from 'node:crypto'
import { startTestPlinth, type TestPerson, type TestPlinth } from '@plinth/platform/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { apps } from '../../apps/src/all.ts'
import {
  post,
  type RawAnswer,
  send,
  sendBytes,
} from '../../platform/src/surfaces/http/raw-request-for-tests.ts'
import { placesOf } from './credential-requests.ts'

// The story: somebody gets the log, or a copy of the database: a backup, a support bundle, a screen
// that was shared. Before that, people and programs used their credentials as people do: well, badly,
// and in all the wrong places. None of them may be in there.

let plinth: TestPlinth
let ada: TestPerson
let key: string
const answers: string[] = []
const secrets: string[] = []

const wrongPassword = 'copper kettle whistle'
const refusedPassword = 'Ada Byron forever'
const newPassword = 'quiet harbour lantern'
const host = () => new URL(plinth.url).host
const api = (path: string) => `${plinth.url}/api/v1${path}`

/** Keeps what was answered; a new cookie and a new key are among the secrets from then on. */
async function keep(asked: Promise<RawAnswer>, status: number): Promise<RawAnswer> {
  const answer = await asked
  expect(answer.status, answer.text).toBe(status)
  for (const cookie of answer.headers['set-cookie'] ?? []) {
    const token = /^plinth_session=([^;]+)/.exec(cookie)?.[1]
    if (token) secrets.push(token)
  }
  if (typeof answer.json.key === 'string') secrets.push(answer.json.key)
  else answers.push(answer.text)
  return answer
}

const own = () => ({ host: host(), origin: plinth.url })
const withKey = (token = key) => ({ host: host(), authorization: `Bearer ${token}` })

beforeAll(async () => {
  plinth = await startTestPlinth({ apps, environment: { LOG_LEVEL: 'trace' } })
  ada = await plinth.createPerson('Ada Byron')
  key = await ada.key()
  secrets.push(key, ada.cookie.split('=')[1]!, ada.password, wrongPassword, refusedPassword)
  secrets.push(newPassword, btoa(`ada:${key}`), plinth.server.setupUrl!.split('#')[1]!)
})
afterAll(() => plinth.stop())

test('passwords and one-time tokens are used, rightly and wrongly', async () => {
  const { email, password } = ada
  const auth = (name: string, body: unknown, status: number) =>
    keep(post(api(`/auth/${name}`), body, own()), status)
  await auth('sign_in', { email, password, as: 'session' }, 200)
  await auth('sign_in', { email, password: wrongPassword, as: 'session' }, 401)
  // In the wrong field, in one that does not exist, as another type.
  await auth('sign_in', { email: password, password, as: 'session' }, 422)
  await auth('sign_in', { email, password, pwd: password, as: password }, 422)
  await auth('sign_in', { email, password: [password], as: 'session' }, 422)
  await auth('sign_in', `{"email":"${email}","password":"${password}"`, 400)
  await auth('sign_in', `email=${email}&password=${password}`, 400)
  const newcomer = { email: 'grace@example.com', name: 'Grace' }
  await auth('sign_up', { ...newcomer, name: 'Ada Byron', password: refusedPassword }, 422)
  await auth('sign_up', { ...newcomer, email, password: newPassword }, 409)
  await auth('sign_up', { ...newcomer, password: newPassword }, 201)
  const token = plinth.server.setupUrl!.split('#')[1]!
  const first = { email: 'tom@example.com', name: 'Tom', password: newPassword }
  await auth('set_up', { ...first, token: `${token}x` }, 403)
  await auth('set_up', { ...first, token }, 201)
  await auth('set_up', { ...first, email: 'other@example.com', token }, 409)
  await keep(send(`${plinth.url}/setup?token=${token}`, { headers: { host: host() } }), 404)
})

test('keys are made, repeated, used and ended', async () => {
  const headers = { ...own(), cookie: ada.cookie, 'idempotency-key': 'make-one' }
  const input = { name: 'phone', scopes: ['tasks:read', 'tasks:write'] }
  const made = await keep(post(api('/auth/api_keys'), input, headers), 201)
  await keep(post(api('/auth/api_keys'), input, headers), 409)
  const token = String(made.json.key)
  await keep(post(api('/tasks'), { title: 'with a key' }, withKey(token)), 201)
  await keep(post(api('/tasks'), { title: '' }, withKey(token)), 422)
  const { id } = made.json
  await keep(
    send(api(`/auth/api_keys/${id}`), {
      method: 'DELETE',
      headers: { ...own(), cookie: ada.cookie },
    }),
    200,
  )
  await keep(post(api('/tasks'), { title: 'too late' }, withKey(token)), 401)
  await keep(send(api('/auth/api_keys'), { headers: { ...own(), cookie: ada.cookie } }), 200)
  await keep(post(api('/auth/sign_out'), {}, { ...own(), cookie: ada.cookie }), 200)
})

test('keys are put where they do not belong', async () => {
  const { port } = new URL(plinth.url)
  for (const name of ['api_key', 'access_token', 'q', 'cursor', key]) {
    await keep(send(api(`/tasks?${name}=${key}`), { headers: { host: host() } }), 401)
  }
  for (const name of ['api_key', 'cursor']) {
    await keep(send(api(`/tasks?${name}=${key}`), { headers: withKey() }), 422)
  }
  await keep(send(api(`/tasks/${key}`), { headers: withKey() }), 422)
  await keep(send(api(`/${key}?x=${key}`), { headers: withKey() }), 404)
  await keep(send(`${plinth.url}/${key}`, { headers: { host: host() } }), 404)
  await keep(send(`${plinth.url}/mcp?access_token=${key}`, { headers: { host: host() } }), 405)
  await keep(send(api('/tasks/%zz'), { headers: withKey() }), 400)
  const basic = `Basic ${btoa(`ada:${key}`)}`
  await keep(send(api('/tasks'), { headers: { ...withKey(), authorization: basic } }), 401)
  await keep(send(api('/tasks'), { headers: { ...withKey(), host: 'evil.example.com' } }), 421)
  await keep(
    send(api('/tasks'), { headers: { host: host(), cookie: `plinth_session=${key}` } }),
    401,
  )
  await keep(
    post(api('/tasks'), { title: 'x', key, authorization: `Bearer ${key}` }, withKey()),
    422,
  )
  await keep(post(api('/tasks'), `{"title": ${key}}`, withKey()), 400)
  answers.push(
    await sendBytes(plinth.url, `${key}\r\n\r\n`),
    await sendBytes(plinth.url, `GET / HTTP/1.1\r\nHost: localhost:${port}\r\n${key}\r\n\r\n`),
  )
})

test('keys are given to agents, who repeat them', async () => {
  const say = (method: string, params: unknown, status: number, headers = withKey()) =>
    keep(
      post(
        `${plinth.url}/mcp`,
        { jsonrpc: '2.0', id: 1, method, params },
        {
          ...headers,
          accept: 'application/json, text/event-stream',
          'mcp-protocol-version': '2025-11-25',
        },
      ),
      status,
    )
  const tool = (name: string, given: unknown) => ({ name, arguments: given })
  await say('tools/call', tool('tasks_list_tasks', {}), 200)
  await say('tools/call', tool('tasks_list_tasks', { api_key: key }), 200)
  await say('tools/call', tool('tasks_get_task', { taskId: key }), 200)
  await say('tools/call', tool('tasks_list_tasks', { q: [key] }), 200)
  await say('tools/list', { _meta: { authorization: `Bearer ${key}` }, cursor: key }, 200)
  await say('tools/call', tool('tasks_list_tasks', {}), 401, withKey(`${key}x`))
  const unknown = post(
    `${plinth.url}/mcp`,
    { jsonrpc: '2.0', id: 1, method: 'tools/call', params: tool(`steal ${key}`, {}) },
    { ...withKey(), accept: 'application/json, text/event-stream' },
  )
  // The protocol repeats the name of an unknown tool to whoever asked for it, and to nobody else.
  expect((await unknown).status).toBeLessThan(500)
})

test('none of them is in the log, in a table or in an answer', async () => {
  await plinth.server.close()
  expect(secrets).toHaveLength(12)
  expect(await placesOf(plinth, secrets)).toEqual([])
  // Of a key its first twelve characters may be shown; no more of it, from wherever it is cut.
  const parts = secrets.filter((one) => /^[\w-]{43,47}$/.test(one)).map((one) => one.slice(12, 36))
  expect(parts).toHaveLength(7)
  expect(await placesOf(plinth, parts)).toEqual([])
  const repeated = answers.filter((text) => parts.some((part) => text.includes(part)))
  expect(repeated).toEqual([])
})

test('what is looked for would be found', async () => {
  const here = randomBytes(32).toString('base64url')
  await plinth.sql("update tasks.task set title = $1 where title = 'with a key'", [here])
  const places = await placesOf(plinth, [here])
  expect(places.some((place) => place.startsWith('tasks.task'))).toBe(true)
  expect((await placesOf(plinth, ['tasks.add_task'])).length).toBeGreaterThan(2)
})
