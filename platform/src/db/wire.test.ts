import { serialize } from 'pg-protocol'
import { describe, expect, test } from 'vitest'
import { encodeValue } from './values.ts'
import { createWire } from './wire.ts'

const values = [
  null,
  undefined,
  '',
  'plain',
  'Zürich 東京 👩‍🚀',
  42,
  -0.5,
  true,
  10n ** 20n,
  Buffer.from([0, 1, 255]),
  ['a', 'b"c', null],
  { key: 'value' },
  Temporal.Instant.from('2026-03-02T09:00:00Z'),
]

describe('the bytes of a unit', () => {
  test('are those that node-postgres writes', () => {
    const wire = createWire()
    wire.parse({ name: 'p_1', text: 'select $1 as "ü"' })
    expect(wire.take()).toEqual(
      serialize.parse({ name: 'p_1', text: 'select $1 as "ü"', types: [] }),
    )
    wire.describe()
    expect(wire.take()).toEqual(serialize.describe({ type: 'P', name: '' }))
    wire.execute()
    expect(wire.take()).toEqual(serialize.execute({ portal: '', rows: 0 }))
    wire.closeStatement('p_1')
    expect(wire.take()).toEqual(serialize.close({ type: 'S', name: 'p_1' }))
    wire.sync()
    expect(wire.take()).toEqual(serialize.sync())
  })

  test.each(values.map((value) => [value]))('carry %s as node-postgres does', (value) => {
    const wire = createWire()
    wire.bind('p_1', [value, 'next'])
    const theirs = serialize.bind({
      portal: '',
      statement: 'p_1',
      values: [value, 'next'],
      valueMapper: encodeValue,
    })
    // Theirs says of the result columns "one code for all: text", ours says nothing, which is that.
    const ours = wire.take()
    expect(ours.subarray(5, -2)).toEqual(theirs.subarray(5, -4))
    expect(ours.readInt32BE(1)).toBe(ours.length - 1)
    expect(ours.readInt16BE(ours.length - 2)).toBe(0)
  })

  test('are whole when a value is larger than all before it', () => {
    const wire = createWire()
    const large = '東'.repeat(300_000)
    for (const text of ['x'.repeat(20_000), large, 'small']) {
      wire.bind('p_1', [text, Buffer.alloc(70_000, 7)])
      wire.sync()
      const bytes = wire.take()
      expect(bytes.includes(text)).toBe(true)
      expect(bytes.subarray(-5)).toEqual(serialize.sync())
    }
  })

  test('of one unit are not changed by the next', () => {
    const wire = createWire()
    wire.bind('p_1', ['first'])
    const first = wire.take()
    const copy = Buffer.from(first)
    wire.bind('p_1', ['other'])
    wire.take()
    expect(first).toEqual(copy)
  })

  test('leave nothing behind of a statement that has too many values', () => {
    const wire = createWire()
    expect(() => wire.bind('p_1', new Array(65_536).fill(1))).toThrow(RangeError)
    wire.sync()
    expect(wire.take()).toEqual(serialize.sync())
  })
})
