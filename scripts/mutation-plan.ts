import { globSync } from 'node:fs'
import { root } from './run.ts'

/** Which tests judge the mutants of which file: few and quick ones, because each mutant runs them. */
export interface MutationTarget {
  readonly file: string
  readonly tests: readonly string[]
  /** A survivor here is a hole in a check; none is accepted unless it changes nothing. */
  readonly isGuard?: true
}

const operation = 'platform/src/operation/'
const database = 'platform/src/db/'

/** All of a folder, each file judged by all tests of the folder. */
function folder(path: string): readonly MutationTarget[] {
  return globSync(`${path}/*.ts`, { cwd: root })
    .filter((file) => !file.endsWith('.test.ts'))
    .sort()
    .map((file) => ({ file, tests: [`${path}/*.test.ts`] }))
}

export const targets: readonly MutationTarget[] = [
  { file: `${operation}execute.ts`, tests: [`${operation}{execute,report}.test.ts`] },
  { file: `${operation}admit.ts`, tests: [`${operation}{admit,execute}.test.ts`], isGuard: true },
  { file: `${operation}perform.ts`, tests: [`${operation}perform*.test.ts`], isGuard: true },
  { file: `${operation}report.ts`, tests: [`${operation}report.test.ts`] },
  { file: `${operation}guards.ts`, tests: [`${operation}guards.test.ts`], isGuard: true },
  { file: `${operation}decode.ts`, tests: [`${operation}decode.test.ts`] },
  { file: `${operation}journey.ts`, tests: [`${operation}journey.test.ts`] },
  { file: `${operation}compile.ts`, tests: [`${operation}compile.test.ts`] },
  ...folder('platform/src/limits'),
  ...folder('platform/src/replay'),
  { file: `${database}unit.ts`, tests: [`${database}unit.test.ts`] },
  { file: `${database}wire.ts`, tests: [`${database}{wire,unit}.test.ts`] },
  { file: `${database}pool.ts`, tests: [`${database}pool*.test.ts`] },
  { file: `${database}work.ts`, tests: [`${database}{work,unit}.test.ts`] },
  { file: `${database}binding.ts`, tests: [`${database}binding.test.ts`] },
  { file: `${database}statement.ts`, tests: [`${database}{statement,kysely}.test.ts`] },
  { file: `${database}kysely.ts`, tests: [`${database}{statement,kysely}.test.ts`] },
  { file: `${database}cursor.ts`, tests: [`${database}cursor.test.ts`] },
]

/** A change that no test can notice, because what the program does stays the same. */
export interface Equivalent {
  readonly file: string
  /** The line that was changed, without its indentation. */
  readonly line: string
  /** What stood there in place of a part of it. */
  readonly replacement: string
  readonly why: string
}

export const equivalents: readonly Equivalent[] = []
