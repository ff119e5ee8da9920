import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { PlinthError } from '../../errors/define.ts'
import { badRequest, uriTooLong } from '../../errors/platform.ts'
import type { Road } from '../road.ts'
import { createAddressReader } from './address.ts'
import { createCors } from './cors.ts'
import { complaintAboutFraming } from './framing.ts'
import { createHostCheck } from './hosts.ts'
import { securityHeaders } from './security-headers.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The client's address, after trusted proxies. */
    address: string
    /** Ties several requests together; the request's own id when the client gave none. */
    correlationId: string
    /** `performance.now()` when the request was first seen. */
    startedAt: number
  }
}

/** Ids that may stand in a header and a log line without being looked at again. */
const idForm = /^[A-Za-z0-9._-]{1,128}$/
const urlCharactersMax = 8_192

/** The client's X-Request-ID when it is well-formed, else a new one. */
export function requestIdOf(request: IncomingMessage): string {
  return givenId(request.headers['x-request-id']) ?? randomUUID()
}

function givenId(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' && idForm.test(header) ? header : undefined
}

/**
 * What every request meets first, whatever it asks for: its ids, its address, the headers of its
 * answer, and the check of the host. Returns what is wrong with it.
 */
export type Edge = (request: FastifyRequest, reply: FastifyReply) => PlinthError | undefined

export function createEdge(road: Road): Edge {
  const constants = securityHeaders(road.config)
  const addressOf = createAddressReader(road.config.trustedProxies)
  const complaintAboutHost = createHostCheck({
    publicUrl: road.publicUrl,
    allowedHosts: road.config.allowedHosts,
  })
  const cors = createCors(road.config.corsOrigins)
  const hasCors = road.config.corsOrigins.length > 0
  return (request, reply) => {
    const { raw } = request
    request.startedAt = performance.now()
    request.address = addressOf(raw)
    request.correlationId = givenId(raw.headers['x-correlation-id']) ?? request.id
    reply.headers(constants)
    reply.header('x-request-id', request.id)
    reply.header('x-correlation-id', request.correlationId)
    if (hasCors) reply.headers(cors.headersFor(raw.headers.origin))
    const { url = '' } = raw
    if (url.length > urlCharactersMax) return uriTooLong()
    // No client may send it (RFC 9112 section 3.2), and two servers would cut the path differently.
    if (url.includes('#')) return badRequest({ detail: 'An address that is asked for has no "#".' })
    return complaintAboutFraming(raw) ?? complaintAboutHost(raw)
  }
}

/** Seconds since the request was first seen, as X-Process-Time gives them. */
export function processTime(request: FastifyRequest): string {
  return ((performance.now() - request.startedAt) / 1000).toFixed(6)
}

/**
 * Proxies may send the whole address (`GET http://host/path`), which RFC 9112 section 3.2.2 has every
 * server take, with its host in place of the Host header. Whatever else does not begin with a slash
 * gets one, which makes it a path that does not exist.
 */
export function originForm(request: IncomingMessage): string {
  const target = request.url ?? '/'
  if (target.startsWith('/')) return target
  const url = /^https?:\/\//i.test(target) ? URL.parse(target) : null
  if (!url) return `/${target}`
  request.headers.host = url.host
  return url.pathname + url.search
}
