import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

/** A process that logs and ends, and what came out of it. */
async function outputOf(environment: string, end: string): Promise<string[]> {
  const script = `
    import { createLogger } from ${JSON.stringify(import.meta.resolve('./log.ts'))}
    const log = createLogger({ environment: '${environment}', log: { level: 'info', format: 'json' } })
    for (let at = 0; at < 500; at++) log.info({ at, token: 'planted' }, 'line')
    ${end}
  `
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '-e', script],
    { maxBuffer: 10_000_000 },
  )
  return stdout.trimEnd().split('\n')
}

test.for([
  ['production', ''],
  ['production', 'process.exit(0)'],
  ['production', 'await new Promise((resolve) => setTimeout(resolve, 300))'],
  ['development', ''],
  ['development', 'process.exit(0)'],
] as const)(
  'every line of a process in %s comes out before it ends by “%s”',
  async ([environment, end]) => {
    const lines = (await outputOf(environment, end)).map((line) => JSON.parse(line))
    expect(lines.map(({ at }) => at)).toEqual(Array.from({ length: 500 }, (_, at) => at))
    expect(lines[0]).toMatchObject({ environment, service: 'plinth', token: '[redacted]' })
  },
)
