import type { FastifyReply } from 'fastify'

/**
 * Aborted when the client is gone before its answer; it may be gone already. Fastify's
 * `request.signal` is not that: it follows the request's stream, which closes as soon as the body
 * has been read.
 */
export function goneSignal({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController()
  if (raw.destroyed && !raw.writableFinished) gone.abort()
  raw.once('close', () => {
    if (!raw.writableFinished) gone.abort()
  })
  return gone.signal
}
