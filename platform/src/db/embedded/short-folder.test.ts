import { mkdir, mkdtemp, readdir, readlink, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { exists } from './durable-file.ts'
import { type ShortFolder, shortFolder } from './short-folder.ts'

let parent: string
let given: ShortFolder | undefined

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'short-'))
})
afterEach(async () => {
  vi.useRealTimers()
  await given?.release()
  given = undefined
  await rm(parent, { recursive: true, force: true })
})

/** A folder whose path has so many bytes. */
async function folderOf(bytes: number): Promise<string> {
  const names = 'x'.repeat(bytes - Buffer.byteLength(parent) - 1).replaceAll(/.{200}/g, '$&/')
  const folder = join(parent, names)
  await mkdir(folder, { recursive: true })
  return folder
}

describe('a folder for a socket', () => {
  test('is used by its own name when the socket fits into an address', async () => {
    const folder = await folderOf(100 - '/.s.PGSQL.5432'.length)
    given = await shortFolder(folder, '.s.PGSQL.5432')
    expect(given.path).toBe(folder)
    await given.release()
    expect(await exists(folder)).toBe(true)
  })

  test('whose name is a byte too long has another, which leads to it', async () => {
    const folder = await folderOf(101 - '/.s.PGSQL.5432'.length)
    given = await shortFolder(folder, '.s.PGSQL.5432')
    expect(Buffer.byteLength(join(given.path, '.s.PGSQL.5432'))).toBeLessThanOrEqual(100)
    await writeFile(join(given.path, 'file'), '')
    expect(await readdir(folder)).toEqual(['file'])
  })

  test('loses its other name when nobody uses it any more, and nothing of its own', async () => {
    const folder = await folderOf(150)
    await writeFile(join(folder, 'file'), '')
    given = await shortFolder(folder, 'socket')
    await given.release()
    expect(await exists(dirname(given.path))).toBe(false)
    expect(await readdir(folder)).toEqual(['file'])
  })

  test('gets its other name back within the hour when somebody swept it away', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const folder = await folderOf(150)
    given = await shortFolder(folder, 'socket')
    const { path } = given
    await rm(dirname(path), { recursive: true })
    vi.advanceTimersByTime(60 * 60 * 1000)
    await expect.poll(() => readlink(path).catch(() => undefined), { timeout: 20_000 }).toBe(folder)
  })
})
