import { describe, expect, test } from 'vitest'
import { type CallLine, createCallLog } from './call-log.ts'
import { createLogger } from './log.ts'

const line: CallLine = {
  requestId: 'r-1',
  correlationId: undefined,
  personId: '0199b7a2-6c1e-7a3c-9f7e-2f1a4d5b6c7d',
  actor: 'agent:k-1',
  operation: 'tasks.add_task',
  surface: 'http',
  status: 201,
  durationMilliseconds: 3.456789,
  replayed: false,
}

function capture(level = 'info') {
  const lines: string[] = []
  const config = { environment: 'test', log: { level, format: 'json' } } as const
  const log = createLogger(config, { write: (written) => void lines.push(written) })
  return { log, lines, write: createCallLog(log), last: () => JSON.parse(lines.at(-1) ?? '') }
}

describe('the line of a finished call', () => {
  test('is the one that the log itself would write', () => {
    const { log, write, lines } = capture()
    write({ ...line, correlationId: 'c-1', replayed: true })
    log.info(
      {
        request_id: 'r-1',
        correlation_id: 'c-1',
        user_id: line.personId,
        actor: 'agent:k-1',
        action: 'tasks.add_task',
        surface: 'http',
        status: 201,
        duration_ms: 3.46,
        replayed: true,
      },
      'call done',
    )
    const [ours, theirs] = lines.map((text) => text.replace(/"timestamp":"[^"]+"/, ''))
    expect(ours).toBe(theirs)
    expect(lines[0]).toMatch(
      /^{"level":"info","timestamp":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z",/,
    )
  })

  test('leaves out what there is not', () => {
    const { write, last } = capture()
    write({ ...line, personId: undefined, actor: 'nobody' })
    expect(last()).not.toHaveProperty('correlation_id')
    expect(last()).not.toHaveProperty('user_id')
    expect(last()).not.toHaveProperty('replayed')
  })

  test('shows no key that a client gave as an id, and stays one line whatever it gave', () => {
    const { write, lines, last } = capture()
    write({ ...line, requestId: 'plk_planted', correlationId: 'a"b\n{"level":"fatal"}' })
    expect(lines[0]).not.toContain('planted')
    expect(lines[0]?.trimEnd()).not.toContain('\n')
    expect(last().correlation_id).toBe('a"b\n{"level":"fatal"}')
  })

  test('is not written below its level', () => {
    const { write, lines } = capture('warn')
    write(line)
    expect(lines).toEqual([])
  })
})
