// `npm test [-- <what Vitest takes>]`: builds the web if its sources changed, runs the tests, and
// ends with the line `N passed, N failed`.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from './run.ts'
import { countTests, type TestReport, toLine } from './test-count.ts'

const scratch = mkdtempSync(join(tmpdir(), 'plinth-test-'))
const reportPath = join(scratch, 'report.json')

function readReport(): TestReport | undefined {
  return existsSync(reportPath) ? JSON.parse(readFileSync(reportPath, 'utf8')) : undefined
}

async function test(): Promise<number> {
  const { buildWeb } = await import('../web/build.ts')
  await buildWeb()
  return await run([
    'node_modules/vitest/vitest.mjs',
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${reportPath}`,
    ...process.argv.slice(2),
  ])
}

const exitCode = await test().catch((error: unknown) => {
  console.error(error)
  return 1
})
const count = countTests(readReport(), exitCode)
rmSync(scratch, { recursive: true })
console.log(`\n${toLine(count)}`)
process.exitCode = exitCode !== 0 ? exitCode : Math.min(count.failed, 1)
