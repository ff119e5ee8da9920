import { SocketAddress } from 'node:net'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addressBucket } from './address.ts'

// The story: whoever has one line of IPv6 has 2^64 addresses, and whoever has IPv4 can be named in
// the form of IPv6, too. If each of these were somebody else to the limits, there were no limits.

const group = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }))
const groups = (length: number) => fc.array(group, { minLength: length, maxLength: length })
const mappedPrefix = [0, 0, 0, 0, 0, 0xffff]
const isMapped = (address: readonly number[]) =>
  mappedPrefix.every((part, at) => address[at] === part)

/** As a socket spells it (RFC 5952), with :: wherever it falls. */
function spelled(address: readonly number[]): string {
  const text = address.map((part) => part.toString(16)).join(':')
  return new SocketAddress({ address: text, family: 'ipv6' }).address
}

describe('for every address', () => {
  test('all 2^64 of one subscriber are one bucket, which names their network', () => {
    fc.assert(
      fc.property(groups(4), groups(4), (network, host) => {
        const address = [...network, ...host]
        fc.pre(!isMapped(address))
        const bucket = addressBucket(spelled(address))
        expect(bucket).toMatch(/::\/64$/)
        expect(spelled([...network, 0, 0, 0, 0])).toBe(
          new SocketAddress({ address: bucket.slice(0, -3), family: 'ipv6' }).address,
        )
      }),
      { numRuns: 1_000 },
    )
  })

  test('two subscribers are never one bucket', () => {
    fc.assert(
      fc.property(groups(8), groups(8), (one, other) => {
        fc.pre(!isMapped(one) && !isMapped(other))
        fc.pre(one.slice(0, 4).join() !== other.slice(0, 4).join())
        expect(addressBucket(spelled(one))).not.toBe(addressBucket(spelled(other)))
      }),
    )
  })

  test('IPv4 in the form of IPv6 is the bucket of IPv4, and each IPv4 address has its own', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV4(), (one, other) => {
        expect(addressBucket(`::ffff:${one}`)).toBe(addressBucket(one))
        expect(addressBucket(one) === addressBucket(other)).toBe(one === other)
      }),
    )
  })
})
