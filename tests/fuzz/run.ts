import fc from 'fast-check'

/**
 * How the fuzzer is told what to do, by whoever runs the tests and not by an operator: nothing of
 * this is known to the product. Without it every run is the same run.
 */
const { FUZZ_SEED, FUZZ_PATH, FUZZ_TIMES } = process.env

export const seed = FUZZ_SEED === undefined ? 20_260_302 : Number(FUZZ_SEED)
const times = FUZZ_TIMES === undefined ? 1 : Number(FUZZ_TIMES)

/** For a test that runs a property; more runs take longer. */
export const fuzzTimeout = 240_000 * Math.max(1, times)

/** A case that fails is made smaller for so long; each try may ask a server. */
const shrinkingMilliseconds = 20_000

/**
 * Runs a property on `runs` cases, a number that FUZZ_TIMES multiplies. What fails is made as small
 * as can be, and is reported with the command that runs it again.
 */
export async function check<Case>(
  test: { readonly name: string; readonly cases: fc.Arbitrary<Case>; readonly runs: number },
  holds: (one: Case) => Promise<void>,
): Promise<void> {
  let failedAt: number | undefined
  const property = fc.asyncProperty(test.cases, async (one) => {
    // What is not looked at counts as no failure, so that the smallest one so far is reported.
    fc.pre(failedAt === undefined || performance.now() - failedAt < shrinkingMilliseconds)
    try {
      await holds(one)
    } catch (error) {
      failedAt ??= performance.now()
      throw error
    }
  })
  const path = FUZZ_PATH === undefined ? {} : { path: FUZZ_PATH }
  const details = await fc.check(property, {
    seed,
    numRuns: Math.max(1, Math.round(test.runs * times)),
    ...path,
  })
  if (details.failed) throw new Error(report(test.name, details), { cause: details.errorInstance })
}

function report<Case>(name: string, details: fc.RunDetails<[Case]>): string {
  const { counterexamplePath, counterexample, numRuns, numShrinks } = details
  const cause = details.errorInstance
  return [
    cause instanceof Error ? cause.message : String(cause),
    '',
    `With: ${fc.stringify(counterexample)}`,
    `After ${numRuns} runs and ${numShrinks} steps to make it smaller.`,
    `Again: FUZZ_SEED=${seed} FUZZ_PATH=${counterexamplePath} node platform/bin/launch.mjs ` +
      `node_modules/vitest/vitest.mjs run tests/fuzz -t ${JSON.stringify(name)}`,
  ].join('\n')
}
