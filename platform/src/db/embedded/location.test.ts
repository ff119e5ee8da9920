import { mkdir, mkdtemp, realpath, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findLocation, type Location, noteName, sharedFolder } from './location.ts'

/** Root's databases lie outside the data folder, and everybody else's inside. */
const isRoot = process.getuid?.() === 0

let dataFolder: string
const homes: string[] = []

beforeEach(async () => {
  dataFolder = await realpath(await mkdtemp(join(tmpdir(), 'location-')))
})
afterEach(async () => {
  for (const home of homes.splice(0)) await rm(home, { recursive: true, force: true })
  await rm(dataFolder, { recursive: true, force: true })
})

async function find(): Promise<Location> {
  const location = await findLocation(dataFolder, () => {})
  homes.push(location.home)
  return location
}

describe('the place of a database', () => {
  test('is the same at the second look', async () => {
    const first = await find()
    expect(await find()).toEqual(first)
    expect(first.cluster).toBe(join(first.home, 'cluster'))
    expect(first.home.startsWith(isRoot ? `${sharedFolder}/` : dataFolder)).toBe(true)
  })

  test('has a folder for the socket that only its owner may enter', async () => {
    const { home, account } = await find()
    const { mode, uid } = await stat(join(home, 'socket'))
    expect(mode & 0o777).toBe(0o700)
    expect(uid).toBe(account?.uid ?? process.getuid?.())
    expect(account === undefined).toBe(!isRoot)
  })

  test('belongs to whoever made it: another kind of user is refused', async () => {
    if (isRoot) await mkdir(join(dataFolder, 'postgres', 'cluster'), { recursive: true })
    else await writeFile(join(dataFolder, noteName), join(sharedFolder, 'somewhere'))
    const refusal = isRoot ? 'was made by an ordinary user' : 'was made by root'
    await expect(find()).rejects.toThrow(refusal)
  })
})
