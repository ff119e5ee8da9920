import { Agent, type IncomingMessage, request as sendRequest } from 'node:http'
import type { Chance } from './chance.ts'
import { signUp } from './installation.ts'

// A write load that keeps a book: for each request whether it was answered, and how, or was cut. It
// writes only what changes something, so that each committed write must have left its records.

export type Kind = 'add' | 'edit' | 'complete'

export interface Asked {
  /** Its X-Request-Id, which the server keeps with the call. */
  readonly id: string
  readonly personId: string
  readonly kind: Kind
  readonly surface: 'http' | 'mcp'
  readonly key: string | undefined
  /** The title that the task has afterwards, which no other request gives. */
  readonly title: string
  readonly task: KnownTask
}

/** One request and what became of it. */
export interface Sent extends Asked {
  /**
   * `refused`: the connection was not taken. `cut`: it ended without an answer. `torn`: it ended in
   * the middle of one.
   */
  outcome: 'in flight' | 'answered' | 'refused' | 'cut' | 'torn'
  /** The status of the answer, also of one that MCP wraps. */
  status: number | undefined
  answer: Answer | undefined
  /** The answer's Connection header. */
  connection: string | undefined
}

export interface Answer {
  readonly id?: string
  readonly number?: number
  readonly title?: string
  readonly status?: string
  readonly version?: number
  readonly code?: string
}

/** A task as its client knows it: as the last answer showed it. */
export interface KnownTask {
  id: string | undefined
  version: number
  title: string
  status: 'open' | 'done'
}

export interface LoadPerson {
  readonly personId: string
  readonly cookie: string
  readonly apiKey: string
}

/** Signs somebody up who works in a browser and through an agent. */
export async function createLoadPerson(url: string): Promise<LoadPerson> {
  const { cookie, email } = await signUp(url)
  const made = await fetch(`${url}/api/v1/auth/api_keys`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url, cookie },
    body: JSON.stringify({ name: 'agent', scopes: ['tasks:read', 'tasks:write'] }),
  })
  const { key } = (await made.json()) as { key: string }
  return { personId: email, cookie, apiKey: key }
}

/** The load while it runs. A client ends at its first request that is not answered with success. */
export interface Run {
  /** Resolves when this run has had so many successes, or when all clients have ended. */
  succeeded(count: number): Promise<void>
  /** Lets each client end with the request that it is in. */
  stop(): void
  readonly ended: Promise<void>
}

export interface Load {
  /** All requests of all runs, in the order in which they were sent. */
  readonly book: readonly Sent[]
  run(url: string): Run
  /** Sends one request beside the runs, which the book has, too. */
  send(url: string, asked: Asked): Promise<Sent>
}

export const isSuccess = ({ status }: Sent): boolean => status === 200 || status === 201

export function createLoad(parts: {
  readonly people: readonly LoadPerson[]
  readonly clients: number
  readonly chance: Chance
}): Load {
  const book: Sent[] = []
  const { people, chance } = parts
  const clients = Array.from({ length: parts.clients }, (_, at) => {
    const person = people[at % people.length]
    if (!person) throw new Error('A load needs people.')
    // Every third client is an agent.
    return { at, person, surface: at % 3 === 2 ? 'mcp' : 'http', tasks: [] as KnownTask[] } as const
  })
  const post = async (url: string, sent: Sent, agent: Agent): Promise<Sent> => {
    const person = people.find(({ personId }) => personId === sent.personId)
    if (!person) throw new Error('Nobody sends that.')
    book.push(sent)
    await send({ url, sent, person, agent })
    return sent
  }
  return {
    book,
    run(url) {
      let isStopped = false
      let successes = 0
      const waiting: { count: number; resolve: () => void }[] = []
      const loop = async (client: (typeof clients)[number]) => {
        const agent = new Agent({ keepAlive: true, maxSockets: 1 })
        try {
          while (!isStopped) {
            const sent = await post(url, nextOf({ ...client, chance, number: book.length }), agent)
            if (!isSuccess(sent)) return
            learn(sent)
            if (sent.kind === 'add') client.tasks.push(sent.task)
            successes += 1
            for (const { count, resolve } of waiting) if (successes >= count) resolve()
          }
        } finally {
          agent.destroy()
        }
      }
      const ended = Promise.all(clients.map(loop)).then(() => {})
      return {
        ended,
        stop() {
          isStopped = true
        },
        succeeded: (count) =>
          Promise.race([ended, new Promise<void>((resolve) => waiting.push({ count, resolve }))]),
      }
    },
    async send(url, { id, personId, kind, surface, key, title, task }) {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 })
      const asked = { id, personId, kind, surface, key, title, task }
      return post(url, { ...asked, ...unanswered }, agent).finally(() => agent.destroy())
    },
  }
}

