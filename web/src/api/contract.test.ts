import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { contractText } from '../../generate.ts'

test('the committed contract is what the registry prints today', async () => {
  const committed = await readFile(new URL('./contract.ts', import.meta.url), 'utf8')
  expect(committed, 'Write it anew: node platform/bin/launch.mjs web/generate.ts').toBe(
    contractText(),
  )
})
