import type { AnyOperation } from '@plinth/platform'
import {
  callOver,
  startTestPlinth,
  type TestAnswer,
  type TestPerson,
  type TestPlinth,
} from '@plinth/platform/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  addThing,
  breakThing,
  forbidThing,
  lookAtThing,
  makeSecret,
  probe,
  renameThing,
  runs,
} from './probe-app.ts'

let plinth: TestPlinth
let ada: TestPerson
let key: string

beforeAll(async () => {
  plinth = await startTestPlinth({ apps: [probe] })
  ada = await plinth.createPerson()
  key = await ada.key()
})
afterAll(() => plinth.stop())
beforeEach(() => {
  runs.count = 0
})

const call = (
  operation: AnyOperation,
  input: Record<string, unknown>,
  options: { idempotencyKey?: string; token?: string } = {},
): Promise<TestAnswer> =>
  callOver(plinth.server, 'http', {
    operation,
    input,
    credential: { kind: 'bearer', token: options.token ?? key },
    idempotencyKey: options.idempotencyKey,
  })

const things = async (name: string): Promise<number> =>
  (await plinth.sql('select from probe.thing where name = $1', [name])).length

interface CallRow {
  outcome: string
  code: string | null
  subject: string
  person_id: string
  actor: { kind: string; name: string }
}

async function lastCall(operation: AnyOperation): Promise<CallRow | undefined> {
  const [row] = await plinth.sql<CallRow>(
    'select * from platform.call where operation = $1 order by at desc, id desc limit 1',
    [operation.name],
  )
  return row
}

describe('what a handler throws', () => {
  test('leaves with its code when it is declared, and takes its rows with it', async () => {
    expect(await call(breakThing, { how: 'declared' })).toMatchObject({ code: 'PROBE_THING_ODD' })
    expect(await things('declared')).toBe(0)
    expect(await lastCall(breakThing)).toMatchObject({
      outcome: 'refused',
      code: 'PROBE_THING_ODD',
    })
  })

  test.for(['undeclared', 'bug', 'sql'])('is our own fault otherwise: %s', async (how) => {
    const { code, problem } = await call(breakThing, { how })
    expect(code).toBe('INTERNAL')
    expect(JSON.stringify(problem)).not.toContain('canary')
    expect(await things(how)).toBe(0)
    expect(await lastCall(breakThing)).toMatchObject({ outcome: 'failed', code: 'INTERNAL' })
    const line = plinth.logs.find((entry) => entry.request_id === problem?.requestId)
    expect(JSON.stringify(line)).toContain('canary')
  })

  test('is our own fault when the answer is not what the schema says', async () => {
    expect(await call(breakThing, { how: 'answer' })).toMatchObject({ code: 'INTERNAL' })
    expect(await things('answer')).toBe(0)
  })
})

describe('a clash with another transaction', () => {
  test('is repeated without anybody noticing', async () => {
    expect(await call(breakThing, { how: 'clash_once' })).toMatchObject({ output: { runs: 2 } })
    expect(await things('clash_once')).toBe(1)
  })

  test('is given up after three repetitions', async () => {
    const { code, problem } = await call(breakThing, { how: 'clash_always' })
    expect(code).toBe('UNAVAILABLE')
    expect(problem).toMatchObject({ retryAfter: 1 })
    expect(runs.count).toBe(4)
    expect(await things('clash_always')).toBe(0)
  })
})

describe('an answer', () => {
  test('is cut to what the schema declares', async () => {
    const { output } = await call(addThing, { name: 'cut' })
    expect(Object.keys(output as object).sort()).toEqual(['id', 'name', 'version'])
  })
})

describe('a call row', () => {
  test('says who did what through what', async () => {
    await call(addThing, { name: 'recorded' })
    expect(await lastCall(addThing)).toMatchObject({
      outcome: 'done',
      code: null,
      person_id: ada.personId,
      actor: { kind: 'script', name: 'laptop' },
    })
  })

  test('is there for a refusal by policy, which leaves nothing else', async () => {
    expect(await call(forbidThing, {})).toMatchObject({ code: 'FORBIDDEN' })
    expect(await lastCall(forbidThing)).toMatchObject({ outcome: 'refused', code: 'FORBIDDEN' })
  })

  test('is there for a read that says it is recorded', async () => {
    const { output } = await call(addThing, { name: 'looked at' })
    const { id } = output as { id: string }
    expect(await call(lookAtThing, { thingId: id })).toMatchObject({ output: { id } })
    expect(await lastCall(lookAtThing)).toMatchObject({ outcome: 'done', subject: id })
  })

  test('cannot be written, changed or removed by the login of requests', async () => {
    const rights = await plinth.sql(
      `select table_name, privilege_type from information_schema.role_table_grants
       where table_schema = 'platform' and table_name ~ '^(call|change|refusal)'
         and grantee in ('plinth_app', 'plinth_identity', 'PUBLIC')`,
    )
    expect(rights).toEqual([])
  })
})

