import Fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type RawServerDefault,
} from 'fastify'
import { methodNotAllowed, rateLimited, routeNotFound } from '../../errors/platform.ts'
import { createClock } from '../../observability/clock.ts'
import type { Road } from '../road.ts'
import { takeJsonBodies } from './body.ts'
import { finishAnswer } from './compress.ts'
import { createCors } from './cors.ts'
import { mountDocs } from './docs.ts'
import { createDrain, type Drain } from './drain.ts'
import { createEdge, originForm, processTime, requestIdOf } from './edge.ts'
import { mountHealth } from './health.ts'
import { type KnownMethods, watchMethods } from './methods.ts'
import { mountOperations } from './operations.ts'
import { bodyBytesMax, createErrorHandler, pathOf, refuse } from './problems.ts'
import { createNodeServer } from './server.ts'
import { mountWeb, type Web } from './web.ts'

/** What the HTTP surface serves besides the operations. */
export interface HttpExtras {
  /** The folder of the built web, with its index.html. Without it there are no pages but the docs. */
  readonly webFolder?: string | undefined
  /** First segments of the paths that the web's router knows; other pages have status 404. */
  readonly clientRoutes?: readonly string[] | undefined
  /**
   * Further surfaces that speak HTTP. Each is registered where the host was checked, the request has
   * its ids and `request.address`, the address was counted, and every answer has its headers.
   */
  readonly register?: readonly ((app: FastifyInstance) => void | Promise<void>)[] | undefined
  readonly now?: (() => Temporal.Instant) | undefined
  /** How the surface ends when it is closed. */
  readonly drain?: Drain | undefined
}

const pathParameterCharactersMax = 256

/** The HTTP surface, not yet listening. It reads in the order in which a request meets it. */
export function createHttpSurface(road: Road, extras: HttpExtras = {}): FastifyInstance {
  const edge = createEdge(road)
  const limitAddress = createAddressLimit(road)
  const answerError = createErrorHandler(road)
  const now = extras.now ?? createClock().now
  const drain = extras.drain ?? createDrain()

  const app: FastifyInstance = Fastify({
    serverFactory: (listener) =>
      drain.watch(createNodeServer(road, drain.guard(listener))) as RawServerDefault,
    // The server has its own; Fastify's would answer first.
    clientErrorHandler: () => {},
    // The road has its own line per call.
    logger: false,
    genReqId: requestIdOf,
    rewriteUrl: originForm,
    bodyLimit: bodyBytesMax,
    routerOptions: { maxParamLength: pathParameterCharactersMax },
    // While closing, what arrived is still answered; closing waits for it.
    return503OnClosing: false,
    // What the router cannot even match comes without hooks, so it meets them here.
    frameworkErrors(error, request, reply) {
      const refusal = edge(request, reply) ?? error
      reply.header('x-process-time', processTime(request))
      limitAddress(request, reply, () => answerError(refusal, request, reply))
    },
  })

  app.decorateRequest('address', '')
  app.decorateRequest('correlationId', '')
  app.decorateRequest('startedAt', 0)
  app.addHook('onRequest', (request, reply, done) => {
    const refusal = edge(request, reply)
    // What is refused here counts against the address, too, or it could fill the log.
    if (refusal) limitAddress(request, reply, () => done(refusal))
    else done()
  })
  app.addHook('onSend', finishAnswer)
  app.addHook('preClose', () => drain.begin())
  app.setErrorHandler(answerError)
  takeJsonBodies(app)
  const methods = watchMethods(app)

  mountHealth(app, road, now)
  app.register(async (limited) => {
    limited.addHook('onRequest', limitAddress)
    mountOptions(limited, road, methods)
    mountOperations(limited, road)
    mountDocs(limited, road)
    for (const mount of extras.register ?? []) limited.register(async (part) => mount(part))
    const web = await mountWeb(limited, road, extras)
    limited.setNotFoundHandler(createNotFound(road, methods, web))
  })
  return app
}

type Hook = (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void) => void

/**
 * The first limit, before any work: per address. The web's own files are left out: they are many, the
 * same for everybody and cheap, and a page without one of them is blank.
 */
function createAddressLimit(road: Road): Hook {
  return (request, reply, done) => {
    if (request.url.startsWith('/assets/')) return done()
    road.limitAddress(request.address).then((state) => {
      if (state.retryAfterSeconds <= 0) return done()
      refuse(road, reply, rateLimited({ retryAfterSeconds: state.retryAfterSeconds }), state)
    }, done)
  }
}

/** Answers preflight requests of the browser, and everybody who asks what an address takes. */
function mountOptions(app: FastifyInstance, road: Road, methods: KnownMethods): void {
  const cors = createCors(road.config.corsOrigins)
  app.options('*', async (request, reply) => {
    const allowed = methods.of(pathOf(request))
    if (allowed.length === 0) return refuse(road, reply, routeNotFound())
    reply.header('allow', allowed.join(', ')).code(204)
    // The edge has said already whether that origin may call at all.
    if (reply.hasHeader('access-control-allow-origin')) reply.headers(cors.preflight)
    return reply.send()
  })
}

function createNotFound(road: Road, methods: KnownMethods, web: Web | undefined) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    if (web?.isPage(request)) return web.sendPage(request, reply)
    const allowed = methods.of(pathOf(request))
    // A route that takes this method and still ends here is of a file that is there no more.
    const isMissing = allowed.length === 0 || allowed.includes(request.method)
    if (isMissing) return refuse(road, reply, routeNotFound())
    reply.header('allow', allowed.join(', '))
    return refuse(road, reply, methodNotAllowed({ extra: { allowed } }))
  }
}
