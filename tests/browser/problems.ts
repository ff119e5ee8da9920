import type { BrowserContext, ConsoleMessage } from 'playwright-core'

/** What a browser complained about, and what of it a test says belongs to its story. */
export interface Problems {
  /** From now on nothing that fits the pattern counts. The reason is for whoever reads the test. */
  allow(pattern: RegExp, reason: string): void
  /** What is left to explain, a line each. */
  unexplained(): readonly string[]
}

/**
 * Collects everything that a browser reports about its pages: errors on the console, errors that
 * nobody caught, and violations of the content security policy, also of pages long gone.
 */
export async function watchProblems(context: BrowserContext): Promise<Problems> {
  const seen: string[] = []
  const allowed: RegExp[] = []
  context.on('console', (message) => {
    if (message.type() === 'error' || isRefusal(message)) seen.push(lineOf(message))
  })
  context.on('weberror', (error) => seen.push(`page: ${error.error().stack ?? error.error()}`))
  await context.exposeBinding('reportViolation', (_, violation: string) => {
    seen.push(`policy: ${violation}`)
  })
  // A text, since it runs in the browser, whose names these tests do not have.
  await context.addInitScript(`addEventListener('securitypolicyviolation', (event) =>
    reportViolation(event.effectiveDirective + ' ' + event.blockedURI + ' ' + event.sourceFile))`)
  return {
    allow: (pattern) => void allowed.push(pattern),
    unexplained: () => seen.filter((line) => !allowed.some((pattern) => pattern.test(line))),
  }
}

const isRefusal = (message: ConsoleMessage) => /Content Security Policy/i.test(message.text())

function lineOf(message: ConsoleMessage): string {
  return `console: ${message.text()} ${message.location().url}`.trim()
}
