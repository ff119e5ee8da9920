import type { Config } from '../config/config.ts'
import type { Limiter, LimitState } from './limiter.ts'

/** Takes one request from an address's bucket; with limits switched off there is always one left. */
export function limitAddress(
  limiter: Limiter,
  { isEnabled, address: rate }: Config['limits'],
  address: string,
): LimitState | Promise<LimitState> {
  if (isEnabled) return limiter.take({ name: 'address', key: addressBucket(address), rate })
  const { count, seconds, burst } = rate
  return {
    name: 'address',
    count,
    seconds,
    remaining: burst,
    resetSeconds: 0,
    retryAfterSeconds: 0,
  }
}

/**
 * What counts as one address: an IPv4 address, or the /64 of an IPv6 address, since one subscriber
 * has at least 2^64 of them (RFC 6177). An IPv4 address in IPv6 form is the IPv4 address.
 */
export function addressBucket(address: string): string {
  if (address.startsWith('::ffff:') && address.includes('.')) return address.slice(7)
  if (!address.includes(':')) return address
  const [head = '', tail = ''] = address.split('::')
  const groups = head === '' ? [] : head.split(':')
  const rest = tail === '' ? [] : tail.split(':')
  const zeros = Array.from({ length: Math.max(0, 8 - groups.length - rest.length) }, () => '0')
  return `${[...groups, ...zeros, ...rest].slice(0, 4).join(':')}::/64`
}
