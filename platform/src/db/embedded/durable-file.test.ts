import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { exists, makePassage, readText, writeDurably } from './durable-file.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'durable-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const modeOf = async (path: string) => (await stat(path)).mode & 0o777

describe('a file that is written durably', () => {
  test('is there whole, for its owner alone, and nothing else is left beside it', async () => {
    const path = join(folder, 'note')
    await writeDurably(path, 'first')
    await writeDurably(path, 'second')
    expect(await readFile(path, 'utf8')).toBe('second')
    expect(await modeOf(path)).toBe(0o600)
    expect(await readdir(folder)).toEqual(['note'])
  })

  test('belongs to whom it was written for', async () => {
    const path = join(folder, 'note')
    const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
    await writeDurably(path, 'text', owner)
    expect(await stat(path)).toMatchObject(owner)
  })

  test('stays as it was when it cannot be replaced, and no half of it is left', async () => {
    const path = join(folder, 'taken')
    await mkdir(join(path, 'full'), { recursive: true })
    await expect(writeDurably(path, 'text')).rejects.toMatchObject({ syscall: 'rename' })
    expect(await readdir(folder)).toEqual(['taken'])
    expect(await readdir(path)).toEqual(['full'])
  })
})

describe('a small file', () => {
  test('is read without its line end', async () => {
    const path = join(folder, 'note')
    await writeFile(path, 'one\ntwo\n')
    expect(await readText(path)).toBe('one\ntwo')
    expect(await exists(path)).toBe(true)
  })

  test('that is not there is no error, nor is one below a file', async () => {
    await writeFile(join(folder, 'note'), '')
    for (const path of [join(folder, 'missing'), join(folder, 'note', 'below')]) {
      expect(await readText(path)).toBeUndefined()
      expect(await exists(path)).toBe(false)
    }
  })

  test('that cannot be read for another reason is an error', async () => {
    await expect(readText(folder)).rejects.toMatchObject({ code: 'EISDIR' })
    const circle = join(folder, 'circle')
    await symlink(circle, circle)
    await expect(exists(circle)).rejects.toMatchObject({ code: 'ELOOP' })
  })
})

describe('a passage', () => {
  test('lets others through, whatever the process takes away from new folders', async () => {
    const path = join(folder, 'passage')
    const before = process.umask(0o077)
    try {
      await makePassage(path)
    } finally {
      process.umask(before)
    }
    expect(await modeOf(path)).toBe(0o711)
  })

  test('that is open to others already stays as it is', async () => {
    const path = join(folder, 'open')
    await mkdir(path)
    const mode = await modeOf(path)
    await makePassage(path)
    expect(await modeOf(path)).toBe(mode)
  })
})
