import type { IncomingMessage } from 'node:http'
import { BlockList, isIP, SocketAddress } from 'node:net'

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
  const isTrusted = (address: string) => {
    const family = isIP(address)
    return family !== 0 && trusted.check(address, family === 6 ? 'ipv6' : 'ipv4')
  }
  return (request) => {
    let address = plain(request.socket.remoteAddress ?? '')
    const hops = forwardedFor(request)
    for (let hop = hops.length - 1; hop >= 0 && isTrusted(address); hop -= 1) {
      const claimed = withoutPort(hops[hop]?.trim() ?? '')
      if (isIP(claimed) === 0) break
      address = canonical(claimed)
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

/** An address has many spellings in IPv6 (RFC 5952); a limit and a record need one of them. */
function canonical(claimed: string): string {
  const address = plain(claimed)
  if (isIP(address) !== 6) return address
  return plain(new SocketAddress({ address, family: 'ipv6' }).address)
}

/**
 * A socket that listens for both families names IPv4 clients `::ffff:192.0.2.1`, and neighbours with
 * the interface they were heard on, `fe80::1%eth0`, which is no part of an address elsewhere.
 */
export function plain(address: string): string {
  const zone = address.indexOf('%')
  const bare = zone < 0 ? address : address.slice(0, zone)
  return bare.startsWith('::ffff:') && bare.includes('.') ? bare.slice(7) : bare
}
