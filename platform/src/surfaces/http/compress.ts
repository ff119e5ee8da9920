import { pipeline, type Readable } from 'node:stream'
import { brotliCompress, constants, createBrotliCompress, createGzip, gzip } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { processTime } from './edge.ts'

type Coding = 'br' | 'gzip'
type Done = (error: Error | null, payload?: unknown) => void

const bytesMin = 1024
/** What gains from it. Event streams are left out: each event must leave at once. */
const compressible = /^text\/(?!event-stream)|[/+]json\b|javascript|[/+]xml\b|[/+]manifest/
/** A quality that compresses nearly as well as gzip's best in a fraction of the time. */
const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }

/**
 * The last thing that happens to every answer: the time it took, and compression when it is worth it.
 * Whole answers are compressed off the main thread. Our own few lines, because the plugin for it
 * costs every small answer another hook and compresses middle-sized ones on the main thread.
 */
export function finishAnswer(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
  done: Done,
): void {
  reply.header('x-process-time', processTime(request))
  if (isWorthIt(reply, payload)) compress(request, reply, { payload, done })
  else done(null, payload)
}

interface Whole {
  readonly payload: unknown
  readonly done: Done
}

function compress(request: FastifyRequest, reply: FastifyReply, { payload, done }: Whole): void {
  const vary = reply.getHeader('vary')
  reply.header('vary', vary === undefined ? 'Accept-Encoding' : `${vary}, Accept-Encoding`)
  const coding = codingOf(request.headers['accept-encoding'])
  if (coding === undefined) {
    done(null, payload)
    return
  }
  reply.header('content-encoding', coding)
  reply.removeHeader('content-length')
  if (isStream(payload)) {
    const compressor = coding === 'br' ? createBrotliCompress(brotli) : createGzip()
    // A failure on either side ends both, and with that the answer; there is nobody left to tell.
    pipeline(payload, compressor, () => {})
    done(null, compressor)
    return
  }
  const bytes = Buffer.from(payload as string)
  if (coding === 'br') brotliCompress(bytes, brotli, done)
  else gzip(bytes, done)
}

function isWorthIt(reply: FastifyReply, payload: unknown): boolean {
  const isWhole = typeof payload === 'string' || Buffer.isBuffer(payload)
  const size = isWhole ? Buffer.byteLength(payload) : isStream(payload) ? lengthOf(reply) : 0
  return (
    size >= bytesMin &&
    compressible.test(String(reply.getHeader('content-type') ?? '')) &&
    reply.getHeader('content-encoding') === undefined &&
    reply.statusCode !== 206
  )
}

/** The announced length of a file; a stream without one is not a file and is left alone. */
function lengthOf(reply: FastifyReply): number {
  return Number(reply.getHeader('content-length') ?? 0)
}

function isStream(payload: unknown): payload is Readable {
  return typeof payload === 'object' && payload !== null && 'pipe' in payload
}

/** RFC 9110 section 12.5.3; of two equally welcome codings the smaller result. */
export function codingOf(header: string | string[] | undefined): Coding | undefined {
  if (typeof header !== 'string') return undefined
  let best: Coding | undefined
  let bestWeight = 0
  for (const part of header.toLowerCase().split(',')) {
    const [name = '', ...parameters] = part.split(';').map((text) => text.trim())
    if (name !== 'br' && name !== 'gzip') continue
    const weight = parameters.find((parameter) => parameter.startsWith('q='))
    const value = weight === undefined ? 1 : Number(weight.slice(2)) || 0
    if (value > bestWeight || (value === bestWeight && value > 0 && name === 'br')) {
      best = name
      bestWeight = value
    }
  }
  return best
}
