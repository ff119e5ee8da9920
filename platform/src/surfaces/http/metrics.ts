import type { FastifyInstance, FastifyRequest } from 'fastify'
import { isSameSecret } from '../../identity/token.ts'
import type { Exposition } from '../../observability/exposition.ts'

export interface MetricsOptions {
  /** What a scraper has to send. */
  readonly token: string
  /** Loaded when it is first asked for, which keeps prom-client out of the time to start. */
  readonly open: () => Promise<Exposition>
}

/** RFC 6750 section 2.1; a scheme's name is case-insensitive (RFC 9110 section 11.1). */
const bearer = /^Bearer +(\S+)$/i

/**
 * `/metrics` for whoever has the token. For everybody else there is no such address: what an
 * installation does and how often is nobody's business. Where no token is set this is not mounted.
 */
export function mountMetrics(app: FastifyInstance, { token, open }: MetricsOptions): void {
  let opened: Promise<Exposition> | undefined
  const mayRead = ({ headers }: FastifyRequest): boolean => {
    const given = bearer.exec(headers.authorization ?? '')?.[1]
    return given !== undefined && isSameSecret(given, token)
  }
  app.get('/metrics', async (request, reply) => {
    if (!mayRead(request)) return reply.callNotFound()
    opened ??= open()
    const { contentType, text } = await opened
    return reply.header('content-type', contentType).send(await text())
  })
}
