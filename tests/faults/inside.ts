import { readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { findSocket } from '../../platform/src/db/embedded/visit.ts'
import { connectTo, databaseName } from '../../platform/src/db/open.ts'

// Looks into an installation past Plinth: at its files, its processes and its database.

/** The folder of the database: in the data folder, or, for root, where the note says. */
export async function homeOf(dataFolder: string): Promise<string> {
  const note = await readFile(join(dataFolder, 'postgres-location'), 'utf8').catch(() => undefined)
  return note?.trim() ?? join(dataFolder, 'postgres')
}

/** The number in PostgreSQL's own note of its main process; undefined when there is no note. */
export async function postmasterOf(dataFolder: string): Promise<number | undefined> {
  const path = join(await homeOf(dataFolder), 'cluster', 'postmaster.pid')
  const text = await readFile(path, 'utf8').catch(() => '')
  return Number.parseInt(text, 10) || undefined
}

/** Asks the database as the owner of the tables, who sees everything, on a connection of its own. */
export async function askAsOwner<Row extends object>(
  dataFolder: string,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const client = await connectAsOwner(dataFolder)
  try {
    return (await client.query<Row>(text, [...values])).rows
  } finally {
    await client.end()
  }
}

/** A connection that its user ends. Rejects when the server is not there. */
export async function connectAsOwner(dataFolder: string): Promise<pg.Client> {
  const socket = await findSocket(dataFolder)
  if (!socket) throw new Error('No server listens there.')
  const secret = await readFile(join(dataFolder, 'secret'), 'utf8')
  const place = { ...socket, kind: 'running', database: databaseName } as const
  const client = new pg.Client({
    ...connectTo(place, Buffer.from(secret.trim(), 'base64url'))('owner'),
    connectionTimeoutMillis: 10_000,
  })
  // It may be killed under us, which the next query then says.
  client.on('error', () => {})
  await client.connect()
  return client
}

/** What the server has logged so far. */
export async function serverLogOf(dataFolder: string): Promise<string> {
  return readFile(join(await homeOf(dataFolder), 'postgres.log'), 'utf8')
}

/** Everything that an installation leaves behind which only a running one may have. */
export async function remainsOf(dataFolder: string): Promise<readonly string[]> {
  const home = await homeOf(dataFolder)
  const filesIn = async (folder: string) =>
    (await readdir(folder).catch(() => [])).map((name) => join(folder, name))
  const cluster = await filesIn(join(home, 'cluster'))
  return [
    ...(await processesOf(dataFolder)),
    ...(await filesIn(join(dataFolder, 'lock'))),
    ...(await filesIn(join(home, 'socket'))),
    ...cluster.filter((path) => path.endsWith('postmaster.pid')),
    ...(await filesIn(home)).filter((path) => path.includes('cluster.new-')),
    ...(await filesIn(dataFolder)).filter((path) => /secret\.|\/\./.test(path)),
  ]
}

/** The living processes of an installation: Plinth's by its setting, PostgreSQL's by its folder. */
export async function processesOf(dataFolder: string): Promise<readonly string[]> {
  const cluster = join(await homeOf(dataFolder), 'cluster')
  const found = (await readdir('/proc').catch(() => []))
    .filter((name) => /^\d+$/.test(name))
    .map(async (pid) => {
      const [folder, environment, line] = await Promise.all([
        readlink(`/proc/${pid}/cwd`).catch(() => ''),
        readFile(`/proc/${pid}/environ`, 'utf8').catch(() => ''),
        readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''),
      ])
      const isOurs =
        folder === cluster || environment.split('\0').includes(`PLINTH_DATA=${dataFolder}`)
      return isOurs ? [`process ${pid}: ${line.replaceAll('\0', ' ').trim()}`] : []
    })
  return (await Promise.all(found)).flat()
}
