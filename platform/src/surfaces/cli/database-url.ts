import { parseArgs } from 'node:util'
import { ensureSecret } from '../../config/secret.ts'
import { findSocket } from '../../db/embedded/visit.ts'
import { passwordOf, roleOf } from '../../db/logins.ts'
import { databaseName } from '../../db/open.ts'
import type { Command } from './command.ts'

const visitors = ['owner', 'app', 'identity'] as const
type Visitor = (typeof visitors)[number]

/** `npx plinth db url --as owner`: how to look into the database with psql or another client. */
export const databaseUrl: Command = {
  usage: 'db url --as owner|app|identity',
  summary: 'Print the address of the running database for one of its logins.',
  async run(terminal, words) {
    const { values } = parseArgs({ args: [...words], options: { as: { type: 'string' } } })
    const login = visitors.find((visitor) => visitor === values.as)
    if (!login) {
      terminal.complain(`Say as whom: --as ${visitors.join(' | ')}`)
      return 2
    }
    const { database, dataFolder } = terminal.config()
    if (database.url && database.ownerUrl) {
      return printExternal(
        terminal.print,
        { login, url: database.url, ownerUrl: database.ownerUrl },
        dataFolder,
      )
    }
    const socket = await findSocket(dataFolder)
    if (!socket) {
      terminal.complain('The embedded database is not running. Start Plinth first: npm start')
      return 1
    }
    const secret = await ensureSecret(dataFolder)
    const host = encodeURIComponent(socket.host)
    terminal.print(
      `postgresql://${roleOf(login)}:${passwordOf(secret, login)}@/${databaseName}` +
        `?host=${host}&port=${socket.port}`,
    )
    return 0
  },
}

async function printExternal(
  print: (text: string) => void,
  { login, url, ownerUrl }: { login: Visitor; url: string; ownerUrl: string },
  dataFolder: string,
): Promise<number> {
  if (login === 'identity') {
    const own = new URL(url)
    own.username = roleOf(login)
    own.password = passwordOf(await ensureSecret(dataFolder), login)
    print(own.href)
  } else {
    print(login === 'owner' ? ownerUrl : url)
  }
  return 0
}
