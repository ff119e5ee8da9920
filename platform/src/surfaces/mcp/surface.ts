import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { PlinthError } from '../../errors/define.ts'
import { crossSite, unauthenticated } from '../../errors/platform.ts'
import type { Caller, Credential } from '../../identity/caller.ts'
import type { App } from '../../operation/registry.ts'
import { createSessionCookie } from '../http/cookie.ts'
import { credentialOf } from '../http/credential.ts'
import { goneSignal } from '../http/gone-signal.ts'
import { encodeProblem } from '../http/problems.ts'
import type { Road } from '../road.ts'
import { isForeign } from './decode.ts'
import { createEndpoint } from './endpoint.ts'
import { createCatalogue } from './tools.ts'

/**
 * The MCP surface: `/mcp` with the tools of all apps, `/mcp/<app>` with those of one. It takes POST
 * only, for there are no sessions to follow with GET or to end with DELETE. It is registered inside
 * the HTTP surface, which has then checked the host, counted the address and given the request its
 * ids, and which makes problem documents of what is thrown here.
 *
 * Throws at start when an operation cannot be a tool.
 */
export function mountMcp(road: Road): (server: FastifyInstance) => void {
  return (server) => {
    mountEndpoint(server, road, undefined)
    for (const app of road.registry.apps) mountEndpoint(server, road, app)
  }
}

interface Identified {
  readonly caller: Caller
  readonly credential: Credential
}

function mountEndpoint(server: FastifyInstance, road: Road, app: App | undefined): void {
  const path = app === undefined ? '/mcp' : `/mcp/${app.name}`
  const endpoint = createEndpoint({ road, app, catalogue: createCatalogue(road.registry, app) })
  const cookie = createSessionCookie(road.publicUrl)
  const identified = new WeakMap<FastifyRequest, Identified>()

  // Before the body is read: who may not speak here is not listened to either.
  async function admit(request: FastifyRequest): Promise<void> {
    if (isForeign(request, road.publicUrl)) throw crossSite()
    // Cookies are left out: they would come with requests that other sites make a browser send.
    const { authorization } = request.headers
    const credential = credentialOf({ authorization }, cookie)
    const caller = credential.kind === 'none' ? undefined : await road.identify(credential)
    if (!caller) throw unauthenticated()
    identified.set(request, { caller, credential })
  }

  async function serve(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const known = identified.get(request)
    if (!known) throw new Error('An MCP message was served before its caller was known.')
    const signal = goneSignal(reply)
    let refusal: PlinthError | undefined
    const response = await endpoint.answer(
      webRequest(request, { url: road.publicUrl + path, signal }),
      request.body,
      {
        ...known,
        requestId: request.id,
        correlationId: request.correlationId,
        address: request.address,
        signal,
        credentialRefused: (error) => {
          refusal = error
        },
      },
    )
    // The key was revoked in the meantime: clients look at the status for that, not into results.
    if (refusal) return reply.send(encodeProblem(road, reply, refusal))
    return send(reply, response)
  }

  server.post(path, { onRequest: admit }, serve)
  server.addHook('onClose', () => endpoint.close())
}

/** What the protocol reads of a request. The credential and cookies are none of its business. */
function webRequest(
  { headers: given }: FastifyRequest,
  { url, signal }: { readonly url: string; readonly signal: AbortSignal },
): Request {
  const headers = new Headers()
  for (const [name, value] of Object.entries(given)) {
    const isProtocol = name === 'accept' || name === 'content-type' || name.startsWith('mcp-')
    if (isProtocol && value !== undefined) headers.set(name, String(value))
  }
  return new Request(url, { method: 'POST', headers, signal })
}

async function send(reply: FastifyReply, response: Response): Promise<FastifyReply> {
  reply.code(response.status)
  for (const [name, value] of response.headers) reply.header(name, value)
  // All answers are short and whole, so that they go out with their length. A notification's is
  // empty, and has no type either.
  const text = await response.text()
  return reply.send(text === '' ? undefined : text)
}
