import { lstat, mkdir, mkdtemp, rename, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** A Unix socket's address holds 104 bytes on macOS and 108 on Linux, the closing zero included. */
const socketPathBytesMax = 100

/** Longer than this, the temporary folder itself would not leave room for a socket's name. */
const temporaryFolderBytesMax = 50

/** Temporary folders are swept of what is ten days old; PostgreSQL touches its sockets as often. */
const refreshMilliseconds = 60 * 60 * 1000

/** Another, short path to a folder. Release it when nobody connects through it any more. */
export interface ShortFolder {
  readonly path: string
  release(): Promise<void>
}

/**
 * A path to `folder` that leaves room for a socket's name in it. A long folder gets an alias, a
 * symbolic link in a private temporary folder: the socket itself stays in `folder`, because that is
 * where other processes, and other containers on the same volume, look for it.
 */
export async function shortFolder(folder: string, socketName: string): Promise<ShortFolder> {
  if (Buffer.byteLength(join(folder, socketName)) <= socketPathBytesMax) {
    return { path: folder, release: async () => {} }
  }
  const base = Buffer.byteLength(tmpdir()) <= temporaryFolderBytesMax ? tmpdir() : '/tmp'
  const path = join(await mkdtemp(join(base, 'plinth-')), 'folder')
  await symlink(folder, path)
  const refresh = setInterval(() => void keepAlias(path, folder), refreshMilliseconds)
  refresh.unref()
  return {
    path,
    release: async () => {
      clearInterval(refresh)
      await rm(dirname(path), { recursive: true, force: true })
    },
  }
}

async function keepAlias(path: string, folder: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    // Swept away and made again by somebody else, it would lead to a server of theirs.
    if ((await lstat(dirname(path))).uid !== process.getuid?.()) return
    await symlink(folder, `${path}-new`)
    await rename(`${path}-new`, path)
  } catch {
    // Nothing is lost yet: the next round tries again, and connections that are open stay open.
  }
}
