/** Where an operation answers. The generated contract has one for each name. */
export interface ClientRoute {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  /** Under /api/v1, with `{parameters}`. */
  readonly path: string
}

/** What of an input goes where. */
export interface EncodedInput {
  /** Path and query, under the base address. */
  readonly target: string
  /** JSON, or undefined when the method carries no body. */
  readonly body: string | undefined
}

/** Spreads an input over the path, the query (GET and DELETE) or the JSON body (the others). */
export function encodeInput(route: ClientRoute, input: object): EncodedInput {
  const rest = new Map<string, unknown>(Object.entries(input))
  const path = route.path.replaceAll(/\{([^}]+)\}/g, (_, name: string) => {
    const value = rest.get(name)
    rest.delete(name)
    if (value === undefined || value === null || value === '') {
      throw new TypeError(`${route.method} ${route.path} needs "${name}".`)
    }
    return encodeURIComponent(String(value))
  })
  if (route.method === 'GET' || route.method === 'DELETE') {
    const query = queryOf(rest)
    return { target: query === '' ? path : `${path}?${query}`, body: undefined }
  }
  return { target: path, body: JSON.stringify(Object.fromEntries(rest)) }
}

function queryOf(fields: ReadonlyMap<string, unknown>): string {
  const query = new URLSearchParams()
  for (const [name, value] of fields) {
    // Lists repeat their name; what is not given is left out, so that the server's default holds.
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null) query.append(name, String(one))
    }
  }
  return query.toString()
}

/**
 * A fresh idempotency key of 128 random bits. Not `crypto.randomUUID`: browsers have that on secure
 * origins only, and Plinth may well be opened over plain HTTP inside a home network.
 */
export function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
