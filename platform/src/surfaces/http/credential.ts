import type { IncomingHttpHeaders } from 'node:http'
import type { Credential } from '../../identity/caller.ts'
import type { SessionCookie } from './cookie.ts'

const none: Credential = Object.freeze({ kind: 'none' })
/** RFC 6750 section 2.1; a scheme's name is case-insensitive (RFC 9110 section 11.1). */
const bearer = /^Bearer +([^\s]+) *$/i

/**
 * The credential of a request. A given Authorization header decides alone: one that cannot be read,
 * be it a key without its scheme, is an invalid credential and ends in 401, because falling back to
 * the cookie would act as somebody whom the client did not mean.
 */
export function credentialOf(headers: IncomingHttpHeaders, cookie: SessionCookie): Credential {
  const { authorization } = headers
  if (authorization !== undefined) {
    return { kind: 'bearer', token: bearer.exec(authorization)?.[1] ?? '' }
  }
  const token = cookie.read(headers.cookie)
  return token === undefined ? none : { kind: 'session', token }
}
