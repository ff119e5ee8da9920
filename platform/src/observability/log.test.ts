import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import type { Config } from '../config/config.ts'
import { createLogger } from './log.ts'

type LogConfig = Pick<Config, 'environment' | 'log'>

const json: LogConfig = { environment: 'test', log: { level: 'info', format: 'json' } }

function capture(config: LogConfig = json) {
  const lines: string[] = []
  const log = createLogger(config, { write: (line) => void lines.push(line) })
  return { log, lines, last: () => JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown> }
}

describe('a line', () => {
  test('of a call has exactly the promised keys', () => {
    const { log, last } = capture()
    log.info(
      {
        request_id: 'r-1',
        user_id: 'u-1',
        actor: 'script:k-1',
        action: 'tasks.add_task',
        status: 201,
        duration_ms: 3.5,
      },
      'call done',
    )
    const { timestamp, ...rest } = last()
    expect(timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    expect(rest).toEqual({
      level: 'info',
      service: 'plinth',
      environment: 'test',
      request_id: 'r-1',
      user_id: 'u-1',
      actor: 'script:k-1',
      action: 'tasks.add_task',
      status: 201,
      duration_ms: 3.5,
      message: 'call done',
    })
  })

  test('below the level is not written', () => {
    const { log, lines } = capture()
    log.debug('nobody asked')
    expect(lines).toEqual([])
  })

  test('is one line, whatever is in it', () => {
    const { log, lines } = capture()
    log.info({ user_agent: 'a\n{"level":"fatal"}' }, 'b\nc')
    expect(lines[0]?.trimEnd()).not.toContain('\n')
  })
})

describe('no secret is written', () => {
  const error = new Error('bad key plk_planted', { cause: new Error('password=planted') })
  test.each([
    ['in a message', { write: (log) => log.info('used plk_planted') }],
    ['in a value for a message', { write: (log) => log.info('used %s', 'plk_planted') }],
    ['in an object for a message', { write: (log) => log.info('used %o', { token: 'planted' }) }],
    ['in a message after fields', { write: (log) => log.info({}, 'cookie: planted') }],
    ['in a value after fields', { write: (log) => log.info({}, '%j', { cvv: 'planted' }) }],
    ['in fields', { write: (log) => log.info({ body: { password: 'planted' } }) }],
    ['in an error alone', { write: (log) => log.error(error) }],
    ['in an error with a message', { write: (log) => log.error(error, 'failed') }],
    ['in an error among fields', { write: (log) => log.error({ err: error }) }],
    ['in an error under another name', { write: (log) => log.error({ why: error }, 'failed') }],
    ['in the bindings of a child', { write: (log) => log.child({ token: 'planted' }).info('x') }],
    [
      'in the bindings of a grandchild',
      {
        write: (log) =>
          log
            .child({})
            .child({ a: { secret: 'planted' } })
            .info('x'),
      },
    ],
    [
      'in bindings set later',
      {
        write: (log) => {
          const child = log.child({})
          child.setBindings({ authorization: 'planted' })
          child.info('x')
        },
      },
    ],
  ] satisfies [string, { write: (log: ReturnType<typeof createLogger>) => void }][])(
    '%s',
    (_, { write }) => {
      const { log, lines } = capture()
      write(log)
      expect(lines).toHaveLength(1)
      expect(lines[0]).toContain('[redacted]')
      expect(lines[0]).not.toContain('planted')
    },
  )

  test('and an error keeps its type, its place and its cause', () => {
    const { log, last } = capture()
    log.error({ err: error }, 'call failed')
    expect(last()).toMatchObject({
      message: 'call failed',
      err: {
        type: 'Error',
        message: 'bad key [redacted]',
        stack: expect.stringContaining('log.test.ts'),
        cause: { message: 'password=[redacted]' },
      },
    })
  })
})

describe('text for people', () => {
  const readable: LogConfig = { ...json, log: { level: 'info', format: 'text' } }

  test('begins with what the call did', () => {
    const { log, lines } = capture(readable)
    log.info({ action: 'tasks.add_task', status: 201, duration_ms: 3.5, actor: 'x' }, 'call done')
    expect(lines[0]).toMatch(/\] INFO: tasks\.add_task 201 3\.5 ms call done \{"actor":"x"\}\n$/)
  })

  test('hides secrets like JSON does, and cannot move the cursor', () => {
    const { log, lines } = capture(readable)
    log.info({ password: 'planted', path: '\u001b[2J\u009b2J' }, '\u001b[31mhello')
    for (const bad of ['planted', '\u001b', '\u009b']) expect(lines.join('')).not.toContain(bad)
    expect(lines[0]).toContain('?[31mhello')
  })
})

describe('in production nothing written is lost', () => {
  const place = new URL('./log.ts', import.meta.url).href
  const config = JSON.stringify({ ...json, environment: 'production' })
  const writeMany = `
    import { createLogger } from ${JSON.stringify(place)}
    const log = createLogger(${config})
    for (let n = 0; n < 5000; n++) log.info({ n }, 'line')`

  test.each([
    ['when the process ends by itself', '', 0],
    ['when it is told to exit', 'process.exit(3)', 3],
    ['when an error that nobody caught ends it', 'throw new Error("planned")', 1],
  ])('%s', async (_, ending, exitCode) => {
    const child = spawn(
      process.execPath,
      ['--input-type=module-typescript', '--eval', `${writeMany}\n${ending}`],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    )
    const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')])
    const numbers = output
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { n: number }).n)
    expect(numbers).toEqual(Array.from({ length: 5000 }, (_, n) => n))
    expect(code).toBe(exitCode)
  })
})
