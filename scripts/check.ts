// `npm run check`: format and lint, types, tidiness, tests, from the fastest to the slowest. It stops
// at the first that fails.
import { run } from './run.ts'

const tsc = 'node_modules/typescript/bin/tsc'
const steps: readonly { name: string; command: readonly string[] }[] = [
  {
    name: 'format and lint',
    command: ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings'],
  },
  { name: 'types', command: [tsc, '-p', 'tsconfig.json'] },
  { name: 'types of the web', command: [tsc, '-p', 'web/tsconfig.json', '--noEmit'] },
  {
    name: 'tidiness',
    command: ['node_modules/vitest/vitest.mjs', 'run', '--project', 'rules', 'tests/tidy'],
  },
  { name: 'tests', command: ['scripts/test.ts'] },
]

for (const { name, command } of steps) {
  console.log(`\n== ${name}`)
  const startedAt = performance.now()
  const code = await run(command)
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  console.log(`== ${name}: ${code === 0 ? 'good' : `FAILED with exit code ${code}`}, ${seconds} s`)
  if (code !== 0) process.exit(code)
}