describe('a version', () => {
  test('that is stale refuses the change and leaves the thing alone', async () => {
    const { output } = await call(addThing, { name: 'first' })
    const { id } = output as { id: string }
    const fresh = await call(renameThing, { thingId: id, name: 'second', ifVersion: 1 })
    expect(fresh).toMatchObject({ output: { name: 'second', version: 2 } })
    const stale = await call(renameThing, { thingId: id, name: 'third', ifVersion: 1 })
    expect(stale).toMatchObject({ code: 'VERSION_CONFLICT', problem: { version: 2 } })
    expect(await things('third')).toBe(0)
  })
})

describe('an idempotency key', () => {
  test('gives the stored answer again, and only to the same input', async () => {
    const idempotencyKey = 'retry-1'
    const first = await call(addThing, { name: 'once' }, { idempotencyKey })
    const second = await call(addThing, { name: 'once' }, { idempotencyKey })
    expect(second).toEqual({ output: first.output, replayed: true })
    expect(await call(addThing, { name: 'other' }, { idempotencyKey })).toMatchObject({
      code: 'IDEMPOTENCY_CONFLICT',
    })
    expect([await things('once'), await things('other')]).toEqual([1, 0])
  })

  test('lets one of fifty equal calls take effect', async () => {
    const calls = Array.from({ length: 50 }, () =>
      call(addThing, { name: 'parallel' }, { idempotencyKey: 'retry-2' }),
    )
    const answers = await Promise.all(calls)
    const codes = new Set(answers.map((answer) => answer.code))
    codes.delete('IDEMPOTENCY_IN_PROGRESS')
    expect([...codes]).toEqual([undefined])
    expect(answers.filter((answer) => answer.output && !answer.replayed)).toHaveLength(1)
    expect(await things('parallel')).toBe(1)
  })

  test('belongs to one client: another key of the same person starts anew', async () => {
    const token = await ada.key({ name: 'desktop' })
    await call(addThing, { name: 'mine' }, { idempotencyKey: 'retry-3' })
    const other = await call(addThing, { name: 'mine' }, { idempotencyKey: 'retry-3', token })
    expect(other.replayed).toBe(false)
    expect(await things('mine')).toBe(2)
  })

  test('does not keep a refused call from being made again', async () => {
    const options = { idempotencyKey: 'retry-4' }
    await call(breakThing, { how: 'declared' }, options)
    await call(breakThing, { how: 'declared' }, options)
    expect(runs.count).toBe(2)
  })

  test('never stores an answer that holds a secret', async () => {
    const options = { idempotencyKey: 'retry-5' }
    expect(await call(makeSecret, {}, options)).toMatchObject({
      output: { secret: 'canary-in-the-answer' },
    })
    expect(await call(makeSecret, {}, options)).toMatchObject({ code: 'IDEMPOTENCY_ANSWER_SECRET' })
    expect(await things('secret')).toBe(1)
    const stored = await plinth.sql("select from platform.replay where answer::text ~ 'canary'")
    expect(stored).toEqual([])
  })

  test.for(['', 'a'.repeat(256), 'ä'])('is refused when it is %j', async (idempotencyKey) => {
    const answer = await callOver(plinth.server, 'direct', {
      operation: addThing,
      input: { name: 'never' },
      credential: { kind: 'bearer', token: key },
      idempotencyKey,
    })
    expect(answer.code).toBe('INVALID_INPUT')
    expect(await things('never')).toBe(0)
  })
})

describe('a credential', () => {
  test('that lacks the scope is told which one', async () => {
    const token = await ada.key({ scopes: ['probe:read'] })
    expect(await call(addThing, { name: 'x' }, { token })).toMatchObject({
      code: 'INSUFFICIENT_SCOPE',
      problem: { scope: 'probe:write' },
    })
  })

  test('that was revoked writes nothing, though it was good a moment ago', async () => {
    const token = await ada.key({ name: 'stolen' })
    await call(addThing, { name: 'before' }, { token })
    // As another process would do it, so that nothing here has been told.
    await plinth.sql("update identity.api_key set revoked_at = now() where name = 'stolen'")
    expect(await call(addThing, { name: 'after' }, { token })).toMatchObject({
      code: 'UNAUTHENTICATED',
    })
    expect(await things('after')).toBe(0)
  })
})

describe('a log line', () => {
  test('has the same keys for every call', async () => {
    const { output } = await call(addThing, { name: 'logged' })
    expect(output).toBeDefined()
    const line = plinth.logs.findLast((entry) => entry.action === 'probe.add_thing')
    expect(line).toMatchObject({
      level: 'info',
      service: 'plinth',
      environment: 'test',
      user_id: ada.personId,
      actor: expect.stringMatching(/^script:/),
      status: 200,
      duration_ms: expect.any(Number),
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      request_id: expect.any(String),
    })
    expect(JSON.stringify(plinth.logs)).not.toContain(key)
  })
})
