import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { port } from './cluster.ts'
import { exists, readText, writeDurably } from './durable-file.ts'
import type { Location } from './location.ts'
import type { Log } from './log.ts'
import {
  findPostmaster,
  isAlive,
  type Postmaster,
  readPostmasterPid,
  stopPostmaster,
} from './postmaster.ts'
import { askServer, type Connection, waitUntilReady } from './probe.ts'

// PostgreSQL outlives a Plinth that was killed. The next Plinth goes on with that server when it is
// what it would have started itself, and otherwise ends it. It needs the folder's lock, so the
// Plinth that started the server is certain to be dead.

const emptyFileMilliseconds = 500

export interface OrphanQuestion {
  readonly location: Location
  readonly connection: Connection
  /** The command line that this Plinth would start, as PostgreSQL notes it. */
  readonly commandLine: string
  readonly log: Log
  /** Aborted when nobody wants a server any more. */
  readonly signal: AbortSignal
}

/** The server that still runs on the cluster, ready to serve; undefined when the way is clear. */
export async function settleOrphan(question: OrphanQuestion): Promise<Postmaster | undefined> {
  const { location, connection, commandLine, log } = question
  const orphan = await findPostmaster(location.cluster)
  if (orphan) {
    const options = await readText(join(location.cluster, 'postmaster.opts'))
    const isSame = options === commandLine
    if (isSame && (await waitUntilReady(question, orphan)) === 'ready') {
      log('went on with the PostgreSQL that an earlier Plinth left running', { pid: orphan.pid })
      return orphan
    }
    if (!(await orphan.hasExited())) {
      // A newer release has other binaries or settings, or the server no longer answers.
      log('stopping the PostgreSQL that an earlier Plinth left running', { pid: orphan.pid })
      await stopPostmaster(orphan, log)
    }
  } else if ((await askServer(connection)) !== 'absent') {
    throw new Error(
      `A PostgreSQL that this process cannot see runs on the database in ${location.home}, ` +
        'probably in another container. Stop that one first.',
    )
  }
  await clearTraces(location)
  return undefined
}

/** Removes what a dead server left and would keep PostgreSQL from starting. */
async function clearTraces(location: Location): Promise<void> {
  const { home, cluster, account } = location
  const socket = join(home, 'socket', `.s.PGSQL.${port}`)
  await rm(`${socket}.lock`, { force: true })
  await rm(socket, { force: true })

  const pidFile = join(cluster, 'postmaster.pid')
  if (!(await exists(pidFile))) return
  const pid = await readPostmasterPid(cluster)
  if (pid === undefined) {
    // Empty: the server died while it wrote the file, or is about to write it at this moment.
    await sleep(emptyFileMilliseconds)
    if ((await readPostmasterPid(cluster)) === undefined) await rm(pidFile, { force: true })
    return
  }
  if (!isAlive(pid)) return
  // The number now belongs to another program, which PostgreSQL would take for a server. It ignores
  // a file that names its own parent, and, unlike without a file, still looks for processes that
  // the dead server may have left behind.
  const lines = ((await readText(pidFile)) ?? '').split('\n')
  await writeDurably(pidFile, `${[process.pid, ...lines.slice(1)].join('\n')}\n`, account)
}
