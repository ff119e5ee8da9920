import {
  createMcpHandler,
  isLegacyRequest,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server'
import { type Exchange, type Served, serverFor } from './server.ts'

/** One MCP endpoint. It serves both revisions, and keeps nothing between two messages. */
export interface Endpoint {
  /** Answers one POST. `body` is its JSON, parsed. */
  answer(request: Request, body: unknown, exchange: Exchange): Promise<Response>
  close(): Promise<void>
}

/**
 * Revision 2026-07-28 goes to the library's own handler. Earlier clients (2025-11-25 and before,
 * which begin with `initialize`) get the same server over the earlier transport, made to answer in
 * JSON: nothing is streamed here, so an event stream would only cost both sides.
 */
export function createEndpoint(served: Served): Endpoint {
  const exchanges = new WeakMap<Request, Exchange>()
  const modern = createMcpHandler(
    ({ requestInfo }) => {
      const exchange = requestInfo && exchanges.get(requestInfo)
      if (!exchange)
        throw new Error('The MCP library made a server for a request it was not given.')
      return serverFor(served, exchange)
    },
    {
      legacy: 'reject',
      onerror: (error) => served.road.log.info({ err: error }, 'MCP message refused'),
    },
  )
  return {
    async answer(request, body, exchange) {
      exchanges.set(request, exchange)
      // Batches, which only long gone revisions had, are refused by the strict handler: one request
      // is one message, so that limits and log lines count what they seem to count.
      const isEarlier = !Array.isArray(body) && (await isLegacyRequest(request, body))
      return isEarlier
        ? answerEarlier(served, request, body, exchange)
        : modern.fetch(request, { parsedBody: body })
    },
    close: () => modern.close(),
  }
}

async function answerEarlier(
  served: Served,
  request: Request,
  body: unknown,
  exchange: Exchange,
): Promise<Response> {
  const server = serverFor(served, exchange)
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true })
  await server.connect(transport)
  try {
    return await transport.handleRequest(request, { parsedBody: body })
  } finally {
    await server.close()
  }
}
