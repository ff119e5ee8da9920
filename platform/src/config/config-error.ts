import { renderTable } from './table.ts'

/** One thing that is wrong with the environment. */
export interface ConfigProblem {
  readonly variable: string
  /** As it may be shown: secrets are masked already. Undefined when the variable is not set. */
  readonly shown: string | undefined
  readonly problem: string
  readonly example: string
}

/** The environment cannot be used. The message is a table of everything that is wrong with it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly ConfigProblem[]
  constructor(problems: readonly ConfigProblem[]) {
    const subject = problems.length === 1 ? 'a setting is' : 'some settings are'
    const table = renderTable(
      ['variable', 'value', 'what is wrong', 'example'],
      problems.map((one) => [one.variable, one.shown ?? '(not set)', one.problem, one.example]),
    )
    super(`Plinth cannot start: ${subject} wrong.\n\n${table}`)
    this.problems = problems
  }
}
