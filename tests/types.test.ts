import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const compiler = join(root, 'node_modules/typescript/bin/tsc')

// The *.test-d.ts files hold what must and what must not compile; only the compiler can judge them.
// It takes seconds alone, and longer beside other tests.
const timeout = 300_000
test.each(['tsconfig.json', 'web/tsconfig.json'])(
  'all types of %s hold',
  { timeout },
  (project) => {
    const { status, stdout } = spawnSync(process.execPath, [compiler, '-p', project], {
      cwd: root,
      encoding: 'utf8',
    })
    expect(stdout).toBe('')
    expect(status).toBe(0)
  },
)
