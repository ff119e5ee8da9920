// `npm run fuzz [-- --times 10] [--seed 7] [--only tasks.add_task]`: the tests of tests/fuzz with
// another seed than the one that every test run has, and with more cases. The seed is said first and
// again with what fails, so that whatever was found can be found again.
import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { run } from './run.ts'

const { values } = parseArgs({
  options: {
    times: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(randomInt(2 ** 31)) },
    only: { type: 'string' },
  },
})

// Read by tests/fuzz/run.ts; the product knows nothing of them.
process.env.FUZZ_SEED = values.seed
process.env.FUZZ_TIMES = values.times
console.log(`Fuzzing with --seed ${values.seed} --times ${values.times}`)
process.exitCode = await run([
  'node_modules/vitest/vitest.mjs',
  'run',
  'tests/fuzz',
  ...(values.only === undefined ? [] : ['-t', values.only]),
])
