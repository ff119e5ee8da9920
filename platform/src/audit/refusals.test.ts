import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { UnitStatement } from '../db/unit.ts'
import { createRefusalCounter, type RefusalCounter } from './refusals.ts'

let now: Temporal.Instant
let written: UnitStatement[]
let isDown: boolean
let troubles: (readonly [string, number])[]
let counter: RefusalCounter

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  now = Temporal.Instant.from('2026-03-02T09:00:59.999Z')
  written = []
  troubles = []
  isDown = false
  counter = createRefusalCounter({
    now: () => now,
    onError: (error, dropped) => void troubles.push([String(error), dropped]),
    write: async (statement) => {
      if (isDown) throw new Error('The database is away.')
      written.push(statement)
    },
  })
})
afterEach(async () => {
  isDown = false
  await counter.stop()
  vi.useRealTimers()
})

/** The rows that were written, a list per statement. */
const rows = () => written.map(({ values: [json] }) => JSON.parse(String(json)))

const count = (address: string, times = 1, code = 'UNAUTHENTICATED') => {
  for (let time = 0; time < times; time++) counter.count({ address, code })
}

describe('refusals that were counted', () => {
  test('are written as one row per address, reason and minute, however many there were', async () => {
    count('192.0.2.1', 1000)
    count('192.0.2.1', 2, 'RATE_LIMITED')
    count('192.0.2.2')
    now = now.add({ milliseconds: 1 })
    count('192.0.2.1')
    await counter.flush()
    const [minute, next] = ['2026-03-02T09:00:00Z', '2026-03-02T09:01:00Z']
    expect(rows()).toEqual([
      [
        { minute, address: '192.0.2.1', code: 'UNAUTHENTICATED', count: 1000 },
        { minute, address: '192.0.2.1', code: 'RATE_LIMITED', count: 2 },
        { minute, address: '192.0.2.2', code: 'UNAUTHENTICATED', count: 1 },
        { minute: next, address: '192.0.2.1', code: 'UNAUTHENTICATED', count: 1 },
      ],
    ])
    expect(written[0]?.text).toContain('platform.count_refusals(')
  })

  test('are written once, and nothing is when there were none', async () => {
    await counter.flush()
    expect(written).toEqual([])
    count('192.0.2.1')
    await counter.flush()
    await counter.flush()
    expect(written).toHaveLength(1)
  })

  test('without an address count as everybody else’s', async () => {
    count('')
    await counter.flush()
    expect(rows()).toEqual([[expect.objectContaining({ address: '0.0.0.0', count: 1 })]])
  })

  test('are kept while the database is away, with those that come meanwhile', async () => {
    isDown = true
    count('192.0.2.1', 3)
    count('192.0.2.2', 1)
    const flushed = counter.flush()
    count('192.0.2.1', 4)
    await flushed
    expect(written).toEqual([])
    expect(troubles).toEqual([['Error: The database is away.', 0]])
    isDown = false
    await counter.flush()
    expect(troubles).toHaveLength(1)
    const counts = Object.fromEntries(
      rows()[0].map(({ address, count }: { address: string; count: number }) => [address, count]),
    )
    expect(counts).toEqual({ '192.0.2.1': 7, '192.0.2.2': 1 })
  })

  test('from more addresses than are kept count as everybody else’s', async () => {
    for (let at = 0; at < 10_000; at++) count(`2001:db8::${at.toString(16)}`)
    count('192.0.2.7', 2)
    count('2001:db8::0', 3)
    await counter.flush()
    const [list] = rows() as [{ address: string; count: number }[]]
    expect(list).toHaveLength(10_001)
    const countOf = (address: string) => list.find((row) => row.address === address)?.count
    expect(countOf('192.0.2.7')).toBeUndefined()
    expect(countOf('0.0.0.0')).toBe(2)
    expect(countOf('2001:db8::0')).toBe(4)
  })

  test('are written every ten seconds, and at the end', async () => {
    count('192.0.2.1')
    await vi.advanceTimersByTimeAsync(10_000)
    expect(written).toHaveLength(1)
    count('192.0.2.1')
    await counter.stop()
    expect(written).toHaveLength(2)
    count('192.0.2.1')
    await vi.advanceTimersByTimeAsync(60_000)
    expect(written).toHaveLength(2)
  })

  test('are written by one statement at a time', async () => {
    count('192.0.2.1')
    await Promise.all([counter.flush(), counter.flush(), counter.flush()])
    expect(written).toHaveLength(1)
  })
})
