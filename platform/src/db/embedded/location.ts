import { createHash } from 'node:crypto'
import { chown, mkdir, readdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { exists, makePassage, readText, writeDurably } from './durable-file.ts'
import type { Log } from './log.ts'

// PostgreSQL refuses to run as root. Started by root it runs as somebody else, who can rarely look
// into root's folders: so its data then lies outside the data folder, which holds a note of where.

/** Where things of root's installations live that the PostgreSQL user must reach. */
export const sharedFolder = '/var/lib/plinth'

export const noteName = 'postgres-location'
const backNoteName = 'data-folder'
const homesMax = 100

/** A user that PostgreSQL runs as. */
export interface Account {
  readonly uid: number
  readonly gid: number
}

/** The folder of one database: cluster, socket folder, password and log. */
export interface Location {
  readonly home: string
  /** The home's part that is the PostgreSQL data directory. */
  readonly cluster: string
  /** Whom to become before PostgreSQL starts; undefined when not root. */
  readonly account: Account | undefined
}

/** Finds, or prepares, the home of the data folder's database. Needs the folder's lock. */
export async function findLocation(dataFolder: string, log: Log): Promise<Location> {
  const localHome = join(dataFolder, 'postgres')
  const note = await readText(join(dataFolder, noteName))
  const hasLocal = await exists(join(localHome, 'cluster'))
  if (process.getuid?.() !== 0) {
    if (note && !hasLocal) {
      throw new Error(
        `The database of ${dataFolder} was made by root and lies in ${note}. ` +
          'Start Plinth as root again, or on another data folder.',
      )
    }
    await mkdir(localHome, { recursive: true, mode: 0o700 })
    return locationIn(localHome, undefined)
  }
  if (hasLocal) {
    // Root would write into a folder where its owner can turn any name into a link.
    throw new Error(
      `The database in ${localHome} was made by an ordinary user. Start Plinth as that user, ` +
        'or on another data folder.',
    )
  }
  const home =
    note === undefined ? await newHome(dataFolder, log) : await checkedHome(dataFolder, note)
  const cluster = join(home, 'cluster')
  const account = (await exists(cluster)) ? await ownerOf(cluster) : await unprivilegedAccount()
  return locationIn(home, account)
}

async function locationIn(home: string, account: Account | undefined): Promise<Location> {
  const socketFolder = join(home, 'socket')
  await mkdir(socketFolder, { recursive: true, mode: 0o700 })
  if (account) await chown(socketFolder, account.uid, account.gid)
  return { home, cluster: join(home, 'cluster'), account }
}

/** The home that the note names, after making sure that it is there and is this folder's alone. */
async function checkedHome(dataFolder: string, home: string): Promise<string> {
  const notePath = join(dataFolder, noteName)
  if (dirname(home) !== sharedFolder) {
    const known = await homesOf(dataFolder)
    throw new Error(
      `The note ${notePath} is damaged: it should name the folder of the database in ` +
        `${sharedFolder}. Put the old file back` +
        (known.length > 0 ? `; it probably held ${known.join(' or ')}.` : '.'),
    )
  }
  // An empty database in place of the missing one would look as if everything had been lost.
  if (!(await exists(home))) {
    throw new Error(
      `The database of ${dataFolder} should lie in ${home}, which is not there. Put it back ` +
        `(in a container, ${sharedFolder} must be a volume too), or remove the file ` +
        `${notePath} to begin with an empty database.`,
    )
  }
  const owner = await readText(join(home, backNoteName))
  if (owner && owner !== dataFolder && (await readText(join(owner, noteName))) === home) {
    throw new Error(
      `${dataFolder} is a copy of ${owner}: both name the database in ${home}. ` +
        'Start Plinth on the original, or remove the copy.',
    )
  }
  if (owner !== dataFolder) await writeDurably(join(home, backNoteName), dataFolder)
  return home
}

/** The homes whose own notes name the data folder. */
async function homesOf(dataFolder: string): Promise<readonly string[]> {
  const homes = (await readdir(sharedFolder)).map((name) => join(sharedFolder, name))
  const owners = await Promise.all(homes.map((home) => readText(join(home, backNoteName))))
  return homes.filter((_, at) => owners[at] === dataFolder)
}

async function newHome(dataFolder: string, log: Log): Promise<string> {
  const hash = createHash('sha256').update(dataFolder).digest('hex').slice(0, 16)
  for (let attempt = 1; attempt <= homesMax; attempt += 1) {
    const home = join(sharedFolder, attempt === 1 ? hash : `${hash}-${attempt}`)
    if (await exists(join(home, 'cluster'))) {
      // Someone removed a data folder and began a new one in its place. The old database belongs
      // to secrets that are gone; it is neither brought back nor destroyed.
      log('left the database of an earlier data folder alone', { folder: home })
      continue
    }
    // Root owns the home, so that the files root writes there cannot be turned into links.
    await makePassage(home)
    await writeDurably(join(home, backNoteName), dataFolder)
    await writeDurably(join(dataFolder, noteName), home)
    return home
  }
  throw new Error(`${sharedFolder} holds ${homesMax} databases of ${dataFolder}. Remove old ones.`)
}

async function ownerOf(folder: string): Promise<Account> {
  const { uid, gid } = await stat(folder)
  if (uid === 0) throw new Error(`${folder} belongs to root, but PostgreSQL cannot run as root.`)
  return { uid, gid }
}

async function unprivilegedAccount(): Promise<Account> {
  const lines = ((await readText('/etc/passwd')) ?? '').split('\n').map((line) => line.split(':'))
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = lines.find(([candidate]) => candidate === name) ?? []
    if (Number(uid) > 0 && Number(gid) > 0) return { uid: Number(uid), gid: Number(gid) }
  }
  return { uid: 65_534, gid: 65_534 }
}
