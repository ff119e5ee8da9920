import { describe, expect, test } from 'vitest'
import { defineError, isRetryable, PlinthError } from './define.ts'
import { platformErrors, timedOut, unavailable } from './platform.ts'
import { retryAfterOf, toProblem } from './problem.ts'

const kind = {
  code: 'PROBE_THING_ODD',
  status: 409,
  title: 'The thing is odd.',
  nextStep: 'Make it even.',
}
const thingIsOdd = defineError(kind)

describe('a defined error', () => {
  test('knows its kind before it is thrown, and when it is', () => {
    expect({ ...thingIsOdd }).toEqual(kind)
    const error = thingIsOdd()
    expect(error).toBeInstanceOf(PlinthError)
    expect(error).toMatchObject({ name: 'PlinthError', message: kind.title, kind, details: {} })
    expect('cause' in error).toBe(false)
  })

  test('says what is true of this time, and keeps the cause for the log', () => {
    const cause = new Error('inside')
    const error = thingIsOdd({ detail: 'It is 3.', cause })
    expect(error).toMatchObject({
      message: 'It is 3.',
      cause,
      details: { detail: 'It is 3.', cause },
    })
  })

  test.for(['', 'odd', 'Odd', 'ODD_', '_ODD', 'ODD__EVEN', 'ODD-EVEN', '1ODD', 'ODD EVEN', 'ODDä'])(
    'is refused at start under the code %j',
    (code) => {
      expect(() => defineError({ ...kind, code })).toThrow('must be CAPITALS_WITH_UNDERSCORES')
    },
  )

  test.for(['ODD', 'A', 'A1', 'HTTP2_NOT_SPOKEN', 'ODD_2'])('may have the code %j', (code) => {
    expect(defineError({ ...kind, code }).code).toBe(code)
  })
})

describe('whether it helps to send the same call again', () => {
  test.for([
    [400, false],
    [408, true],
    [409, false],
    [422, false],
    [429, true],
    [499, false],
    [500, true],
    [503, true],
  ] as const)('is said by the status %d: %s', ([status, mayRetry]) => {
    expect(isRetryable({ ...kind, status })).toBe(mayRetry)
  })

  test('is said by the kind where it knows better', () => {
    expect(isRetryable({ ...kind, status: 409, mayRetry: true })).toBe(true)
    expect(isRetryable({ ...kind, status: 500, mayRetry: false })).toBe(false)
  })
})

test('no two errors of the platform have one code, and each says all that a reader needs', () => {
  const codes = platformErrors.map(({ code }) => code)
  expect(new Set(codes).size).toBe(codes.length)
  for (const { status, title, nextStep } of platformErrors) {
    expect(status).toBeGreaterThanOrEqual(400)
    expect([title, nextStep].every((text) => /^[A-Z].*\.$/.test(text))).toBe(true)
  }
})

describe('a problem document', () => {
  const call = { requestId: 'r1', publicUrl: 'https://plinth.example.com' }

  test('says all that a caller may know, and never the cause', () => {
    const problem = toProblem(thingIsOdd({ cause: new Error('inside') }), call)
    expect(problem).toEqual({
      type: 'https://plinth.example.com/docs/errors#probe_thing_odd',
      title: kind.title,
      status: 409,
      detail: kind.title,
      code: 'PROBE_THING_ODD',
      nextStep: kind.nextStep,
      requestId: 'r1',
    })
  })

  test('says what was wrong this time', () => {
    const errors = [{ field: 'name', code: 'missing', message: 'is missing' }]
    const problem = toProblem(
      thingIsOdd({ detail: 'It is 3.', errors, retryAfterSeconds: 1.2, extra: { version: 3 } }),
      call,
    )
    expect(problem).toMatchObject({ detail: 'It is 3.', errors, retryAfter: 2, version: 3 })
  })

  test('says when to come again where that helps', () => {
    expect(retryAfterOf(thingIsOdd())).toBeUndefined()
    expect(retryAfterOf(thingIsOdd({ retryAfterSeconds: 0 }))).toBe(0)
    expect(retryAfterOf(unavailable())).toBeGreaterThan(0)
    expect(retryAfterOf(timedOut())).toBeGreaterThan(0)
  })
})
