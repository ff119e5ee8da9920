// Steps of the road that need no database, each by itself on the objects that the road uses.
import { randomUUID } from 'node:crypto'
import { addTask } from '../apps/src/tasks/operations/add-task.ts'
import { getTask } from '../apps/src/tasks/operations/get-task.ts'
import { createIdentifier } from '../platform/src/identity/identify.ts'
import { newKey } from '../platform/src/identity/token.ts'
import { createLimiter } from '../platform/src/limits/limiter.ts'
import { createCallLog } from '../platform/src/observability/call-log.ts'
import { createLogger } from '../platform/src/observability/log.ts'
import { createMeters } from '../platform/src/observability/metrics.ts'
import { compileOperation } from '../platform/src/operation/compile.ts'
import { decode } from '../platform/src/operation/decode.ts'
import { limitHeaders } from '../platform/src/surfaces/http/limit-headers.ts'
import { newTask } from './workloads.ts'

export interface StepCost {
  readonly step: string
  readonly readMicros: number
  readonly createMicros: number
}

const batch = 5_000

/** The best of many rounds: whatever else the machine does only ever adds. */
async function costOf(run: () => unknown, rounds: number): Promise<number> {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < rounds; round += 1) {
    const before = performance.now()
    for (let one = 0; one < batch; one += 1) await run()
    best = Math.min(best, performance.now() - before)
  }
  // What the loop and the waiting cost by themselves is measured beside it and taken away.
  return (best * 1_000) / batch
}

export async function measureStepsAlone({ rounds }: { rounds: number }): Promise<StepCost[]> {
  const empty = await costOf(() => undefined, rounds)
  const cost = async (run: () => unknown) => Math.max(0, (await costOf(run, rounds)) - empty)
  const same = async (step: string, run: () => unknown): Promise<StepCost> => {
    const micros = await cost(run)
    return { step, readMicros: micros, createMicros: micros }
  }
  const each = async (
    step: string,
    runs: { readonly read: () => unknown; readonly create: () => unknown },
  ): Promise<StepCost> => ({
    step,
    readMicros: await cost(runs.read),
    createMicros: await cost(runs.create),
  })

  const limiter = createLimiter({ now: () => performance.now() })
  const rate = { count: 9_999_999, seconds: 1, burst: 9_999_999 }
  const take = () =>
    limiter.take({ name: 'key', key: '0199b7a2-6c1e-7a3c-9f7e-2f1a4d5b6c7d', rate })
  const state = await take()
  const identify = await knownIdentifier()
  const [read, create] = [compileOperation(getTask), compileOperation(addTask)]
  const inputs = { read: { taskId: randomUUID() }, create: newTask() }
  const meters = createMeters([getTask, addTask])
  const log = lineWriter()
  return [
    await same('identify: hash and look up the key', identify),
    await same('limits: per address and per key', () => [take(), take()]),
    await same('limits: the headers', () => limitHeaders(state)),
    await each('decode: the strict schema', {
      read: () => decode(getTask, inputs.read),
      create: () => decode(addTask, inputs.create),
    }),
    await each('cut: the declared answer', {
      read: () => read.cut(answer),
      create: () => create.cut(answer),
    }),
    await same('encode: JSON', () => JSON.stringify(answer)),
    await same('report: the line', log),
    await same('report: the meters', () => meters.done(getTask, 'http', 1.5)),
  ]
}

const answer = {
  id: '0199b7a2-6c1e-7a3c-9f7e-2f1a4d5b6c7d',
  number: 1,
  ...newTask(),
  due: null,
  status: 'open',
  completedAt: null,
  trashedAt: null,
  createdAt: '2026-03-02T09:00:00Z',
  updatedAt: '2026-03-02T09:00:00Z',
  version: 1,
}

/** An identifier that knows one key already. */
async function knownIdentifier(): Promise<() => unknown> {
  const row = {
    id: randomUUID(),
    person_id: randomUUID(),
    name: 'Ada Byron',
    email: 'ada@example.com',
    time_zone: 'UTC',
    roles: [],
    scopes: ['tasks:read'],
    key_name: 'bench',
    used_by: 'script',
    expires_at: '9999-01-01T00:00:00Z',
    last_used_at: null,
  }
  const identifier = createIdentifier({
    read: async () => [row] as never,
    write: async () => {},
    now: () => Date.now(),
  })
  const credential = { kind: 'bearer', token: newKey() } as const
  await identifier.identify(credential)
  return () => identifier.identify(credential)
}

/** The line as in production, to nowhere. */
function lineWriter(): () => void {
  const config = { environment: 'production', log: { level: 'info', format: 'json' } } as const
  const write = createCallLog(createLogger(config, { write: () => {} }))
  const ids = { requestId: randomUUID(), personId: randomUUID(), actor: `script:${randomUUID()}` }
  const call = { operation: 'tasks.get_task', surface: 'http', status: 200, replayed: false }
  return () => write({ ...ids, ...call, correlationId: undefined, durationMilliseconds: 1.234_567 })
}