const unanswered = {
  outcome: 'in flight',
  status: undefined,
  answer: undefined,
  connection: undefined,
} as const

interface Next {
  readonly at: number
  readonly person: LoadPerson
  readonly surface: Sent['surface']
  readonly tasks: readonly KnownTask[]
  readonly chance: Chance
  readonly number: number
}

const kinds: readonly Kind[] = ['add', 'add', 'edit', 'edit', 'complete']

/** What a client does next: adds a task, or changes one of its own. */
function nextOf({ at, person, surface, tasks, chance, number }: Next): Sent {
  const id = `client-${at}-request-${number}-${chance.seed}`
  const open = tasks.filter(({ status }) => status === 'open')
  const kind = open.length === 0 ? 'add' : chance.pick(kinds)
  const key = chance.below(2) === 0 ? `key of ${id}` : undefined
  const isNew = kind === 'add'
  const task: KnownTask = isNew
    ? { id: undefined, version: 0, title: '', status: 'open' }
    : chance.pick(open)
  const title = kind === 'complete' ? task.title : `${kind} by ${id}`
  return { id, personId: person.personId, kind, surface, key, title, task, ...unanswered }
}

/** Brings what the client knows of its task to what the answer shows. */
export function learn({ task, answer }: Sent): void {
  if (!answer?.id) throw new Error('A success shows the task.')
  task.id = answer.id
  task.version = answer.version ?? 0
  task.title = answer.title ?? ''
  task.status = answer.status === 'done' ? 'done' : 'open'
}

interface Sending {
  readonly url: string
  readonly sent: Sent
  readonly person: LoadPerson
  readonly agent: Agent
}

function send({ url, sent, person, agent }: Sending): Promise<void> {
  const { method, path, headers, body } = sent.surface === 'mcp' ? asTool(sent) : asRequest(sent)
  const credential =
    sent.surface === 'mcp'
      ? { authorization: `Bearer ${person.apiKey}` }
      : { cookie: person.cookie, origin: url }
  return new Promise((resolve) => {
    const fail = (error: NodeJS.ErrnoException) => {
      if (sent.outcome === 'in flight') {
        sent.outcome = error.code === 'ECONNREFUSED' ? 'refused' : 'cut'
      }
      resolve()
    }
    const outgoing = sendRequest(`${url}${path}`, {
      method,
      agent,
      headers: {
        ...headers,
        ...credential,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'x-request-id': sent.id,
      },
    })
    outgoing.on('error', fail)
    outgoing.on('response', (incoming) => {
      receive(incoming, sent).then(resolve, fail)
    })
    outgoing.end(body)
  })
}

async function receive(incoming: IncomingMessage, sent: Sent): Promise<void> {
  sent.outcome = 'torn'
  let text = ''
  incoming.setEncoding('utf8')
  for await (const part of incoming) text += part
  if (!incoming.complete) return
  sent.outcome = 'answered'
  sent.connection = incoming.headers.connection
  const json = JSON.parse(text) as Answer & { readonly result?: ToolResult }
  if (sent.surface === 'http' || !json.result) {
    sent.status = incoming.statusCode
    sent.answer = json
    return
  }
  const { isError, structuredContent, _meta: meta } = json.result
  const problem = meta?.['plinth/problem']
  sent.status = isError ? (problem?.status ?? 500) : 200
  sent.answer = isError ? { code: problem?.code ?? 'UNKNOWN' } : structuredContent
}

interface ToolResult {
  readonly isError?: boolean
  readonly structuredContent: Answer
  readonly _meta?: {
    readonly 'plinth/problem'?: { readonly status: number; readonly code: string }
  }
}

interface Wire {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

function inputOf({ kind, title, task }: Sent): Readonly<Record<string, unknown>> {
  if (kind === 'add') return { title }
  return kind === 'edit' ? { title, ifVersion: task.version } : { ifVersion: task.version }
}

function asRequest(sent: Sent): Wire {
  const { kind, key, task } = sent
  const path = { add: '', edit: `/${task.id}`, complete: `/${task.id}/complete` }[kind]
  return {
    method: kind === 'edit' ? 'PATCH' : 'POST',
    path: `/api/v1/tasks${path}`,
    headers: key === undefined ? {} : { 'idempotency-key': key },
    body: JSON.stringify(inputOf(sent)),
  }
}

const tools = { add: 'add_task', edit: 'update_task', complete: 'complete_task' } as const

function asTool(sent: Sent): Wire {
  const { kind, key: idempotencyKey, task } = sent
  const given = { ...inputOf(sent), ...(kind === 'add' ? {} : { taskId: task.id }), idempotencyKey }
  return {
    method: 'POST',
    path: '/mcp/tasks',
    headers: {
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2025-11-25',
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: tools[kind], arguments: given },
    }),
  }
}
