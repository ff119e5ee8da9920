import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Besieged } from './outage-plinth.ts'

export const kinds = [
  'list',
  'get',
  'create',
  'create without key',
  'sign in',
  'tool list',
  'tool create',
  'tools/list',
  'health',
  'ready',
  'stranger',
] as const

export type Kind = (typeof kinds)[number]

/** One call and what came of it. */
export interface Answered {
  readonly kind: Kind
  /** In milliseconds of `performance.now()`. */
  readonly startedAt: number
  readonly milliseconds: number
  /** 0 when the connection ended without an answer. */
  readonly status: number
  /** The code of a refusal, on whichever surface. */
  readonly code: string | undefined
  readonly headers: Readonly<Record<string, string>>
  /** The body; or what the connection's end said. */
  readonly text: string
  readonly body: Body
}

/** A create, and all answers that it got. A key is sent with each repetition. */
export interface Create {
  readonly title: string
  readonly key: string | undefined
  readonly surface: 'http' | 'mcp'
  readonly answers: Answered[]
}

export interface Load {
  /** The id of a task that is there from the beginning. */
  readonly firstId: string
  readonly answers: readonly Answered[]
  readonly creates: readonly Create[]
  /** Makes one more attempt of a create. */
  repeat(create: Create): Promise<Answered>
  /** Resolves when the last call has been answered. */
  stop(): Promise<void>
}

type Body = Readonly<Record<string, unknown>>

interface Request {
  readonly kind: Kind
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly json?: object
}

/** Longer than any call may take: whoever meets this was not answered. */
const patienceMilliseconds = 120_000

async function ask(url: string, { kind, path, headers = {}, json }: Request): Promise<Answered> {
  const startedAt = performance.now()
  const since = () => performance.now() - startedAt
  try {
    const response = await fetch(url + path, {
      method: json ? 'POST' : 'GET',
      headers: { ...(json ? { 'content-type': 'application/json' } : {}), ...headers },
      signal: AbortSignal.timeout(patienceMilliseconds),
      ...(json ? { body: JSON.stringify(json) } : {}),
    })
    const text = await response.text()
    const milliseconds = since()
    const body = await read(text)
    const { status } = response
    const received = Object.fromEntries(response.headers)
    return {
      kind,
      startedAt,
      milliseconds,
      status,
      code: codeOf(body),
      headers: received,
      text,
      body,
    }
  } catch (error) {
    const text = String(error instanceof Error ? (error.cause ?? error) : error)
    const milliseconds = since()
    return {
      kind,
      startedAt,
      milliseconds,
      status: 0,
      code: undefined,
      headers: {},
      text,
      body: {},
    }
  }
}

async function read(text: string): Promise<Body> {
  const value: unknown = await new Response(text).json().catch(() => undefined)
  return typeof value === 'object' && value !== null ? (value as Body) : {}
}

/** A problem's code; for a tool that failed the one in its result. */
function codeOf(body: Body): string | undefined {
  const problem = (body.result as ToolResult | undefined)?._meta?.['plinth/problem'] ?? body
  return typeof problem.code === 'string' ? problem.code : undefined
}

export interface ToolResult {
  readonly isError?: boolean
  readonly structuredContent?: Body
  readonly content?: readonly { readonly text: string }[]
  readonly tools?: readonly unknown[]
  readonly _meta?: Readonly<Record<string, Body>>
}

