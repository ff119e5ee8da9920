import { execFile } from 'node:child_process'
import {
  access,
  constants,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { copyOnce, findBinaries } from './binaries.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'binaries-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('the programs of PostgreSQL are found, and run', async () => {
  const location = { home: folder, cluster: join(folder, 'cluster'), account: undefined }
  const { initdb, postgres, version } = await findBinaries(location)
  await access(initdb, constants.X_OK)
  const { stdout } = await promisify(execFile)(postgres, ['--version'])
  expect(stdout).toContain(`(PostgreSQL) ${version.split('.').slice(0, 2).join('.')}`)
})

describe('a copy of the programs', () => {
  /** A package as npm unpacks it: plain files, and a list of the links that belong to them. */
  async function createPackage(): Promise<string> {
    const native = join(folder, 'package', 'native')
    await mkdir(join(native, 'bin'), { recursive: true })
    await mkdir(join(native, 'lib'))
    await writeFile(join(native, 'bin', 'postgres'), 'program', { mode: 0o700 })
    await writeFile(join(native, 'lib', 'libpq.so.5.18'), 'library', { mode: 0o600 })
    await writeFile(join(native, 'lib', 'libpq.a'), 'archive')
    await symlink('libpq.so.5.18', join(native, 'lib', 'libpq.so'))
    await writeFile(
      join(native, 'pg-symlinks.json'),
      JSON.stringify([
        { source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so' },
        { source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' },
      ]),
    )
    return join(folder, 'package')
  }
  const copyOf = () => join(folder, 'copy')

  test('has what is needed to run, with its links, where everybody may run it', async () => {
    await copyOnce(await createPackage(), copyOf())
    const native = join(copyOf(), 'native')
    expect(await readFile(join(native, 'bin', 'postgres'), 'utf8')).toBe('program')
    expect((await readdir(join(native, 'lib'))).sort()).toEqual([
      'libpq.so',
      'libpq.so.5',
      'libpq.so.5.18',
    ])
    expect(await readlink(join(native, 'lib', 'libpq.so.5'))).toBe('libpq.so.5.18')
    const modeOf = async (...names: string[]) => (await stat(join(copyOf(), ...names))).mode & 0o777
    expect(await modeOf()).toBe(0o755)
    expect(await modeOf('native', 'bin', 'postgres')).toBe(0o755)
    expect(await modeOf('native', 'lib', 'libpq.so.5.18')).toBe(0o644)
  })

  test('is made once by any number that start together', async () => {
    const source = await createPackage()
    await Promise.all(Array.from({ length: 8 }, () => copyOnce(source, copyOf())))
    expect((await readdir(folder)).sort()).toEqual(['copy', 'package'])
    expect(await readFile(join(copyOf(), 'native', 'bin', 'postgres'), 'utf8')).toBe('program')
  })

  test('clears away copies that were cut off', async () => {
    await mkdir(join(folder, 'copy.copying-0123456789ab', 'native'), { recursive: true })
    await copyOnce(await createPackage(), copyOf())
    expect((await readdir(folder)).sort()).toEqual(['copy', 'package'])
  })

  test('that fails leaves nothing that looks like one', async () => {
    await expect(copyOnce(join(folder, 'missing'), copyOf())).rejects.toMatchObject({
      code: 'ENOENT',
    })
    expect(await readdir(folder)).toEqual([])
  })
})
