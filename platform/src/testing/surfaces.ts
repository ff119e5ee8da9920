import { randomBytes } from 'node:crypto'
import { toProblem } from '../errors/problem.ts'
import type { Credential } from '../identity/caller.ts'
import type { AnyOperation } from '../operation/define.ts'
import { routeOf, toolNameOf } from '../operation/registry.ts'
import type { Server } from '../server.ts'

/** The surfaces on which every scenario is run. */
export type TestSurface = 'direct' | 'http' | 'mcp'

/** One answer in one shape, whatever the surface: an output, or a refusal's code. */
export interface TestAnswer {
  readonly output?: unknown
  readonly code?: string
  readonly problem?: Readonly<Record<string, unknown>>
  readonly replayed: boolean
}

interface TestCall {
  readonly operation: AnyOperation
  readonly credential: Credential
  readonly input: Readonly<Record<string, unknown>>
  readonly idempotencyKey?: string | undefined
}

/** Makes a call over a surface as a client of that surface would. */
export function callOver(
  server: Server,
  surface: TestSurface,
  call: TestCall,
): Promise<TestAnswer> {
  if (surface === 'http') return overHttp(server, call)
  if (surface === 'mcp') return overMcp(server, call)
  return direct(server, call)
}

async function direct({ road }: Server, call: TestCall): Promise<TestAnswer> {
  const requestId = `test-${randomBytes(6).toString('hex')}`
  const answer = await road.execute({
    ...call,
    surface: 'direct',
    requestId,
    address: '127.0.0.1',
    signal: new AbortController().signal,
  })
  return answer.ok
    ? { output: answer.output, replayed: answer.replayed }
    : {
        code: answer.error.kind.code,
        problem: toProblem(answer.error, { requestId, publicUrl: road.publicUrl }),
        replayed: false,
      }
}

async function overHttp(
  { localUrl }: Server,
  { operation, credential, input, idempotencyKey }: TestCall,
): Promise<TestAnswer> {
  const { method, path, parameters } = routeOf(operation)
  const rest = Object.entries(input).filter(([name]) => !parameters.includes(name))
  const filled = parameters.reduce(
    (text, name) => text.replace(`{${name}}`, encodeURIComponent(String(input[name]))),
    path,
  )
  const inQuery = method === 'GET' || method === 'DELETE'
  const query = new URLSearchParams(
    rest.flatMap(([name, value]) =>
      value === undefined ? [] : [[name, typeof value === 'string' ? value : String(value)]],
    ),
  )
  const suffix = inQuery && query.size > 0 ? `?${query}` : ''
  const response = await fetch(`${localUrl}/api/v1${filled}${suffix}`, {
    method,
    headers: {
      ...credentialHeaders(credential, localUrl),
      ...(inQuery ? {} : { 'content-type': 'application/json' }),
      ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
    },
    ...(inQuery ? {} : { body: JSON.stringify(Object.fromEntries(rest)) }),
  })
  const body = (await response.json()) as Readonly<Record<string, unknown>>
  const replayed = response.headers.get('idempotency-replayed') === 'true'
  return response.ok
    ? { output: body, replayed }
    : { code: String(body.code), problem: body, replayed }
}

interface ToolAnswer {
  readonly result?: {
    readonly isError?: boolean
    readonly structuredContent?: unknown
    readonly _meta?: Readonly<Record<string, unknown>>
  }
  readonly error?: { readonly message: string }
}

async function overMcp(
  { localUrl }: Server,
  { operation, credential, input, idempotencyKey }: TestCall,
): Promise<TestAnswer> {
  const response = await fetch(`${localUrl}/mcp`, {
    method: 'POST',
    headers: {
      ...credentialHeaders(credential, localUrl),
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2025-11-25',
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: {
        name: toolNameOf(operation),
        arguments: { ...input, ...(idempotencyKey === undefined ? {} : { idempotencyKey }) },
      },
    }),
  })
  const text = await response.text()
  if (!response.ok) {
    const problem = JSON.parse(text) as Readonly<Record<string, unknown>>
    return { code: String(problem.code), problem, replayed: false }
  }
  const json = response.headers.get('content-type')?.includes('event-stream')
    ? (text.match(/^data: (.+)$/m)?.[1] ?? '{}')
    : text
  const { result, error } = JSON.parse(json) as ToolAnswer
  if (error) return { code: error.message, replayed: false }
  const replayed = result?._meta?.['plinth/replayed'] === true
  if (!result?.isError) return { output: result?.structuredContent, replayed }
  const problem = result._meta?.['plinth/problem'] as Readonly<Record<string, unknown>> | undefined
  return { code: String(problem?.code), problem: problem ?? {}, replayed }
}

function credentialHeaders(credential: Credential, origin: string): Record<string, string> {
  if (credential.kind === 'bearer') return { authorization: `Bearer ${credential.token}` }
  if (credential.kind === 'session') return { cookie: `plinth_session=${credential.token}`, origin }
  return {}
}
