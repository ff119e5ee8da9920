import { randomBytes } from 'node:crypto'
import { link, mkdir, open, readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'

const bytes = 32

/**
 * The installation's secret: 256 random bits, made on the first start and kept with mode 600. The
 * logins' passwords and the first administrator's token follow from it.
 */
export async function ensureSecret(dataFolder: string): Promise<Buffer> {
  await mkdir(dataFolder, { recursive: true, mode: 0o700 })
  const path = join(dataFolder, 'secret')
  const known = await readSecret(path)
  if (known) return known
  // Written aside and linked: of two first starts one wins, and a cut-off one leaves no half file.
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  const file = await open(draft, 'wx', 0o600)
  try {
    try {
      await file.writeFile(randomBytes(bytes).toString('base64url'))
      await file.sync()
    } finally {
      await file.close()
    }
    await link(draft, path)
  } catch (error) {
    if (!isExisting(error)) throw error
  } finally {
    await unlink(draft)
  }
  const made = await readSecret(path)
  if (!made) throw new Error(`The secret in ${path} could not be read back.`)
  return made
}

async function readSecret(path: string): Promise<Buffer | undefined> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
  const secret = Buffer.from(text.trim(), 'base64url')
  if (secret.length !== bytes) {
    throw new Error(`${path} does not hold a secret of ${bytes} bytes. Put the old file back.`)
  }
  return secret
}

const isExisting = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EEXIST'
