import type { SessionChange } from '../../operation/call.ts'

/** The session cookie's name and form, which follow from how people reach the server. */
export interface SessionCookie {
  readonly name: string
  /** The token in a Cookie header, or undefined. */
  read(header: string | undefined): string | undefined
  /** The Set-Cookie header that tells the browser about a session. */
  write(change: SessionChange): string
}

/**
 * Over https the name begins with `__Host-`, which keeps other hosts of the same domain from setting
 * it (RFC 6265bis section 4.1.3.2). Browsers take that prefix only with Secure, so plain http, which
 * is for one's own machine, goes without.
 */
export function createSessionCookie(publicUrl: string): SessionCookie {
  const isSecure = publicUrl.startsWith('https:')
  const name = isSecure ? '__Host-plinth_session' : 'plinth_session'
  const attributes = `Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`
  return {
    name,
    read: (header) => (header === undefined ? undefined : readCookie(header, name)),
    write: (change) =>
      change.kind === 'began'
        ? `${name}=${change.token}; ${attributes}; Expires=${httpDate(change.expiresAt)}`
        : `${name}=; ${attributes}; Max-Age=0`,
  }
}

/** The first value of that name; browsers send the most specific one first. */
function readCookie(header: string, name: string): string | undefined {
  for (const pair of header.split(';')) {
    const equals = pair.indexOf('=')
    if (equals > 0 && pair.slice(0, equals).trim() === name) {
      return pair.slice(equals + 1).trim() || undefined
    }
  }
  return undefined
}

const days = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')

/** An instant as HTTP writes it (RFC 9110 section 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`. */
function httpDate(instant: string): string {
  const at = Temporal.Instant.from(instant).toZonedDateTimeISO('UTC')
  const day = String(at.day).padStart(2, '0')
  const time = at.toPlainTime().toString({ smallestUnit: 'second' })
  return `${days[at.dayOfWeek - 1]}, ${day} ${months[at.month - 1]} ${at.year} ${time} GMT`
}
