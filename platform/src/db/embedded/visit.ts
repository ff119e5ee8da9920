import { realpath, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { port } from './cluster.ts'
import { exists, readText } from './durable-file.ts'
import { takeFolderLock } from './folder-lock.ts'
import { noteName, sharedFolder } from './location.ts'

/** The socket folder of a data folder's database, for a visitor beside the Plinth that serves it. */
export async function findSocket(
  dataFolder: string,
): Promise<{ readonly host: string; readonly port: number } | undefined> {
  if (!(await exists(dataFolder))) return undefined
  const folder = await realpath(dataFolder)
  const home = (await readText(join(folder, noteName))) ?? join(folder, 'postgres')
  const host = join(home, 'socket')
  return (await exists(join(host, `.s.PGSQL.${port}`))) ? { host, port } : undefined
}

/**
 * Removes a data folder with its database, wherever that lies. Throws DataFolderInUseError while a
 * Plinth runs on it.
 */
export async function removeDatabase(dataFolder: string): Promise<void> {
  if (!(await exists(dataFolder))) return
  const folder = await realpath(dataFolder)
  const lock = await takeFolderLock(folder)
  try {
    const home = await readText(join(folder, noteName))
    if (home?.startsWith(`${sharedFolder}/`)) await rm(home, { recursive: true, force: true })
  } finally {
    await lock.release()
  }
  await rm(folder, { recursive: true, force: true })
}
