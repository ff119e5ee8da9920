import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { nobody } from '../../identity/caller.ts'
import { replayKeyOf } from '../../replay/replay.ts'
import { idempotencyKeySchema } from './decode.ts'

const person = { ...nobody, personId: randomUUID() }

const isTaken = (key: string) => {
  try {
    return replayKeyOf({ caller: person, operation: 'notes.add_note', key, input: {} }).key === key
  } catch {
    return false
  }
}

const { pattern, maxLength, minLength } = idempotencyKeySchema

test.each([
  ['a', true],
  ['order 17, second try', true],
  ['~'.repeat(255), true],
  ['~'.repeat(256), false],
  ['', false],
  [' ', false],
  ['a ', false],
  [' a', false],
  ['a\n', false],
  ['ключ', false],
  ['ß', false],
])('the published form says of the key %j what the pipeline says', (key, isRight) => {
  const isPromised =
    new RegExp(pattern, 'u').test(key) && key.length >= minLength && key.length <= maxLength
  expect(isPromised).toBe(isRight)
  expect(isTaken(key)).toBe(isRight)
})
