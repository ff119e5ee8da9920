import type { IncomingMessage } from 'node:http'
import { isIPv6 } from 'node:net'
import type { PlinthError } from '../../errors/define.ts'
import { badRequest, hostNotAllowed } from '../../errors/platform.ts'

const hostForm = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/

/**
 * Says what is wrong with the host that a request asks for, or undefined.
 *
 * A page of another site can make its own name resolve to this machine (DNS rebinding); what it
 * cannot do is make the browser send our name. So only names that were allowed are answered, on any
 * port, in development too. Two Host headers, of which a proxy and we might believe different ones, and none
 * are refused as RFC 9112 section 3.2 demands.
 */
export function createHostCheck({
  publicUrl,
  allowedHosts,
}: {
  readonly publicUrl: string
  readonly allowedHosts: readonly string[]
}): (request: IncomingMessage) => PlinthError | undefined {
  const own = new URL(publicUrl)
  const allowed = new Set(
    ['localhost', '127.0.0.1', '::1', own.hostname, ...allowedHosts].map((name) =>
      (isIPv6(name) ? `[${name}]` : name).toLowerCase(),
    ),
  )
  return (request) => {
    const { host } = request.headers
    if (!host || countHosts(request.rawHeaders) > 1) {
      return badRequest({ detail: 'The request must have exactly one Host header.' })
    }
    const name = hostForm.exec(host.toLowerCase())?.[1]
    if (name === undefined) return badRequest({ detail: 'The Host header is not a host name.' })
    return allowed.has(name) ? undefined : hostNotAllowed()
  }
}

/** Node keeps the first of several Host headers, so they are counted as they arrived. */
function countHosts(rawHeaders: readonly string[]): number {
  let count = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]
    if (name?.length === 4 && name.toLowerCase() === 'host') count += 1
  }
  return count
}
