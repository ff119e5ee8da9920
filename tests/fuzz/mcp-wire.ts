import type { JsonSchema } from '../../platform/src/schema/json-schema.ts'
import { revisions } from '../mcp/not-applicable.ts'
import { exchangeInTime, type WireAnswer, type WireRequest } from './wire.ts'

export { revisions }
export type Revision = (typeof revisions)[number]

interface Message {
  readonly revision: Revision
  readonly method: string
  readonly params: Readonly<Record<string, unknown>>
  readonly id?: unknown
}

/** A message as a client of a revision sends it; the later one says who it is with each. */
export function messageOf({ revision, method, params, id = 1 }: Message): WireRequest {
  const isEarlier = revision === '2025-11-25'
  const envelope = {
    'io.modelcontextprotocol/protocolVersion': revision,
    'io.modelcontextprotocol/clientInfo': { name: 'fuzz', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': {},
  }
  const isHeader = typeof params.name === 'string' && /^[!-~]+$/.test(params.name)
  const name = isHeader ? { 'mcp-name': String(params.name) } : {}
  return {
    method: 'POST',
    path: '/mcp',
    headers: {
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
      'mcp-protocol-version': revision,
      ...(isEarlier ? {} : { 'mcp-method': method, ...name }),
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id,
      method,
      params: isEarlier ? params : { ...params, _meta: envelope },
    }),
  }
}

export interface ToolResult {
  readonly content: readonly { readonly type: string; readonly text: string }[]
  readonly structuredContent?: object
  readonly isError?: boolean
  readonly _meta?: Readonly<Record<string, unknown>>
}

/** An answer as JSON-RPC has them, or the problem document of HTTP where it came to no message. */
export interface McpAnswer extends WireAnswer {
  readonly result?: ToolResult & { readonly tools?: readonly ToolDescription[] }
  readonly error?: { readonly code: number; readonly message: string }
  readonly problem?: Readonly<Record<string, unknown>>
}

export interface ToolDescription {
  readonly name: string
  readonly inputSchema: JsonSchema
  readonly outputSchema: JsonSchema
}

/**
 * JSON-RPC's word for a mistake of the server. The library has it also for params that are none of
 * the method's; then the message is the list of what is wrong with them.
 */
export function isInternal({ error }: McpAnswer): boolean {
  return (
    error?.code === -32603 && !/^\[\s*\{[\s\S]*"path": \[\s*"(?:params|method)"/.test(error.message)
  )
}

/** Sends a message and reads its answer. Throws when it is neither of the two. */
export async function sendMessage(url: string, wire: WireRequest): Promise<McpAnswer> {
  const answer = await exchangeInTime(url, wire)
  // A notification is taken without an answer.
  if (answer.status === 202 && answer.text === '') return answer
  const body = JSON.parse(answer.text) as Readonly<Record<string, unknown>>
  if (answer.headers['content-type']?.startsWith('application/problem+json')) {
    return { ...answer, problem: body }
  }
  const isMessage = body.jsonrpc === '2.0' && 'id' in body && 'result' in body !== 'error' in body
  if (!isMessage) throw new Error(`This is no answer of JSON-RPC: ${answer.text}`)
  return { ...answer, ...(body as Pick<McpAnswer, 'result' | 'error'>) }
}
