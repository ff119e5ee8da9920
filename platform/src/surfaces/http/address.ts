import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'

/** How many entries of X-Forwarded-For are read, from the right: nobody has more proxies. */
const hopsMax = 20

/**
 * Finds the address a request came from: the socket's, unless that is a trusted proxy; then the
 * right-most entry of X-Forwarded-For that is not one. What stands further left was written by the
 * client and is never believed; neither is anything behind an entry that is no address.
 */
export function createAddressReader(
  trustedProxies: readonly string[],
): (request: IncomingMessage) => string {
  if (trustedProxies.length === 0) return (request) => plain(request.socket.remoteAddress ?? '')
  const trusted = blockListOf(trustedProxies)
  const isTrusted = (address: string) =>
    trusted.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
  return (request) => {
    let address = plain(request.socket.remoteAddress ?? '')
    const hops = forwardedFor(request)
    for (let hop = hops.length - 1; hop >= 0 && isTrusted(address); hop -= 1) {
      const claimed = withoutPort(hops[hop]?.trim() ?? '')
      if (isIP(claimed) === 0) break
      address = plain(claimed)
    }
    return address
  }
}

function blockListOf(entries: readonly string[]): BlockList {
  const list = new BlockList()
  for (const entry of entries) {
    const [address = '', prefix] = entry.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (prefix === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(prefix), family)
  }
  return list
}

function forwardedFor(request: IncomingMessage): string[] {
  const header = request.headers['x-forwarded-for']
  const joined = Array.isArray(header) ? header.join(',') : (header ?? '')
  return joined.split(',').slice(-hopsMax)
}

/** Some proxies write the port, too: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function withoutPort(entry: string): string {
  return entry.replace(/^\[([^\]]+)\](?::\d+)?$/, '$1').replace(/^([\d.]+):\d+$/, '$1')
}

/** A socket that listens for both families names IPv4 clients `::ffff:192.0.2.1`. */
function plain(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address
}
