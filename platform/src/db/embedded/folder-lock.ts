import { access, constants, mkdir, readdir, realpath, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  askNeighbour,
  freshName,
  type LockPlace,
  type Neighbour,
  type Standing,
  standUp,
} from './lock-socket.ts'
import { shortFolder } from './short-folder.ts'

// How the lock works. Each starter listens on a socket of its own, under a name that is never used
// again, and then looks for the others. Whoever finds no other one alive holds the folder. Two can
// never both hold it: the one whose socket appeared later is bound to see the earlier one. A socket
// whose process is dead refuses connections, and because no name is ever reused, removing it cannot
// hit somebody who has just arrived. So a kill -9 at any moment leaves nothing that blocks.
// The lock sees every process of one kernel, in whichever container, but not another machine.

const takeMilliseconds = 10_000
const pauseMilliseconds = 10

export interface FolderLock {
  /** Gives the folder free. Calling it again does nothing. */
  release(): Promise<void>
}

/** Another process works on the data folder; `pid` is missing when that process did not answer. */
export class DataFolderInUseError extends Error {
  override readonly name = 'DataFolderInUseError'
  readonly dataFolder: string
  readonly pid: number | undefined

  constructor(dataFolder: string, pid: number | undefined) {
    const who = pid === undefined ? 'Another Plinth' : `Another Plinth (process ${pid})`
    super(
      `${who} already runs on the data folder ${dataFolder}. ` +
        'Stop that one first, or start this one on a data folder of its own.',
    )
    this.dataFolder = dataFolder
    this.pid = pid
  }
}

interface Place extends LockPlace {
  readonly dataFolder: string
  readonly deadline: number
}

/**
 * Takes the data folder for this process until `release`, or until the process dies. The folder
 * must exist. Throws DataFolderInUseError when a live process has it; it does not wait for that
 * one to end.
 */
export async function takeFolderLock(dataFolder: string): Promise<FolderLock> {
  const folder = await realpath(dataFolder)
  const lockFolder = join(folder, 'lock')
  await mkdir(lockFolder, { recursive: true, mode: 0o700 })
  const short = await shortFolder(lockFolder, `new-${freshName()}`)
  try {
    // Asked beforehand, because later on a refusal could have other reasons.
    await access(lockFolder, constants.R_OK | constants.W_OK | constants.X_OK)
    const deadline = performance.now() + takeMilliseconds
    const place = { dataFolder: folder, lockFolder, socketFolder: short.path, deadline }
    while (performance.now() < deadline) {
      const standing = await compete(place)
      if (standing) return { release: () => standing.leave() }
      await sleep(pauseMilliseconds)
    }
    throw new DataFolderInUseError(folder, undefined)
  } catch (error) {
    throw explained(error, folder)
  } finally {
    await short.release()
  }
}

/** The same error, or one that says what to do where the system's own words would not. */
function explained(error: unknown, dataFolder: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const elsewhere = 'or start it on another data folder.'
  if (code === 'EACCES') {
    const text = `The data folder ${dataFolder} belongs to another user. Start Plinth as that one, `
    return new Error(text + elsewhere, { cause: error })
  }
  if (code === 'ENOTSUP' || code === 'EOPNOTSUPP' || code === 'EPERM') {
    const text = `The disk of ${dataFolder} cannot hold Unix sockets. Put it on a local disk, `
    return new Error(text + elsewhere, { cause: error })
  }
  return error
}

/** One attempt: the folder when it is ours, undefined when somebody with precedence tries too. */
async function compete(place: Place): Promise<Standing | undefined> {
  if ((await liveNeighbours(place)).length > 0) return undefined
  const standing = await standUp(place)
  if (!standing) return undefined
  try {
    while (performance.now() < place.deadline) {
      const others = await liveNeighbours(place, standing.name)
      if (others.length === 0) {
        standing.hold()
        await removeUnfinished(place)
        return standing
      }
      // Of several that try, the lowest name waits until the others have given way.
      if (others.some((other) => other.name < standing.name)) break
      await sleep(pauseMilliseconds)
    }
  } catch (error) {
    await standing.leave()
    throw error
  }
  await standing.leave()
  return undefined
}

/** Everybody else who is alive and still trying. Throws when one of them holds the folder. */
async function liveNeighbours(place: Place, ownName?: string): Promise<readonly Neighbour[]> {
  const names = (await readdir(place.lockFolder)).filter((name) => name.startsWith('lock-'))
  const others = names.filter((name) => name !== ownName)
  const asked = await Promise.all(others.map((name) => askNeighbour(place, name)))
  const alive = asked.filter((other) => other !== undefined)
  const holder = alive.find((other) => other.stage === 'holding')
  if (holder) throw new DataFolderInUseError(place.dataFolder, holder.pid)
  return alive
}

/** What starters left behind that were killed between listening and showing their socket. */
async function removeUnfinished(place: Place): Promise<void> {
  const names = (await readdir(place.lockFolder)).filter((name) => name.startsWith('new-'))
  await Promise.all(names.map((name) => rm(join(place.lockFolder, name), { force: true })))
}
