import { randomBytes } from 'node:crypto'
import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Road } from '../road.ts'
import { apiPrefix } from './encode.ts'
import { pathOf } from './problems.ts'
import { webPolicy } from './security-headers.ts'

const noncePlaceholder = '__CSP_NONCE__'
/** Paths that are never a page of the web. */
const notPages = new Set(['api', 'mcp', 'docs', 'assets', 'health', 'ready', 'openapi.json'])

/** The pages of the web: one document, whose router knows the paths. */
export interface Web {
  /** Whether this is a browser that asks for a page. */
  isPage(request: FastifyRequest): boolean
  sendPage(request: FastifyRequest, reply: FastifyReply): FastifyReply
}

interface WebFiles {
  readonly webFolder?: string | undefined
  readonly clientRoutes?: readonly string[] | undefined
}

/**
 * Serves `/`, and the built web when there is one. A script that asks for `/` gets a short JSON that
 * says where everything is.
 */
export async function mountWeb(
  app: FastifyInstance,
  road: Road,
  { webFolder, clientRoutes }: WebFiles,
): Promise<Web | undefined> {
  const web = webFolder === undefined ? undefined : await openWeb(webFolder, clientRoutes)
  const directory = directoryOf(road)
  app.get('/', async (request, reply) => {
    if (web && prefersHtml(request)) return web.sendPage(request, reply)
    return reply.header('vary', 'Accept').send(directory)
  })
  if (web && webFolder !== undefined) await mountFiles(app, webFolder)
  return web
}

function directoryOf({ config, publicUrl }: Road) {
  const docs = { documentation: `${publicUrl}/docs`, openapi: `${publicUrl}/openapi.json` }
  return {
    name: 'Plinth',
    version: config.version,
    ...(config.isDocsPublic ? docs : {}),
    api: publicUrl + apiPrefix,
    mcp: `${publicUrl}/mcp`,
    health: `${publicUrl}/health`,
  }
}

/** Undefined when the web was not built: the server is whole without it. */
async function openWeb(
  folder: string,
  clientRoutes: readonly string[] | undefined,
): Promise<Web | undefined> {
  const index = join(folder, 'index.html')
  const exists = await access(index).then(
    () => true,
    () => false,
  )
  if (!exists) return undefined
  const parts = (await readFile(index, 'utf8')).split(noncePlaceholder)
  const known = clientRoutes && new Set(['', ...clientRoutes])
  return {
    isPage: (request) =>
      (request.method === 'GET' || request.method === 'HEAD') &&
      prefersHtml(request) &&
      !notPages.has(firstSegment(request)),
    sendPage(request, reply) {
      const nonce = randomBytes(16).toString('base64')
      return reply
        .code(known === undefined || known.has(firstSegment(request)) ? 200 : 404)
        .headers({
          'content-type': 'text/html; charset=utf-8',
          'content-security-policy': webPolicy(nonce),
          'cache-control': 'no-store',
          vary: 'Accept',
        })
        .send(parts.join(nonce))
    },
  }
}

/** The files beside index.html. Those under /assets have their content's hash in their name. */
async function mountFiles(app: FastifyInstance, folder: string): Promise<void> {
  await app.register(fastifyStatic, {
    root: folder,
    wildcard: false,
    index: false,
    preCompressed: true,
    cacheControl: false,
    globIgnore: ['index.html', '**/*.br', '**/*.gz', '**/*.map'],
    setHeaders(reply, path) {
      const isHashed = path.startsWith(join(folder, 'assets'))
      reply.header(
        'cache-control',
        isHashed ? 'public, max-age=31536000, immutable' : 'public, no-cache',
      )
    },
  })
}

function firstSegment(request: FastifyRequest): string {
  return pathOf(request).split('/')[1] ?? ''
}

/** Whether HTML is at least as welcome as JSON (RFC 9110 section 12.5.1). A script says nothing. */
function prefersHtml({ headers }: FastifyRequest): boolean {
  const accept = headers.accept ?? ''
  const html = weightOf(accept, 'text/html')
  return html > 0 && html >= weightOf(accept, 'application/json')
}

function weightOf(accept: string, type: string): number {
  for (const range of accept.toLowerCase().split(',')) {
    const [name, ...parameters] = range.split(';').map((text) => text.trim())
    if (name !== type) continue
    const weight = parameters.find((parameter) => parameter.startsWith('q='))
    return weight === undefined ? 1 : Number(weight.slice(2)) || 0
  }
  return 0
}
