import { ConfigError } from '../../config/config-error.ts'
import { DataFolderInUseError } from '../../db/embedded/folder-lock.ts'
import type { Command, Terminal } from './command.ts'
import { databaseUrl } from './database-url.ts'
import { printOpenapi } from './openapi.ts'
import { reset } from './reset.ts'

const commands: Readonly<Record<string, Command>> = {
  'db url': databaseUrl,
  openapi: printOpenapi,
  reset,
}

/** Runs `npx plinth …`. Gives 0 when it worked, 1 when it did not, 2 when it was not understood. */
export async function runCommand(terminal: Terminal, words: readonly string[]): Promise<number> {
  const name = [words.slice(0, 2).join(' '), words[0] ?? ''].find((candidate) =>
    Object.hasOwn(commands, candidate),
  )
  const command = name === undefined ? undefined : commands[name]
  if (!command || name === undefined) {
    const isHelp = words.length === 0 || words[0] === 'help' || words[0] === '--help'
    const say = isHelp ? terminal.print : terminal.complain
    if (!isHelp) terminal.complain(`There is no command "${words.join(' ')}".\n`)
    say(help())
    return isHelp ? 0 : 2
  }
  try {
    return await command.run(terminal, words.slice(name.split(' ').length))
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const isExpected = error instanceof ConfigError || error instanceof DataFolderInUseError
    terminal.complain(isExpected ? error.message : `${name} failed: ${error.message}`)
    return 1
  }
}

function help(): string {
  const lines = Object.values(commands).map(
    ({ usage, summary }) => `  npx plinth ${usage.padEnd(44)}${summary}`,
  )
  return ['Usage:', `  ${'npm start'.padEnd(55)}Start Plinth.`, ...lines].join('\n')
}
