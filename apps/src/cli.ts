import { createInterface } from 'node:readline/promises'
import { fileURLToPath } from 'node:url'
import {
  describeApi,
  parseConfig,
  readEnvironment,
  runCommand,
  version,
} from '@plinth/platform/server'
import { apps } from './all.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

async function ask(question: string): Promise<string | undefined> {
  if (!process.stdin.isTTY) return undefined
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  try {
    return await terminal.question(question)
  } finally {
    terminal.close()
  }
}

process.exitCode = await runCommand(
  {
    describeApi: () => describeApi(apps, 'http://localhost:3000'),
    config: () => parseConfig(readEnvironment({ root }), { root, version }),
    print: (text) => process.stdout.write(`${text}\n`),
    complain: (text) => process.stderr.write(`${text}\n`),
    ask,
  },
  process.argv.slice(2),
)
