import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Road } from '../road.ts'
import { docsPage, docsScript, docsStyle, errorsPage } from './docs-page.ts'
import { apiPrefix } from './encode.ts'
import { openapiDocument } from './openapi.ts'
import { docsPolicy } from './security-headers.ts'

/** The API description, the page that shows it, and the page of the error codes. */
export function mountDocs(app: FastifyInstance, road: Road): void {
  const { version } = road.config
  mountDocument(app, road)
  mountAssets(app)
  mountPage(app, '/docs', docsPage(version))
  mountPage(app, '/docs/errors', errorsPage(road.registry))
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

/** The few files that the pages use, each named: nothing else of a package's folder is public. */
function mountAssets(app: FastifyInstance): void {
  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))
  const mount = (name: string, type: string, content: () => Promise<Buffer | string>) =>
    app.get(`/docs/assets/${name}`, async (_request, reply) => send(reply, type, await content()))
  const packaged = {
    'swagger-ui.css': 'text/css; charset=utf-8',
    'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
    'favicon-32x32.png': 'image/png',
  }
  for (const [name, type] of Object.entries(packaged)) {
    mount(name, type, () => readFile(join(folder, name)))
  }
  mount('plinth.js', 'text/javascript; charset=utf-8', async () => docsScript)
  mount('plinth.css', 'text/css; charset=utf-8', async () => docsStyle)
}

function send(reply: FastifyReply, type: string, content: Buffer | string): FastifyReply {
  return reply
    .headers({ 'content-type': type, 'cache-control': 'public, max-age=3600' })
    .send(content)
}