/** The calls of the load's clients. */
function callsOf({ url, person }: Besieged, note: (answer: Answered) => void) {
  const asking = async (request: Request) => {
    const answer = await ask(url, request)
    note(answer)
    return answer
  }
  const bearer = { authorization: `Bearer ${person.key}` }
  const session = { cookie: person.cookie, origin: url }
  const send = (
    kind: Kind,
    how: { readonly headers: Readonly<Record<string, string>>; readonly message: object },
  ) =>
    asking({
      kind,
      path: '/mcp',
      headers: { ...bearer, accept: 'application/json, text/event-stream', ...how.headers },
      json: { jsonrpc: '2.0', id: 7, ...how.message },
    })
  /** Over the earlier revision of the protocol or the later one, which says everything twice. */
  const callTool = (kind: Kind, name: string, given: object) => {
    const params = { name, arguments: given }
    if (Math.random() < 0.5) {
      const headers = { 'mcp-protocol-version': '2025-11-25' }
      return send(kind, { headers, message: { method: 'tools/call', params } })
    }
    const version = '2026-07-28'
    const _meta = {
      'io.modelcontextprotocol/protocolVersion': version,
      'io.modelcontextprotocol/clientInfo': { name: 'load', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': {},
    }
    return send(kind, {
      headers: { 'mcp-protocol-version': version, 'mcp-method': 'tools/call', 'mcp-name': name },
      message: { method: 'tools/call', params: { ...params, _meta } },
    })
  }
  const listTools = () =>
    send('tools/list', {
      headers: { 'mcp-protocol-version': '2025-11-25' },
      message: { method: 'tools/list', params: {} },
    })
  return {
    list: () => asking({ kind: 'list', path: '/api/v1/tasks?limit=20', headers: bearer }),
    get: (id: string) => asking({ kind: 'get', path: `/api/v1/tasks/${id}`, headers: session }),
    create: ({ title, key, surface }: Create) =>
      surface === 'mcp'
        ? callTool('tool create', 'tasks_add_task', { title, idempotencyKey: key })
        : asking({
            kind: key ? 'create' : 'create without key',
            path: '/api/v1/tasks',
            // A key belongs to person and client, so whoever repeats must be the same client.
            headers: key ? { ...session, 'idempotency-key': key } : bearer,
            json: { title },
          }),
    signIn: () =>
      asking({
        kind: 'sign in',
        path: '/api/v1/auth/sign_in',
        headers: { origin: url },
        json: { email: person.email, password: person.password },
      }),
    toolList: () => callTool('tool list', 'tasks_list_tasks', {}),
    tools: listTools,
    health: () => asking({ kind: 'health', path: '/health' }),
    ready: () => asking({ kind: 'ready', path: '/ready' }),
    stranger: () => asking({ kind: 'stranger', path: '/api/v1/tasks' }),
  }
}

/** Between two calls of one client; nobody waits for it to pass. */
const thinkMilliseconds = 500
const signInMilliseconds = 1_500

/** Some twenty clients that call, wait a moment and call again, until they are stopped. */
export async function startLoad(besieged: Besieged): Promise<Load> {
  const answers: Answered[] = []
  const calls = callsOf(besieged, (answer) => answers.push(answer))
  const creates: Create[] = []
  let isStopping = false

  const repeat = async (create: Create) => {
    const answer = await calls.create(create)
    create.answers.push(answer)
    return answer
  }
  // Several loads, one after another, may write into one database.
  const mark = randomUUID().slice(0, 8)
  const add = (
    name: string,
    how: { readonly isKeyed: boolean; readonly surface: 'http' | 'mcp' },
  ) => {
    const key = how.isKeyed ? randomUUID() : undefined
    const create = { title: `${mark} ${name}`, key, surface: how.surface, answers: [] }
    creates.push(create)
    return repeat(create)
  }
  const first = await add('first', { isKeyed: true, surface: 'http' })
  const firstId = String(first.body.id)
  const client = async (
    call: (round: number) => Promise<Answered>,
    milliseconds = thinkMilliseconds,
  ) => {
    for (let round = 0; !isStopping; round++) {
      await call(round)
      await pause(milliseconds * (0.5 + Math.random()))
    }
  }
  const times = (count: number, start: (at: number) => Promise<void>) =>
    Array.from({ length: count }, (_, at) => start(at))
  const http = 'http' as const
  const clients = [
    ...times(5, (at) => client((n) => add(`keyed ${at}.${n}`, { isKeyed: true, surface: http }))),
    ...times(3, (at) => client((n) => add(`bare ${at}.${n}`, { isKeyed: false, surface: http }))),
    ...times(2, (at) => client((n) => add(`tool ${at}.${n}`, { isKeyed: true, surface: 'mcp' }))),
    ...times(3, () => client(calls.list)),
    ...times(2, () => client(() => calls.get(firstId))),
    client(calls.toolList),
    client(calls.tools),
    client(calls.signIn, signInMilliseconds),
    client(calls.stranger),
    client(calls.health),
    client(calls.ready),
  ]
  return {
    firstId,
    answers,
    creates,
    repeat,
    async stop() {
      isStopping = true
      await Promise.all(clients)
    },
  }
}
