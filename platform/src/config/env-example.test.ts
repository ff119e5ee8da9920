import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { expect, test } from 'vitest'
import { envExample } from './env-example.ts'
import { type Variable, variables } from './schema.ts'

const committed = readFileSync(join(import.meta.dirname, '../../../.env.example'), 'utf8')
const entries = Object.entries<Variable>(variables)

// When it fails: node platform/bin/launch.mjs scripts/env-example.ts
test('the committed .env.example is the one that the schema gives', () => {
  expect(committed).toBe(envExample())
})

test('copying it unchanged to .env sets nothing', () => {
  expect(parseEnv(envExample())).toEqual({})
})

test('every example and every default in it can be read', () => {
  const uncommented = parseEnv(envExample().replaceAll(/^# (?=[A-Z_]+=)/gm, ''))
  expect(Object.keys(uncommented).sort()).toEqual(entries.map(([name]) => name).sort())
  for (const [name, variable] of entries) {
    expect(variable.read(uncommented[name] ?? '')).toMatchObject({ ok: true })
    if (variable.default) expect(variable.read(variable.default)).toMatchObject({ ok: true })
  }
})
