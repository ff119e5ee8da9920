import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { SignedInCaller } from '../identity/caller.ts'
import { compileOperation } from './compile.ts'
import type { AnyOperation } from './define.ts'
import { startJourney } from './journey.ts'
import { perform } from './perform.ts'
import {
  codeOf,
  createProbeRoad,
  destroy,
  does,
  doNothingSpecial,
  fail,
  insert,
  open,
  type ProbeRoad,
  secret,
  told,
  write,
} from './probes-for-tests.ts'
import { plainCall } from './road-for-tests.ts'

let road: ProbeRoad
let ada: SignedInCaller
let callAs: ProbeRoad['callAs']

beforeAll(async () => {
  road = await createProbeRoad()
  ada = road.ada
  callAs = road.callAs
})
beforeEach(async () => {
  doNothingSpecial()
  await road.sql('truncate probe.note')
})
afterAll(() => road.stop())

describe('an idempotency key', () => {
  const idempotent = async (operation: AnyOperation, key: string) => {
    does.run = () => ({ name: `run ${does.runs}` })
    const call = () => callAs(operation, { idempotencyKey: key, requestId: `r-${key}` })
    return [await call(), await call()] as const
  }

  test.for(['write', 'destroy'])('lets a %s happen once', async (effect) => {
    const operation = effect === 'write' ? write : destroy
    const [first, second] = await idempotent(operation, `once ${effect}`)
    expect(first).toMatchObject({ output: { name: 'run 1' }, replayed: false })
    expect(second).toMatchObject({ output: { name: 'run 1' }, replayed: true, caller: ada })
    expect(does.runs).toBe(1)
    expect(await road.rowsOf(`r-once ${effect}`)).toHaveLength(1)
    expect(await road.openTransactions()).toBe(0)
  })

  test('keeps no answer that holds a secret', async () => {
    const [first, second] = await idempotent(secret, 'secret')
    expect(first.ok).toBe(true)
    expect(codeOf(second)).toBe('IDEMPOTENCY_ANSWER_SECRET')
    expect(await road.openTransactions()).toBe(0)
    const kept = await road.sql("select answer from platform.replay where key = 'secret'")
    expect(kept).toEqual([{ answer: null }])
  })

  test('says nothing of nobody, whose answers cannot be told apart', async () => {
    const [first, second] = await idempotent(open, 'nobody')
    expect([first, second].map((answer) => answer.ok && answer.replayed)).toEqual([false, false])
    expect(await road.sql("select from platform.replay where key = 'nobody'")).toEqual([])
  })

  test('that is none ends the call before it begins', async () => {
    expect(codeOf(await callAs(write, { idempotencyKey: '' }))).toBe('INVALID_INPUT')
    expect(does.runs).toBe(0)
  })

  test('with another input is refused, and nothing runs', async () => {
    await idempotent(write, 'other')
    const answer = await callAs(write, { idempotencyKey: 'other', input: { name: 'x' } })
    expect(codeOf(answer)).toBe('IDEMPOTENCY_CONFLICT')
    expect(does.runs).toBe(1)
  })

  test('is not needed: without one nothing is kept', async () => {
    const before = await road.sql('select from platform.replay')
    await callAs(write)
    expect(await road.sql('select from platform.replay')).toHaveLength(before.length)
  })
})

describe('a clash with another transaction', () => {
  test.for(['40001', '40P01', '26000'])('of class %s is repeated, all of it', async (code) => {
    does.run = async ({ db }) => {
      await insert(db, `clash ${code}`)
      if (does.runs < 4) await fail(db, code)
      return { name: `run ${does.runs}` }
    }
    expect(await callAs(write)).toMatchObject({ output: { name: 'run 4' } })
    expect(await road.notesOf(`clash ${code}`)).toBe(1)
  })

  test('is given up after three repetitions', async () => {
    does.run = async ({ db }) => {
      await fail(db, '40001')
      return { name: 'x' }
    }
    expect(codeOf(await callAs(write, { requestId: 'r-clash' }))).toBe('UNAVAILABLE')
    expect(does.runs).toBe(4)
    expect(await road.openTransactions()).toBe(0)
  })

  test.for(['23505', '40002', '57014', 'P0001'])('is not what %s says', async (code) => {
    does.run = async ({ db }) => {
      await fail(db, code)
      return { name: 'x' }
    }
    expect((await callAs(write)).ok).toBe(false)
    expect(does.runs).toBe(1)
  })

  test('is not what looks like one and did not come from the server', async () => {
    does.run = () => {
      throw Object.assign(new Error('no'), { code: '40001' })
    }
    expect(codeOf(await callAs(write))).toBe('INTERNAL')
    expect(does.runs).toBe(1)
  })

  test('is not repeated when there is no time left', async () => {
    const deadline = performance.now() + 1_000
    does.run = async ({ db }) => {
      const clash: unknown = await fail(db, '40001').catch((error: unknown) => error)
      while (performance.now() <= deadline) await new Promise((resolve) => setTimeout(resolve, 20))
      throw clash
    }
    const journey = startJourney({ ...plainCall, operation: open }, compileOperation(open))
    const overdue = perform(road.parts, { ...journey, deadline }, {})
    await expect(overdue).rejects.toMatchObject({ code: '40001' })
    expect(does.runs).toBe(1)
  })
})

describe('a call row', () => {
  test('says all that is known of a call', async () => {
    const call = { requestId: 'r-row', correlationId: 'c-row', surface: 'mcp' as const }
    await callAs(told, { ...call, address: '2001:db8::7', input: { name: 'given' } })
    expect(await road.rowsOf('r-row')).toMatchObject([
      {
        person_id: ada.personId,
        actor: { kind: 'script', id: ada.actor.id, name: 'laptop' },
        operation: 'probe.told',
        surface: 'mcp',
        subject: '[{"name":"given"},{"name":"done"}]',
        reason: 'asked to',
        outcome: 'done',
        code: null,
        correlation_id: 'c-row',
        address: '2001:db8::7',
      },
    ])
  })

  test('of a refusal knows the input and no output', async () => {
    does.policy = () => false
    await callAs(told, { requestId: 'r-refused', input: { name: 'given' } })
    expect(await road.rowsOf('r-refused')).toMatchObject([
      { subject: '[{"name":"given"},null]', outcome: 'refused', code: 'FORBIDDEN' },
    ])
  })

  test('has a duration in microseconds', async () => {
    await callAs(write, { requestId: 'r-time' })
    const [row] = await road.rowsOf('r-time')
    expect(row?.duration_us).toBeGreaterThan(0)
    expect(row?.duration_us).toBeLessThan(30_000_000)
  })
})
