import { expect, test } from 'vitest'
import { type CallRecord, recordCall } from './record.ts'

const record: CallRecord = {
  operation: 'probe.add_thing',
  surface: 'http',
  subject: 'thing',
  outcome: 'done',
  requestId: 'r1',
  address: '192.0.2.1',
  durationMilliseconds: 1.2345,
}

test('a call row says what is known, and null for the rest', () => {
  const { text, values } = recordCall(record)
  expect(text).toContain('platform.record_call(')
  expect(text.match(/\$\d+/g)).toHaveLength(values.length)
  expect(values).toEqual([
    ...['probe.add_thing', 'http', 'thing', null, 'done', null, 'r1', null, '192.0.2.1'],
    1235,
  ])
})

test('a call row says why, with which code, and to what the call belongs', () => {
  const { values } = recordCall({
    ...record,
    outcome: 'refused',
    reason: 'asked to',
    code: 'FORBIDDEN',
    correlationId: 'c1',
  })
  expect(values).toEqual([
    ...['probe.add_thing', 'http', 'thing', 'asked to', 'refused', 'FORBIDDEN', 'r1', 'c1'],
    ...['192.0.2.1', 1235],
  ])
})

test('a subject and a reason are cut to what a row holds', () => {
  const { values } = recordCall({ ...record, subject: 's'.repeat(300), reason: 'r'.repeat(2000) })
  expect(values[2]).toBe('s'.repeat(200))
  expect(values[3]).toBe('r'.repeat(1000))
})

test('a call without an address has none, and not an empty one', () => {
  expect(recordCall({ ...record, address: '' }).values[8]).toBeNull()
})
