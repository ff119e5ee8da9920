import { spawnSync } from 'node:child_process'
import { constants, existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { removeDatabase } from '../../platform/src/db/embedded/visit.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** A repository of one's own, as somebody has it who cloned it and ran `npm ci`. */
export interface ScratchCopy {
  readonly folder: string
  readonly dataFolder: string
  path(relative: string): string
  read(relative: string): Promise<string>
  /** Makes the folders on the way, too. */
  write(relative: string, text: string): Promise<void>
  /** Deletes everything, its database included. */
  remove(): Promise<void>
}

export async function makeScratchCopy(): Promise<ScratchCopy> {
  const folder = await mkdtemp(join(tmpdir(), 'plinth-guide-'))
  const path = (relative: string) => join(folder, relative)
  const dataFolder = path('.plinth')
  const write = async (relative: string, text: string) => {
    await mkdir(dirname(path(relative)), { recursive: true })
    await writeFile(path(relative), text)
  }
  for (const file of await listSources()) {
    await cp(join(root, file), path(file), { mode: constants.COPYFILE_FICLONE })
  }
  await linkPackages(folder)
  return {
    folder,
    dataFolder,
    path,
    read: (relative) => readFile(path(relative), 'utf8'),
    write,
    async remove() {
      await removeDatabase(dataFolder)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** What no repository has: what was installed, built or kept by a run. */
const notSources = new Set(['node_modules', '.git', 'dist', '.plinth', 'coverage'])

/**
 * The files of the repository: those that Git tracks, so that somebody's unfinished files beside them
 * are not copied; where there is no Git, everything that is none of `notSources`.
 */
async function listSources(): Promise<readonly string[]> {
  const git = spawnSync('git', ['-C', root, 'ls-files', '-z'], { encoding: 'utf8' })
  // Without a .git of its own the folder may lie in a clone of something else.
  if (git.status === 0 && git.stdout !== '' && existsSync(join(root, '.git'))) {
    return git.stdout.split('\0').filter((file) => file !== '' && existsSync(join(root, file)))
  }
  return listFolder('')
}

async function listFolder(folder: string): Promise<readonly string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true })
  const files = entries
    .filter(({ name }) => !notSources.has(name) && !name.endsWith('.log'))
    .map(async (entry) => {
      const path = join(folder, entry.name)
      return entry.isDirectory() ? listFolder(path) : [path]
    })
  return (await Promise.all(files)).flat()
}

/**
 * Gives the copy the packages of this repository without copying a gigabyte: a link for each. Only the
 * workspaces, which npm links from here to here, have links of their own to the copy.
 */
async function linkPackages(folder: string): Promise<void> {
  const installed = join(root, 'node_modules')
  await mkdir(join(folder, 'node_modules'))
  for (const name of await readdir(installed)) {
    const target = join(folder, 'node_modules', name)
    // Their links are relative, and so lead to the copy.
    const isLinks = name === '@plinth' || name === '.bin'
    // Tools keep what they remember in node_modules, and must not share it.
    if (isLinks)
      await cp(join(installed, name), target, { recursive: true, verbatimSymlinks: true })
    else if (name !== '.cache' && !name.startsWith('.vite')) {
      await symlink(join(installed, name), target)
    }
  }
  for (const workspace of ['platform', 'apps', 'web']) {
    const nested = join(root, workspace, 'node_modules')
    if (existsSync(nested)) await symlink(nested, join(folder, workspace, 'node_modules'))
  }
}
