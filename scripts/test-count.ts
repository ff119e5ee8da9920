/** How many tests of a run ended how. */
export interface TestCount {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

/** The part of Vitest's JSON report that is counted. */
export interface TestReport {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numPendingTests: number
  readonly numTodoTests: number
  readonly testResults: readonly {
    readonly status: string
    readonly assertionResults: readonly { readonly status: string }[]
  }[]
}

/**
 * Counts a run. A file that could not even be loaded holds no tests, so it counts as one failure; and
 * a run that ended badly, or ran nothing, is never told as one without failures.
 *
 * @param exitCode what Vitest ended with; not 0 also for errors outside of any test.
 */
export function countTests(report: TestReport | undefined, exitCode: number): TestCount {
  const brokenFiles =
    report?.testResults.filter(
      ({ status, assertionResults }) =>
        status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
    ) ?? []
  const passed = report?.numPassedTests ?? 0
  const failed = (report?.numFailedTests ?? 0) + brokenFiles.length
  const skipped = (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0)
  const isBad = exitCode !== 0 || passed === 0
  return { passed, failed: failed === 0 && isBad ? 1 : failed, skipped }
}

/** The last line of a run, for example `812 passed, 0 failed`. */
export function toLine({ passed, failed, skipped }: TestCount): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}
