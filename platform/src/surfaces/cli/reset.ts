import { parseArgs } from 'node:util'
import { removeDatabase } from '../../db/embedded/visit.ts'
import type { Command } from './command.ts'

/** `npx plinth reset`: back to the state before the first start, after asking. */
export const reset: Command = {
  usage: 'reset [--yes]',
  summary: 'Delete all data of this installation, after asking.',
  async run(terminal, words) {
    const { values } = parseArgs({ args: [...words], options: { yes: { type: 'boolean' } } })
    const { database, dataFolder } = terminal.config()
    if (database.url) {
      terminal.complain(
        'The database is an external one; Plinth does not delete it. Drop it there.',
      )
      return 1
    }
    if (!values.yes) {
      terminal.print(`This deletes everything in ${dataFolder}: people, keys, tasks, history.`)
      const answer = await terminal.ask('Type "delete" to go on: ')
      if (answer?.trim() !== 'delete') {
        terminal.complain('Nothing was deleted.')
        return 1
      }
    }
    await removeDatabase(dataFolder)
    terminal.print('Everything was deleted. The next start begins anew.')
    return 0
  },
}
