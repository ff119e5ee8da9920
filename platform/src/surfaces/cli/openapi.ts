import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import type { Command } from './command.ts'

/** `npx plinth openapi`: the API description without a server or a database. */
export const printOpenapi: Command = {
  usage: 'openapi [--out file]',
  summary: 'Print the OpenAPI description, or write it to a file.',
  async run(terminal, words) {
    const { values } = parseArgs({ args: [...words], options: { out: { type: 'string' } } })
    const text = JSON.stringify(await terminal.describeApi(), null, 2)
    if (values.out === undefined) terminal.print(text)
    else await writeFile(values.out, `${text}\n`)
    return 0
  },
}
