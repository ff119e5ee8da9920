import type { FastifyInstance } from 'fastify'
import type { Road } from '../road.ts'

/** Whoever asks need not be known, so the details are for the log. */
const reason = 'The database does not answer.'

/**
 * `/health` says that the process lives and asks nobody; `/ready` says whether calls can be answered.
 * Neither counts against the address limit, or a busy neighbour could make a watcher restart us; so
 * many askers of `/ready` at once share one look at the database.
 */
export function mountHealth(app: FastifyInstance, road: Road, now: () => Temporal.Instant): void {
  const { version, environment } = road.config
  let asking: Promise<boolean> | undefined

  app.get('/health', async () => ({
    status: 'healthy',
    version,
    app: 'plinth',
    service: 'plinth',
    environment,
    timestamp: now().toString(),
  }))
  app.get('/ready', async (_request, reply) => {
    asking ??= road.isReady().finally(() => {
      asking = undefined
    })
    const isReady = await asking.catch(() => false)
    if (isReady) return { status: 'ready' }
    return reply.code(503).header('retry-after', '5').send({ status: 'unavailable', reason })
  })
}
