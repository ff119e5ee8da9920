import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ensureSecret } from './secret.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plinth-secret-'))
})
afterEach(() => rm(folder, { recursive: true }))

test('the secret is made once, with 256 bits, for nobody else to read', async () => {
  const first = await ensureSecret(folder)
  expect(first).toHaveLength(32)
  expect(await ensureSecret(folder)).toEqual(first)
  expect((await stat(join(folder, 'secret'))).mode & 0o777).toBe(0o600)
})

test('of many first starts at once all get the same secret, and no draft is left', async () => {
  const secrets = await Promise.all(Array.from({ length: 20 }, () => ensureSecret(folder)))
  expect(new Set(secrets.map((secret) => secret.toString('hex'))).size).toBe(1)
  expect(await readdir(folder)).toEqual(['secret'])
})

test('a damaged secret is refused instead of replaced', async () => {
  await writeFile(join(folder, 'secret'), 'short')
  await expect(ensureSecret(folder)).rejects.toThrow(/does not hold a secret of 32 bytes/)
})

test('a secret that cannot be read is refused instead of replaced', async () => {
  await mkdir(join(folder, 'secret'))
  await expect(ensureSecret(folder)).rejects.toMatchObject({ code: 'EISDIR' })
  expect(await readdir(folder)).toEqual(['secret'])
})

test('the folder is made when it is not there, for nobody else', async () => {
  const data = join(folder, 'deep', 'data')
  await ensureSecret(data)
  expect((await stat(data)).mode & 0o777).toBe(0o700)
})

test('a line end after the secret is no part of it', async () => {
  const secret = await ensureSecret(folder)
  await writeFile(join(folder, 'secret'), `${secret.toString('base64url')}\n`)
  expect(await ensureSecret(folder)).toEqual(secret)
})
