import type { FastifyInstance } from 'fastify'
import { crossSite } from '../../errors/platform.ts'
import type { AnyOperation } from '../../operation/define.ts'
import { routeOf } from '../../operation/registry.ts'
import type { Road } from '../road.ts'
import { createSessionCookie, type SessionCookie } from './cookie.ts'
import { credentialOf } from './credential.ts'
import { createCrossSiteRule } from './cross-site.ts'
import { compileDecode, idempotencyKeyOf } from './decode.ts'
import { apiPrefix, createEncode } from './encode.ts'
import { goneSignal } from './gone-signal.ts'

type CrossSiteRule = ReturnType<typeof createCrossSiteRule>

/** Mounts every operation of the registry at its own address under /api/v1. */
export function mountOperations(app: FastifyInstance, road: Road): void {
  const cookie = createSessionCookie(road.publicUrl)
  const isCrossSite = createCrossSiteRule({
    publicUrl: road.publicUrl,
    corsOrigins: road.config.corsOrigins,
  })
  for (const operation of road.registry.operations) {
    mountOperation(app, { road, operation, cookie, isCrossSite })
  }
}

interface Mount {
  readonly road: Road
  readonly operation: AnyOperation
  readonly cookie: SessionCookie
  readonly isCrossSite: CrossSiteRule
}

/** Decode, execute, encode. All that can be known before a request comes is worked out here. */
function mountOperation(app: FastifyInstance, { road, operation, cookie, isCrossSite }: Mount) {
  const { method, path } = routeOf(operation)
  const changesState = operation.effect !== 'read'
  const decode = compileDecode(operation)
  const encode = createEncode(road, cookie, operation)

  app.route({
    method,
    url: apiPrefix + path.replaceAll(/\{(\w+)\}/g, ':$1'),
    async handler(request, reply) {
      const { headers } = request
      const credential = credentialOf(headers, cookie)
      if (changesState) {
        const hasSession = credential.kind === 'session'
        const isGuarded = hasSession || operation.actors === 'anyone'
        if (isGuarded && isCrossSite({ headers, hasSession })) throw crossSite()
      }
      const answer = await road.execute({
        operation,
        credential,
        // Read when the road asks for it: who calls, and whether they may, comes before what they say.
        get input() {
          return decode(request)
        },
        surface: 'http',
        requestId: request.id,
        correlationId: request.correlationId,
        address: request.address,
        idempotencyKey: changesState ? idempotencyKeyOf(headers) : undefined,
        get signal() {
          return goneSignal(reply)
        },
      })
      return encode(reply, answer)
    },
  })
}
