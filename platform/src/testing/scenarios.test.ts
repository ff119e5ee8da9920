import { expect, test } from 'vitest'
import { causeOf } from './scenarios.ts'

const logs = [
  { request_id: 'one', message: 'call' },
  { request_id: 'two', message: 'call failed', err: { message: 'the other cause' } },
  { request_id: 'one', message: 'call failed', err: { message: 'the cause' } },
]
const refused = (requestId: string) => ({ problem: { requestId }, replayed: false })

test('a refusal is explained by the error that the log has for its request', () => {
  expect(causeOf(refused('one'), logs)).toBe('the cause')
})

test('a refusal of which the log knows no error is not explained, and neither is an answer', () => {
  expect(causeOf(refused('three'), logs)).toBeUndefined()
  const ofNoRequest = { message: 'last uses were not kept', err: { message: 'another cause' } }
  expect(causeOf({ output: {}, replayed: false }, [...logs, ofNoRequest])).toBeUndefined()
})
