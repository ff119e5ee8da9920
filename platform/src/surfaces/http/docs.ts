import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Road } from '../road.ts'
import { llmsText } from './docs-llms.ts'
import { docsPage, docsScript, docsStyle, errorsPage } from './docs-page.ts'
import { apiPrefix } from './encode.ts'
import { openapiDocument } from './openapi.ts'
import { docsPolicy } from './security-headers.ts'

/**
 * The page of the error codes; and where the operator shows it, the API description, the page and the
 * text that lead into it.
 *
 * The codes are always there, because the `type` of every problem leads to them. A code is in the
 * problem anyway; which operations there are stands on the page only where /docs says it, too.
 */
export function mountDocs(app: FastifyInstance, road: Road): void {
  mountPage(app, '/docs/errors', errorsPage(road.registry, road.config))
  mountAssets(app, errorsPageAssets)
  if (road.config.isDocsPublic) mountDescription(app, road)
}

function mountDescription(app: FastifyInstance, road: Road): void {
  const { version } = road.config
  mountDocument(app, road)
  mountAssets(app, docsPageAssets)
  mountPage(app, '/docs', docsPage(version))
  const text = llmsText(road)
  app.get('/llms.txt', async (_request, reply) =>
    reply
      .headers({ 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-cache' })
      .send(text),
  )
  // Where people of other systems look first.
  for (const path of ['/docs/', '/redoc', `${apiPrefix}/docs`]) {
    app.get(path, async (_request, reply) => reply.redirect('/docs', 308))
  }
}

/** The document is made when it is first asked for, which keeps it out of the time to start. */
function mountDocument(app: FastifyInstance, { registry, config, publicUrl }: Road): void {
  let made: Promise<{ readonly text: string; readonly tag: string }> | undefined
  const make = async () => {
    const document = await openapiDocument(registry, { version: config.version, publicUrl })
    const text = JSON.stringify(document)
    return { text, tag: `W/"${createHash('sha256').update(text).digest('base64url')}"` }
  }
  for (const path of ['/openapi.json', `${apiPrefix}/openapi.json`]) {
    app.get(path, async (request, reply) => {
      made ??= make()
      const { text, tag } = await made
      reply.headers({ etag: tag, 'cache-control': 'no-cache' })
      if (isUnchanged(request, tag)) return reply.code(304).send()
      return reply.header('content-type', 'application/json; charset=utf-8').send(text)
    })
  }
}

function isUnchanged({ headers }: FastifyRequest, tag: string): boolean {
  return headers['if-none-match']?.includes(tag.slice(2)) === true
}

function mountPage(app: FastifyInstance, path: string, html: string): void {
  app.get(path, async (_request, reply) =>
    reply
      .headers({
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': docsPolicy,
        'cache-control': 'no-cache',
      })
      .send(html),
  )
}

interface Asset {
  readonly type: string
  readonly content: () => Promise<Buffer | string>
}

const style = 'text/css; charset=utf-8'
const script = 'text/javascript; charset=utf-8'
const packaged = (name: string) => () =>
  readFile(
    join(dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json')), name),
  )

/** The few files that the pages use, each named: nothing else of a package's folder is public. */
const errorsPageAssets: Readonly<Record<string, Asset>> = {
  'plinth.css': { type: style, content: async () => docsStyle },
  'favicon-32x32.png': { type: 'image/png', content: packaged('favicon-32x32.png') },
}
const docsPageAssets: Readonly<Record<string, Asset>> = {
  'plinth.js': { type: script, content: async () => docsScript },
  'swagger-ui.css': { type: style, content: packaged('swagger-ui.css') },
  'swagger-ui-bundle.js': { type: script, content: packaged('swagger-ui-bundle.js') },
}

function mountAssets(app: FastifyInstance, assets: Readonly<Record<string, Asset>>): void {
  for (const [name, { type, content }] of Object.entries(assets)) {
    app.get(`/docs/assets/${name}`, async (_request, reply) => send(reply, type, await content()))
  }
}

function send(reply: FastifyReply, type: string, content: Buffer | string): FastifyReply {
  return reply
    .headers({ 'content-type': type, 'cache-control': 'public, max-age=3600' })
    .send(content)
}
