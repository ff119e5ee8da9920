import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { mergeEnvironment, readEnvironment } from './environment.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'plinth-environment-'))
})
afterEach(() => rmSync(root, { recursive: true }))

test('a .env file in the root folder is read', () => {
  writeFileSync(join(root, '.env'), '# a comment\nPLINTH_TESTED_HERE="from the file"\n')
  expect(readEnvironment({ root }).PLINTH_TESTED_HERE).toBe('from the file')
})

test('a root folder without a .env file is fine', () => {
  expect(readEnvironment({ root }).PATH).toBe(process.env.PATH)
})

test('what the process was given wins over the file', () => {
  const merged = mergeEnvironment({ file: { PORT: '1', HOST: 'a' }, process: { PORT: '2' } })
  expect(merged).toEqual({ PORT: '2', HOST: 'a' })
})

test('an empty variable of the process does not hide the file', () => {
  expect(mergeEnvironment({ file: { PORT: '1' }, process: { PORT: '' } })).toEqual({ PORT: '1' })
})

test('a .env that cannot be read stops the start, and does not count as none', () => {
  mkdirSync(join(root, '.env'))
  expect(() => readEnvironment({ root })).toThrow(/EISDIR/)
})
