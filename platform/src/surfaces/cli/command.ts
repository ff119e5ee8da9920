import type { Config } from '../../config/config.ts'

/** What a command may use. It never reads the process itself, so that tests can run it. */
export interface Terminal {
  readonly config: () => Config
  /** The OpenAPI document of this installation's apps. */
  readonly describeApi: () => Promise<object>
  print(text: string): void
  complain(text: string): void
  /** Asks a question and gives the line that was typed; undefined where nobody can answer. */
  ask(question: string): Promise<string | undefined>
}

/** A command gets what stands after its name, and gives the exit code. */
export interface Command {
  readonly usage: string
  readonly summary: string
  run(terminal: Terminal, words: readonly string[]): Promise<number>
}
