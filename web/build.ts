import { createHash } from 'node:crypto'
import { open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

export interface BuildOptions {
  /** Builds even when nothing changed. */
  readonly force?: boolean
  /** Told in one sentence what takes time. */
  readonly log?: (message: string) => void
}

const web = import.meta.dirname
const root = join(web, '..')
const dist = join(web, 'dist')
const stampName = '.built-from'
const lockPath = join(web, '.build-lock')

/** All that the built files are made of. Versions of packages stand in the lock file. */
const sources = [
  'package-lock.json',
  'web/index.html',
  'web/vite.config.ts',
  'web/build.ts',
  'web/public',
  'web/src',
  'platform/src/client.ts',
  'platform/src/client',
  'platform/src/identity/password-rule.ts',
  'platform/src/identity/common-passwords.ts',
]

/**
 * Builds web/dist when it is not what the present sources make, and says whether it did.
 *
 * The new files come into their place by one rename, so a server never sees half of them. When two
 * processes want to build, the second waits for the first and finds nothing left to do.
 */
export async function buildWeb(options: BuildOptions = {}): Promise<{ readonly built: boolean }> {
  const stamp = await hashSources()
  const isFresh = async () => !options.force && (await readStamp()) === stamp
  if (await isFresh()) return { built: false }
  return withLock(async () => {
    if (await isFresh()) return { built: false }
    const started = performance.now()
    options.log?.('Building the web pages.')
    await buildInto(dist, stamp)
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    options.log?.(`The web pages were built in ${seconds} s.`)
    return { built: true }
  })
}

async function hashSources(): Promise<string> {
  const hash = createHash('sha256')
  for (const source of sources) {
    for (const file of await filesOf(join(root, source))) {
      hash
        .update(relative(root, file))
        .update('\0')
        .update(await readFile(file))
        .update('\0')
    }
  }
  return hash.digest('hex')
}

/** The file itself, or every file under the folder, in a fixed order. */
async function filesOf(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(
    (error: unknown) => {
      if (isErrno(error, 'ENOTDIR')) return undefined
      throw error
    },
  )
  if (!entries) return [path]
  const files = entries.filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
  return files.map((entry) => join(entry.parentPath, entry.name)).sort()
}

async function readStamp(): Promise<string | undefined> {
  try {
    return await readFile(join(dist, stampName), 'utf8')
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined
    throw error
  }
}

async function buildInto(target: string, stamp: string): Promise<void> {
  const made = `${target}.new`
  const old = `${target}.old`
  await Promise.all([made, old].map((folder) => rm(folder, { recursive: true, force: true })))
  // Loaded here because a start that has nothing to build should not pay for it.
  const { build } = await import('vite')
  await build({
    root: web,
    configFile: join(web, 'vite.config.ts'),
    logLevel: 'warn',
    build: { outDir: made, emptyOutDir: true },
  })
  await compressAll(join(made, 'assets'))
  await writeFile(join(made, stampName), stamp)
  await rename(target, old).catch((error: unknown) => {
    if (!isErrno(error, 'ENOENT')) throw error
  })
  await rename(made, target)
  await rm(old, { recursive: true, force: true })
}

const toGzip = promisify(gzip)
const toBrotli = promisify(brotliCompress)

/** Puts a .br and a .gz beside every text that is worth it; the server sends what is asked for. */
async function compressAll(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => /\.(js|css|svg)$/.test(name))
  await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name)
      const content = await readFile(path)
      if (content.length < 1024) return
      // Quality 9 takes a twentieth of the time of 11 and gives files that are 4 % larger.
      const params = { [constants.BROTLI_PARAM_QUALITY]: 9 }
      const [br, gz] = await Promise.all([
        toBrotli(content, { params }),
        toGzip(content, { level: 9 }),
      ])
      await Promise.all([writeFile(`${path}.br`, br), writeFile(`${path}.gz`, gz)])
    }),
  )
}

const lockPatienceSeconds = 60

/**
 * Lets one process build at a time. The lock names its holder, so that what a killed process left
 * behind holds nobody up; and no wait is longer than a build could be.
 */
async function withLock<Result>(run: () => Promise<Result>): Promise<Result> {
  const patience = performance.now() + lockPatienceSeconds * 1000
  while (!(await tryLock())) {
    if (performance.now() > patience || !(await isHolderAlive()))
      await rm(lockPath, { force: true })
    else await sleep(100)
  }
  try {
    return await run()
  } finally {
    await rm(lockPath, { force: true })
  }
}

async function tryLock(): Promise<boolean> {
  try {
    const file = await open(lockPath, 'wx')
    await file.writeFile(String(process.pid))
    await file.close()
    return true
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false
    throw error
  }
}

async function isHolderAlive(): Promise<boolean> {
  const pid = Number(await readFile(lockPath, 'utf8').catch(() => ''))
  // Between making the file and writing the number, the holder is alive and nameless.
  if (!pid) return true
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return isErrno(error, 'EPERM')
  }
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
