// Judges the mutants of one file; scripts/mutate.ts starts it with the file, where the result goes, and
// the tests that judge.
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Stryker } from '@stryker-mutator/core'
import { root } from './run.ts'

/** One change of the source and what the tests said to it. */
export interface Mutant {
  readonly status: string
  readonly line: number
  /** The line as it stands in the source, without indentation. */
  readonly source: string
  readonly replacement: string
}

const [file = '', resultPath = '', ...tests] = process.argv.slice(2)

// Tests are chosen by leaving all others out of the sandbox: a mutant of what runs while a module loads
// is judged by every test that is there.
const others = globSync('{platform/src,apps/src,tests}/**/*.test.ts', { cwd: root }).filter(
  (path) => !tests.includes(path),
)

const results = await new Stryker({
  mutate: [file],
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'vitest.config.ts', related: false, pool: 'forks' },
  coverageAnalysis: 'perTest',
  concurrency: 2,
  // Generous, because a machine that is busy must not look like a mutant that never ends.
  timeoutMS: 20_000,
  timeoutFactor: 3,
  tempDirName: 'coverage/mutation/sandbox',
  cleanTempDir: 'always',
  reporters: [],
  logLevel: 'error' as never,
  // Types are stripped, and the compiler has no interface that Stryker could use.
  disableTypeChecks: false,
  ignorePatterns: [
    '/tsconfig*.json',
    ...['bench', 'coverage', 'docs', 'web'].map((name) => `/${name}`),
    ...others.map((path) => `/${path}`),
  ],
}).runMutationTest()

const lines = readFileSync(join(root, file), 'utf8').split('\n')
const mutants: readonly Mutant[] = results.map(({ status, location, replacement }) => ({
  status,
  line: location.start.line,
  source: lines[location.start.line - 1]?.trim() ?? '',
  replacement,
}))
writeFileSync(resultPath, JSON.stringify(mutants))
