import { isUtf8 } from 'node:buffer'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { invalidJson, unsupportedMediaType } from '../../errors/platform.ts'

type Done = (error: Error | null, body?: unknown) => void

/**
 * Takes JSON in UTF-8 and nothing else (RFC 8259 section 8.1). An empty body is an empty object, so
 * that a call without fields needs none. Keys that would change an object's prototype are refused:
 * no field has such a name.
 */
export function takeJsonBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    (request: FastifyRequest, body: Buffer, done: Done) => {
      if (!isPlainJson(request)) return done(unsupportedMediaType())
      if (body.length === 0) return done(null, {})
      if (!isUtf8(body)) return done(invalidJson({ detail: 'The body is not valid UTF-8.' }))
      void parse(request, body.toString('utf8'), done)
    },
  )
}

/** Another charset or a content coding would make the same bytes mean something else. */
function isPlainJson({ headers }: FastifyRequest): boolean {
  const charset = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(headers['content-type'] ?? '')?.[1]
  const coding = headers['content-encoding']
  return (
    (charset === undefined || charset.toLowerCase() === 'utf-8') &&
    (coding === undefined || coding.toLowerCase() === 'identity')
  )
}
