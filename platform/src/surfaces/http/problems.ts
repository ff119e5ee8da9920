import type { FastifyReply, FastifyRequest } from 'fastify'
import { PlinthError } from '../../errors/define.ts'
import {
  badRequest,
  insufficientScope,
  internal,
  invalidJson,
  payloadTooLarge,
  unauthenticated,
  unsupportedMediaType,
  uriTooLong,
} from '../../errors/platform.ts'
import { retryAfterOf, toProblem } from '../../errors/problem.ts'
import type { LimitState } from '../../limits/limiter.ts'
import type { Road } from '../road.ts'
import { limitHeaders } from './limit-headers.ts'

export const problemType = 'application/problem+json; charset=utf-8'
export const bodyBytesMax = 1_048_576
/** How much of a body that is refused already is read and thrown away before the line is cut. */
const drainedBytesMax = 16 * bodyBytesMax
const pathCharactersLogged = 200

/** Puts a refusal into the reply and gives back the body to send. */
export function encodeProblem(
  road: Road,
  reply: FastifyReply,
  error: PlinthError,
  limit?: LimitState | undefined,
): string {
  const { request } = reply
  reply.code(error.kind.status)
  reply.header('content-type', problemType)
  if (limit) reply.headers(limitHeaders(limit))
  const retryAfter = retryAfterOf(error)
  if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter))
  const challenge = challengeOf(error, request)
  if (challenge !== undefined) reply.header('www-authenticate', challenge)
  return JSON.stringify(toProblem(error, { requestId: request.id, publicUrl: road.publicUrl }))
}

/**
 * RFC 9110 section 15.5.2: every 401 has one. RFC 6750 section 3: `error` is left out when no
 * credential was given at all; a wrong password is none of this scheme.
 */
function challengeOf({ kind, details }: PlinthError, { headers }: FastifyRequest) {
  if (kind.status === unauthenticated.status) {
    const isGiven =
      kind.code === unauthenticated.code &&
      (headers.authorization !== undefined || headers.cookie?.includes('plinth_session=') === true)
    return `Bearer realm="plinth"${isGiven ? ', error="invalid_token"' : ''}`
  }
  if (kind.code !== insufficientScope.code) return undefined
  const scope = details.extra?.scope
  const named = typeof scope === 'string' ? `, scope="${scope}"` : ''
  return `Bearer realm="plinth", error="insufficient_scope"${named}`
}

/** Refuses a request that no call came of: one line in the log, and the problem document. */
export function refuse(
  road: Road,
  reply: FastifyReply,
  error: PlinthError,
  limit?: LimitState,
): FastifyReply {
  const { request } = reply
  road.refused({
    address: request.address,
    code: error.kind.code,
    requestId: request.id,
    path: pathOf(request).slice(0, pathCharactersLogged),
  })
  return reply.send(encodeProblem(road, reply, error, limit))
}

/** The path alone: what stands behind it may be what should not stand in a log. */
export function pathOf(request: FastifyRequest): string {
  const { url } = request
  const end = url.search(/[?#]/)
  return end < 0 ? url : url.slice(0, end)
}

/** Whatever was thrown on the way to an answer, as a problem document. It never tells a stack. */
export function createErrorHandler(road: Road) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const refusal = error instanceof PlinthError ? error : toRefusal(error)
    finishReading(request, reply)
    if (refusal.kind.status >= 500) {
      road.log.error({ request_id: request.id, err: refusal.details.cause ?? error }, 'http failed')
      return reply.send(encodeProblem(road, reply, refusal))
    }
    return refuse(road, reply, refusal)
  }
}

const byFastifyCode: Readonly<Record<string, () => PlinthError>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: () => payloadTooLarge({ extra: { maxBytes: bodyBytesMax } }),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: unsupportedMediaType,
  FST_ERR_CTP_INVALID_JSON_BODY: invalidJson,
  FST_ERR_MAX_PARAM_LENGTH: () => uriTooLong({ detail: 'A part of the path is too long.' }),
  FST_ERR_BAD_URL: () =>
    badRequest({ detail: 'The path has a percent sign that encodes nothing.' }),
}

function toRefusal(error: unknown): PlinthError {
  const { code, statusCode } = error as { readonly code?: string; readonly statusCode?: number }
  const known = byFastifyCode[code ?? '']
  if (known) return known()
  const isClients = statusCode !== undefined && statusCode >= 400 && statusCode < 500
  return isClients ? badRequest({ cause: error }) : internal({ cause: error })
}

/**
 * A client that is still sending would see its connection reset, not our answer, if it were closed
 * now. So the rest is read and thrown away; the server's time limit for a request and this bound on
 * its bytes end that.
 */
function finishReading({ raw }: FastifyRequest, reply: FastifyReply): void {
  const isCutByFastify = reply.hasHeader('connection') && !reply.raw.hasHeader('connection')
  if (isCutByFastify) reply.removeHeader('connection')
  if (raw.complete) return
  let drained = 0
  raw.on('data', (chunk: Buffer) => {
    drained += chunk.length
    if (drained > drainedBytesMax) raw.destroy()
  })
}
