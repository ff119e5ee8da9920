import {
  type CallToolRequestParams,
  type CallToolResult,
  ProtocolError,
  ProtocolErrorCode,
  Server,
} from '@modelcontextprotocol/server'
import type { PlinthError } from '../../errors/define.ts'
import { unauthenticated } from '../../errors/platform.ts'
import type { Caller, Credential } from '../../identity/caller.ts'
import type { App } from '../../operation/registry.ts'
import type { Road } from '../road.ts'
import { decodeArguments } from './decode.ts'
import { toolError, toolResult } from './encode.ts'
import type { Catalogue } from './tools.ts'

/** One message to an endpoint, from a caller who is known. */
export interface Exchange {
  readonly credential: Credential
  readonly caller: Caller
  readonly requestId: string
  readonly correlationId: string
  readonly address: string
  /** Aborted when the client is gone. */
  readonly signal: AbortSignal
  /** Says that the credential ceased to be valid while the message was served. */
  credentialRefused(error: PlinthError): void
}

/** What an endpoint serves: all apps, or the one named. */
export interface Served {
  readonly road: Road
  readonly catalogue: Catalogue
  readonly app: App | undefined
}

const listMillisecondsToLive = 300_000
/** No tool has a longer name, so of what is none more need not come back or be logged. */
const toolNameCharactersMax = 64

/**
 * A protocol server for one message: it holds nothing that the next message could see. It offers
 * tools only, and says that their list never changes on its own: it follows the key's scopes.
 */
export function serverFor(served: Served, exchange: Exchange): Server {
  const { road, catalogue, app } = served
  const cache = { ttlMs: listMillisecondsToLive, cacheScope: 'private' } as const
  const server = new Server(
    {
      name: 'plinth',
      title: app === undefined ? 'Plinth' : `Plinth: ${app.title}`,
      version: road.config.version,
    },
    {
      capabilities: { tools: { listChanged: false } },
      instructions: instructionsFor(served),
      cacheHints: { 'tools/list': cache, 'server/discover': cache },
    },
  )
  server.setRequestHandler('tools/list', () => ({ tools: catalogue.visibleTo(exchange.caller) }))
  server.setRequestHandler('tools/call', ({ params }) => callTool(served, exchange, params))
  return server
}

/** What a model reads before its first call. */
function instructionsFor({ road, app }: Served): string {
  const about =
    app === undefined
      ? road.registry.apps.map(({ title, summary }) => `${title}: ${summary}`)
      : [app.summary]
  return [
    ...about,
    'Every call acts as the person whose key this is, and reaches only what is theirs.',
    'Pass numbers as numbers; unknown fields are refused.',
    'Lists come in pages: pass nextCursor as cursor for the next one.',
    'To retry a write safely, send the same idempotencyKey again.',
    'A refusal says after "Next:" what to do about it.',
  ].join('\n')
}

async function callTool(
  { road, catalogue }: Served,
  exchange: Exchange,
  { name, arguments: given = {} }: CallToolRequestParams,
): Promise<CallToolResult> {
  const { credential, requestId, correlationId, address, signal, caller } = exchange
  const operation = catalogue.find(name, caller)
  if (!operation) {
    const tool = name.slice(0, toolNameCharactersMax).toWellFormed()
    road.log.info(
      {
        request_id: requestId,
        user_id: caller.personId,
        actor: `${caller.actor.kind}:${caller.actor.id}`,
        action: 'mcp.unknown_tool',
        tool,
        surface: 'mcp',
        status: 404,
      },
      'call refused',
    )
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, `Unknown tool: ${tool}`)
  }
  const answer = await road.execute({
    surface: 'mcp',
    operation,
    ...decodeArguments(operation, given),
    credential,
    requestId,
    correlationId,
    address,
    signal,
  })
  if (answer.ok) return toolResult(answer)
  if (answer.error.kind.code === unauthenticated.code) exchange.credentialRefused(answer.error)
  return toolError(road, answer.error, requestId)
}
