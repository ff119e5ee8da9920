import { describe, expect, test } from 'vitest'
import { addressBucket, limitAddress } from './address.ts'
import { limits } from './classes.ts'
import { createLimiter, type LimitState } from './limiter.ts'

const rate = { count: 60, seconds: 60, burst: 2 }
const rates = { isEnabled: true, address: rate, key: rate, session: rate, auth: rate }

describe('the limit of an address', () => {
  const take = (address: string, isEnabled = true, limiter = createLimiter({ now: () => 0 })) =>
    limitAddress(limiter, { ...rates, isEnabled }, address) as LimitState

  test('lets its burst through and then nothing, and says how it stands', () => {
    const limiter = createLimiter({ now: () => 0 })
    const states = Array.from({ length: 3 }, () => take('192.0.2.1', true, limiter))
    expect(states.map(({ remaining }) => remaining)).toEqual([1, 0, 0])
    expect(states.map(({ retryAfterSeconds }) => retryAfterSeconds)).toEqual([0, 0, 1])
    expect(states[0]).toMatchObject({ name: 'address', count: 60, seconds: 60 })
  })

  test('is one limit for all addresses of a subscriber, and another for the next one', () => {
    const limiter = createLimiter({ now: () => 0 })
    take('2001:db8::1', true, limiter)
    take('2001:db8::2', true, limiter)
    expect(take('2001:db8::3', true, limiter).retryAfterSeconds).toBe(1)
    expect(take('2001:db8:0:1::1', true, limiter).retryAfterSeconds).toBe(0)
  })

  test('is no limit where limits are switched off: there is always all of it left', () => {
    const limiter = createLimiter({ now: () => 0 })
    for (let time = 0; time < 10; time++) {
      expect(take('192.0.2.1', false, limiter)).toEqual({
        name: 'address',
        count: 60,
        seconds: 60,
        remaining: 2,
        resetSeconds: 0,
        retryAfterSeconds: 0,
      })
    }
  })

  test.for([
    ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
    ['fe80::1', 'fe80:0:0:0::/64'],
    ['1:2:3:4:5:6:7::', '1:2:3:4::/64'],
    ['1:2:3::8', '1:2:3:0::/64'],
    ['', ''],
  ])('of %s is that of %s', ([address = '', bucket]) => {
    expect(addressBucket(address)).toBe(bucket)
  })
})

test('what an operation names is one of two classes, whatever it is called by', () => {
  expect(limits).toEqual({ read: 'default', write: 'default', auth: 'auth' })
  expect(Object.isFrozen(limits)).toBe(true)
})
