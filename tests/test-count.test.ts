import { expect, test } from 'vitest'
import { countTests, type TestReport, toLine } from '../scripts/test-count.ts'

const empty: TestReport = {
  numPassedTests: 0,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [],
}
const lineOf = (report: Partial<TestReport> | undefined, exitCode = 0) =>
  toLine(countTests(report && { ...empty, ...report }, exitCode))

test('a good run tells how many passed', () => {
  expect(lineOf({ numPassedTests: 12 })).toBe('12 passed, 0 failed')
})

test('skipped and planned tests are told, because nobody ran them', () => {
  expect(lineOf({ numPassedTests: 1, numPendingTests: 2, numTodoTests: 1 })).toBe(
    '1 passed, 0 failed, 3 skipped',
  )
})

test('a file that could not be loaded counts as a failure, beside the failed tests of others', () => {
  const testResults = [
    { status: 'failed', assertionResults: [] },
    { status: 'failed', assertionResults: [{ status: 'failed' }, { status: 'passed' }] },
    { status: 'passed', assertionResults: [{ status: 'passed' }] },
  ]
  expect(lineOf({ numPassedTests: 2, numFailedTests: 1, testResults }, 1)).toBe(
    '2 passed, 2 failed',
  )
})

test('an error outside of any test is a failure', () => {
  expect(lineOf({ numPassedTests: 5 }, 1)).toBe('5 passed, 1 failed')
})

test('a run of no test, or one that left no report, is a failure', () => {
  expect(lineOf({})).toBe('0 passed, 1 failed')
  expect(lineOf({ numPendingTests: 3 })).toBe('0 passed, 1 failed, 3 skipped')
  expect(lineOf(undefined, 137)).toBe('0 passed, 1 failed')
})
