import type { IncomingHttpHeaders } from 'node:http'

/** What the rule needs to know of a request that changes state. */
export interface StateChange {
  readonly headers: IncomingHttpHeaders
  /** True when the browser's session cookie speaks for the request. */
  readonly hasSession: boolean
}

/**
 * Whether a page of another site may have made the browser send this (cross-site request forgery).
 * A cookie travels with such requests, so a request with one must prove where it came from, by
 * Sec-Fetch-Site or else by Origin; browsers send at least one with every request that changes
 * state. A request without a cookie is refused only when it says itself that it is cross-site, which
 * keeps another site from signing a visitor into an account of its own (login CSRF); programs send
 * neither header and pass.
 */
export function createCrossSiteRule({
  publicUrl,
  corsOrigins,
}: {
  readonly publicUrl: string
  readonly corsOrigins: readonly string[]
}): (change: StateChange) => boolean {
  const own = new URL(publicUrl)
  // An origin that the operator named is trusted like our own; "everybody" is nobody here.
  const trusted = new Set([own.origin, ...corsOrigins.filter((origin) => origin !== '*')])
  return ({ headers, hasSession }) => {
    const { origin, host } = headers
    const site = headers['sec-fetch-site']
    if (origin !== undefined && trusted.has(origin)) return false
    if (site !== undefined) return site !== 'same-origin' && site !== 'none'
    // Over plain http browsers leave Sec-Fetch-Site out. The host was checked against the list.
    if (origin !== undefined) return origin !== `${own.protocol}//${host}`
    return hasSession
  }
}
