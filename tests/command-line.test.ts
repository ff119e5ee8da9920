import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

const program = join(import.meta.dirname, '../platform/bin/plinth.mjs')

let dataFolder: string
beforeEach(() => {
  dataFolder = mkdtempSync(join(tmpdir(), 'plinth-command-'))
})
afterEach(() => rmSync(dataFolder, { recursive: true }))

interface Ended {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Runs `npx plinth …` as a person would, with nobody at the keyboard. */
function plinth(...words: readonly string[]): Promise<Ended> {
  const env = { PATH: process.env.PATH, PLINTH_DATA: dataFolder }
  return new Promise((resolve) => {
    const options = { env, maxBuffer: 20_000_000 }
    const child = execFile(process.execPath, [program, ...words], options, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    )
    child.stdin?.end()
  })
}

test('the command line prints the description of this installation’s apps', async () => {
  const { code, out, err } = await plinth('openapi')
  const { openapi, paths } = JSON.parse(out)
  expect({ code, err, openapi }).toEqual({ code: 0, err: '', openapi: '3.1.0' })
  expect(Object.keys(paths)).toEqual(
    expect.arrayContaining(['/api/v1/tasks', '/api/v1/auth/sign_in']),
  )
})

test('the command line reads the settings of the environment and says what fails', async () => {
  const { code, out, err } = await plinth('db', 'url', '--as', 'owner')
  expect({ code, out }).toEqual({ code: 1, out: '' })
  expect(err).toContain('Start Plinth first: npm start')
})

test('the command line deletes nothing where nobody can be asked', async () => {
  writeFileSync(join(dataFolder, 'kept'), '')
  const { code, out, err } = await plinth('reset')
  expect(code).toBe(1)
  expect(out).toContain(`This deletes everything in ${dataFolder}`)
  expect(err).toBe('Nothing was deleted.\n')
})

test('the command line says what there is when it does not understand', async () => {
  const { code, err } = await plinth('dance')
  expect(code).toBe(2)
  expect(err).toContain('npx plinth openapi')
})
