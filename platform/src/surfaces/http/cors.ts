/** What our pages of other origins may read besides the body. */
const exposed = [
  'ETag',
  'Idempotency-Replayed',
  'Location',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'X-Correlation-ID',
  'X-Process-Time',
  'X-RateLimit-Limit',
  'X-RateLimit-Remaining',
  'X-RateLimit-Reset',
  'X-Request-ID',
].join(', ')

const allowedHeaders = [
  'Authorization',
  'Content-Type',
  'Idempotency-Key',
  'If-Match',
  'Mcp-Protocol-Version',
  'Mcp-Session-Id',
  'X-Correlation-ID',
  'X-Request-ID',
].join(', ')

type Headers = Readonly<Record<string, string>>

/** Which other origins' pages may call, by the exact names in the configuration. */
export interface Cors {
  /** The headers of an answer to a page of `origin`. */
  headersFor(origin: string | undefined): Headers
  /** The further headers of an answer to a preflight request. */
  readonly preflight: Headers
}

const nothing: Headers = Object.freeze({})

/**
 * The Fetch standard's CORS protocol. Named origins may send the cookie, which SameSite=Lax limits
 * to pages of the same site anyway; "everybody" may not.
 */
export function createCors(origins: readonly string[]): Cors {
  const preflight = Object.freeze({
    'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
    'access-control-allow-headers': allowedHeaders,
    'access-control-max-age': '600',
  })
  if (origins.length === 0) return { headersFor: () => nothing, preflight }
  if (origins.includes('*')) {
    const anybody = Object.freeze({
      'access-control-allow-origin': '*',
      'access-control-expose-headers': exposed,
    })
    return { headersFor: () => anybody, preflight }
  }
  const others = Object.freeze({ vary: 'Origin' })
  const byOrigin = new Map(
    origins.map((origin) => [
      origin,
      Object.freeze({
        vary: 'Origin',
        'access-control-allow-origin': origin,
        'access-control-allow-credentials': 'true',
        'access-control-expose-headers': exposed,
      }),
    ]),
  )
  return { headersFor: (origin) => byOrigin.get(origin ?? '') ?? others, preflight }
}
