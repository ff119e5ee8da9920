import { join } from 'node:path'
import { expect, test } from 'vitest'
import { rules } from './tidy/rules.ts'
import { readSources } from './tidy/source.ts'

const sources = readSources(join(import.meta.dirname, '..'))
const paths = new Set(sources.map(({ path }) => path))

test('the rules see the whole repository', () => {
  const known = [
    'README.md',
    '.ci/run',
    'platform/src/operation/execute.ts',
    'platform/src/migrations/0001_platform.sql',
    'apps/src/all.ts',
    'web/src/main.tsx',
    'tests/tidy.test.ts',
  ]
  expect(known.filter((path) => !paths.has(path))).toEqual([])
})

test.each(Object.entries(rules))('no file breaks the rule %s', (_, rule) => {
  const complaints = sources.flatMap((file) =>
    rule(file, paths).map((complaint) => `${file.path} ${complaint}`),
  )
  expect(complaints).toEqual([])
})
