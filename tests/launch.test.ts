import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const launcher = join(root, 'platform/bin/launch.mjs')

let scratch: string
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'plinth-launch-'))
})
afterEach(() => rmSync(scratch, { recursive: true }))

describe('the launcher', () => {
  const launch = (source: string, args: readonly string[] = []) => {
    const script = join(scratch, 'script.ts')
    writeFileSync(script, source)
    return spawnSync(process.execPath, [launcher, script, ...args], {
      cwd: scratch,
      encoding: 'utf8',
    })
  }

  test('runs TypeScript on the pinned Node.js, with its arguments, where it was called', () => {
    const { stdout, status } = launch(
      'const seen: unknown = [process.version, process.argv.slice(2), process.cwd()]\n' +
        'console.log(JSON.stringify(seen))',
      ['a b', '--c'],
    )
    expect(JSON.parse(stdout)).toEqual([
      expect.stringMatching(/^v26\./),
      ['a b', '--c'],
      expect.stringContaining('plinth-launch-'),
    ])
    expect(status).toBe(0)
  })

  test('ends with the exit code of the script', () => {
    expect(launch('process.exit(7)').status).toBe(7)
  })

  test('tells a script that was killed from one that ended well', () => {
    expect(launch('process.kill(process.pid, "SIGKILL")').status).toBe(137)
    expect(launch('process.kill(process.pid, "SIGTERM")').status).toBe(143)
  })

  test('says how it is used when it is given nothing', () => {
    const { status, stderr } = spawnSync(process.execPath, [launcher], { encoding: 'utf8' })
    expect(status).toBe(2)
    expect(stderr).toMatch(/^usage: /)
  })

  test('says what to do where npm left the pinned Node.js out', () => {
    const bin = join(scratch, 'platform/bin')
    cpSync(join(root, 'platform/bin'), bin, { recursive: true })
    writeFileSync(join(scratch, 'package.json'), '{}')
    const { status, stderr } = spawnSync(process.execPath, [join(bin, 'launch.mjs'), 'x.ts'], {
      encoding: 'utf8',
    })
    expect(status).toBe(1)
    expect(stderr).toContain('Run `npm ci`')
  })
})

describe('the run of a fresh clone', () => {
  /** Runs .ci/run with an npm whose two commands say and do what the test wants. */
  function runWith(npm: { readonly ci: string; readonly test: string }) {
    cpSync(join(root, '.ci'), join(scratch, '.ci'), { recursive: true })
    const bin = join(scratch, 'bin')
    mkdirSync(bin)
    const script = `#!/bin/sh\ncase "$1" in\nci) ${npm.ci} ;;\ntest) ${npm.test} ;;\nesac\n`
    writeFileSync(join(bin, 'npm'), script)
    chmodSync(join(bin, 'npm'), 0o755)
    const { status, stdout } = spawnSync('bash', ['.ci/run'], {
      cwd: scratch,
      encoding: 'utf8',
      env: { PATH: `${bin}:/usr/bin:/bin`, TMPDIR: scratch },
    })
    return { status, lastLine: stdout.trimEnd().split('\n').at(-1) }
  }

  test('ends with the count of a good run', () => {
    const run = runWith({ ci: 'echo added', test: 'echo "3 passed, 0 failed"' })
    expect(run).toEqual({ status: 0, lastLine: '3 passed, 0 failed' })
  })

  test('ends with the count of a bad run, whatever npm says after it, and keeps its exit code', () => {
    const run = runWith({
      ci: 'true',
      test: 'echo "2 passed, 1 failed"; echo "npm error Lifecycle script failed" >&2; exit 4',
    })
    expect(run).toEqual({ status: 4, lastLine: '2 passed, 1 failed' })
  })

  test('is a failure when the packages could not be installed, and runs no tests then', () => {
    const run = runWith({ ci: 'exit 5', test: 'echo "3 passed, 0 failed"' })
    expect(run).toEqual({ status: 5, lastLine: '0 passed, 1 failed' })
  })

  test('is a failure when the tests told no count', () => {
    const run = runWith({ ci: 'true', test: 'echo all good' })
    expect(run).toEqual({ status: 1, lastLine: '0 passed, 1 failed' })
  })
})
