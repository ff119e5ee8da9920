import type { TestPlinth } from '@plinth/platform/testing'
import { type RawAnswer, send } from '../../platform/src/surfaces/http/raw-request-for-tests.ts'

/** What a client sends besides the call itself. */
export interface Sent {
  /** Several values of a name are several header lines. */
  readonly headers?: Readonly<Record<string, string | string[]>>
  /** With its question mark. */
  readonly query?: string
  /** Further fields of a body. */
  readonly fields?: Readonly<Record<string, unknown>>
}

export interface Way {
  readonly name: string
  readonly surface: 'http' | 'mcp'
  readonly writes: boolean
  request(plinth: TestPlinth, sent: Sent): Promise<RawAnswer>
}

const title = 'written by whoever got in'
const json = { 'content-type': 'application/json' }

/** By number: the name of this machine may be one address now and another one then. */
export const urlOf = ({ url }: TestPlinth) => url.replace('localhost', '127.0.0.1')

const base = (plinth: TestPlinth) => ({
  host: new URL(urlOf(plinth)).host,
  // A cookie is heard with a write only when the page that sent it is our own.
  origin: urlOf(plinth),
})

function overHttp(plinth: TestPlinth, { headers, query = '', fields }: Sent, writes: boolean) {
  return send(`${urlOf(plinth)}/api/v1/tasks${query}`, {
    method: writes ? 'POST' : 'GET',
    headers: { ...base(plinth), ...(writes ? json : {}), ...headers },
    ...(writes ? { body: JSON.stringify({ title, ...fields }) } : {}),
  })
}

function overMcp(plinth: TestPlinth, { headers, query = '', fields }: Sent, writes: boolean) {
  // The write goes to the endpoint of all apps, the read to that of one.
  const tool = writes
    ? { name: 'tasks_add_task', arguments: { title, ...fields } }
    : { name: 'list_tasks', arguments: {} }
  return send(`${urlOf(plinth)}/mcp${writes ? '' : '/tasks'}${query}`, {
    method: 'POST',
    headers: {
      ...base(plinth),
      ...json,
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2025-11-25',
      ...headers,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: tool }),
  })
}

const way = (surface: Way['surface'], writes: boolean): Way => ({
  name: `a ${writes ? 'write' : 'read'} over ${surface === 'http' ? 'HTTP' : 'MCP'}`,
  surface,
  writes,
  request: (plinth, sent) => (surface === 'http' ? overHttp : overMcp)(plinth, sent, writes),
})

/** The ways in which every credential is tried: a read and a write, on both surfaces. */
export const ways: readonly Way[] = [
  way('http', false),
  way('http', true),
  way('mcp', false),
  way('mcp', true),
]

export const bearer = (token: string): Sent => ({ headers: { authorization: `Bearer ${token}` } })
export const cookieOf = (token: string): Sent => ({
  headers: { cookie: `plinth_session=${token}` },
})

/** Whether an answer is that of a call that was let through and done. */
export function isDone({ status, json: body }: RawAnswer): boolean {
  const result = body.result as { readonly isError?: boolean } | undefined
  return (status === 200 || status === 201) && body.error === undefined && !result?.isError
}

/** What a refusal says, without what is different in every answer. */
export function saidBy({ status, headers, json: body }: RawAnswer) {
  return {
    status,
    problem: { ...body, requestId: undefined },
    challenge: headers['www-authenticate'],
    headers: Object.keys(headers).sort(),
  }
}

/** Where, in the log and in all tables, one of the texts stands: as it is, or as its bytes. */
export async function placesOf(plinth: TestPlinth, texts: readonly string[]): Promise<string[]> {
  const forms = texts.flatMap((text) => [text, Buffer.from(text).toString('hex')])
  const inLog = plinth.logs
    .map((line) => JSON.stringify(line))
    .filter((line) => forms.some((form) => line.includes(form)))
  const tables = await plinth.sql<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname not in ('pg_catalog', 'information_schema')`,
  )
  const inTables: string[] = []
  for (const { name } of tables) {
    const rows = await plinth.sql<{ row: string }>(
      `select t::text as row from ${name} t
       where exists (select from unnest($1::text[]) form where position(form in t::text) > 0)`,
      [forms],
    )
    inTables.push(...rows.map(({ row }) => `${name}: ${row}`))
  }
  return [...inLog, ...inTables]
}
