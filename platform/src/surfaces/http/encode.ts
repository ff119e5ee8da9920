import type { FastifyReply } from 'fastify'
import type { Answer } from '../../operation/call.ts'
import type { AnyOperation } from '../../operation/define.ts'
import type { Road } from '../road.ts'
import type { SessionCookie } from './cookie.ts'
import { limitHeaders } from './limit-headers.ts'
import { encodeProblem } from './problems.ts'

/** Where all operations are. A breaking change would get /api/v2 beside it. */
export const apiPrefix = '/api/v1'

/** Puts an answer into the reply and gives back the body to send. */
export type Encode = (reply: FastifyReply, answer: Answer) => string

export function createEncode(road: Road, cookie: SessionCookie, operation: AnyOperation): Encode {
  return (reply, answer) => {
    if (!answer.ok) return encodeProblem(road, reply, answer.error, answer.limit)
    const { output, limit, session } = answer
    reply.header('content-type', 'application/json; charset=utf-8')
    if (limit) reply.headers(limitHeaders(limit))
    if (answer.replayed) reply.header('idempotency-replayed', 'true')
    if (session) reply.header('set-cookie', cookie.write(session))
    if (operation.created) {
      reply.code(201)
      reply.header('location', apiPrefix + operation.created(output))
    }
    const { version } = output as { readonly version?: unknown }
    if (Number.isInteger(version)) reply.header('etag', `"${version}"`)
    return JSON.stringify(output)
  }
}
