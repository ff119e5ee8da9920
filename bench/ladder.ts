// What each step costs at the database: the same task read and added again and again on one
// connection, with one step more on each rung. CPU time, so that nobody else's load counts.

import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import pg, { type PoolClient } from 'pg'
import { recordCall } from '../platform/src/audit/record.ts'
import { ensureSecret } from '../platform/src/config/secret.ts'
import { bindRead, bindWrite } from '../platform/src/db/binding.ts'
import { connectTo } from '../platform/src/db/open.ts'
import { runUnit, type UnitStatement } from '../platform/src/db/unit.ts'
import type { SignedInCaller } from '../platform/src/identity/caller.ts'
import { askLiveness } from '../platform/src/operation/perform.ts'
import { askForReplay, keepAnswer, replayKeyOf } from '../platform/src/replay/replay.ts'
import type { BenchDatabase } from './database.ts'
import { median } from './measure.ts'
import { add, find, valuesToAdd } from './sql.ts'
import { newTask } from './workloads.ts'

/** One more step of the road, and what it added; in microseconds of CPU. */
export interface Rung {
  readonly step: string
  /** In the server's process, for speaking to the database. */
  readonly serverMicros: number
  /** In the database's process; not a number where the system does not tell. */
  readonly databaseMicros: number
}

interface Step {
  readonly step: string
  readonly run: () => Promise<unknown>
  readonly client: Connection
}

interface Connection {
  readonly client: PoolClient
  /** CPU time of the server process behind it, in microseconds. */
  cpuMicros(): number
}

export interface Ladders {
  readonly read: readonly Rung[]
  readonly create: readonly Rung[]
}

const begin: UnitStatement = { text: 'begin', values: [] }
const commit: UnitStatement = { text: 'commit', values: [] }
const timeoutMilliseconds = 29_990

/** Measures both ladders. Every rung is run in turn, in many rounds; the medians count. */
export async function climb(
  database: BenchDatabase,
  { rounds, runs }: { readonly rounds: number; readonly runs: number },
): Promise<Ladders> {
  await using connections = new AsyncDisposableStack()
  const connect = async (config: pg.ClientConfig) => {
    const made = await connectForLadder(config)
    connections.defer(made.close)
    return made
  }
  const { place, dataFolder, password } = database
  const superuser = { ...place, user: 'postgres', password }
  const app = connectTo(place, await ensureSecret(dataFolder))('app')
  const lanes = {
    bare: await connect({ ...superuser, options: '-c session_replication_role=replica' }),
    imaged: await connect(superuser),
    app: await connect(app),
  }
  const caller = await callerOf(database)
  return {
    read: await measureSteps(readSteps(database, lanes, caller), { rounds, runs }),
    create: await measureSteps(createSteps(lanes, caller), { rounds, runs }),
  }
}

type Lanes = Readonly<Record<'bare' | 'imaged' | 'app', Connection>>

async function connectForLadder(config: pg.ClientConfig) {
  const client = new pg.Client(config)
  await client.connect()
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  return {
    client: client as unknown as PoolClient,
    cpuMicros: () => onCpuMicros(rows[0]?.pid ?? 0),
    close: () => client.end(),
  }
}

/** The first number of /proc/<pid>/schedstat: nanoseconds on a processor. */
function onCpuMicros(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1_000
  } catch {
    return Number.NaN
  }
}

/** The first person, through their key. */
async function callerOf(database: BenchDatabase): Promise<SignedInCaller> {
  const [person] = database.people()
  if (!person) throw new Error('The bench has people.')
  return {
    personId: person.id,
    name: 'Ada Byron',
    email: 'ada.0@example.com',
    timeZone: 'UTC',
    actor: { kind: 'script', id: person.keyId, name: 'bench' },
    roles: [],
    scopes: ['tasks:read', 'tasks:write'],
  }
}

function readSteps(database: BenchDatabase, lanes: Lanes, caller: SignedInCaller): Step[] {
  const [person] = database.people()
  const statement = { text: find.text, values: [person?.taskIds[0]] }
  const binding = () => bindRead({ caller, callId: randomUUID(), timeoutMilliseconds })
  const unit = (lane: Connection, ...statements: UnitStatement[]) =>
    runUnit(lane.client, statements)
  return [
    { step: 'the statement alone', client: lanes.bare, run: () => unit(lanes.bare, statement) },
    {
      step: 'binding to the caller, read-only, deadline',
      client: lanes.imaged,
      run: () => unit(lanes.imaged, binding(), statement),
    },
    {
      step: 'row security',
      client: lanes.app,
      run: () => unit(lanes.app, binding(), statement),
    },
  ]
}

function createSteps(lanes: Lanes, caller: SignedInCaller): Step[] {
  const insert = (): UnitStatement => ({
    text: add.text,
    values: valuesToAdd(caller.personId, newTask()),
  })
  const binding = () => bindWrite({ caller, callId: randomUUID(), timeoutMilliseconds })
  const row = () =>
    recordCall({
      operation: 'tasks.add_task',
      surface: 'http',
      subject: randomUUID(),
      outcome: 'done',
      requestId: randomUUID(),
      address: '127.0.0.1',
      durationMilliseconds: 4,
    })
  /** One whole write: three units, or one where there is no transaction. */
  const write = (
    lane: Connection,
    first: () => UnitStatement[],
    last: () => UnitStatement[] = () => [],
  ) => ({
    client: lane,
    run: async () => {
      await runUnit(lane.client, [begin, ...first()])
      await runUnit(lane.client, [insert()])
      await runUnit(lane.client, [...last(), commit])
    },
  })
  const bound = () => [binding()]
  const live = () => [binding(), ...askLiveness(caller)]
  return [
    {
      step: 'the statement alone',
      client: lanes.bare,
      run: () => runUnit(lanes.bare.client, [insert()]),
    },
    { step: 'a transaction around it', ...write(lanes.bare, () => []) },
    { step: 'binding to the caller, deadline', ...write(lanes.bare, bound) },
    { step: 'image of the row', ...write(lanes.imaged, bound) },
    { step: 'row security', ...write(lanes.app, bound) },
    { step: 'does the credential stand', ...write(lanes.app, live) },
    { step: 'call row', ...write(lanes.app, live, () => [row()]) },
    { step: 'idempotency key', ...withKey(lanes.app, { caller, insert, live, row }) },
  ]
}

interface KeyedWrite {
  readonly caller: SignedInCaller
  readonly insert: () => UnitStatement
  readonly live: () => UnitStatement[]
  readonly row: () => UnitStatement
}

function withKey(lane: Connection, { caller, insert, live, row }: KeyedWrite) {
  return {
    client: lane,
    run: async () => {
      const input = newTask()
      const key = replayKeyOf({ caller, operation: 'tasks.add_task', key: randomUUID(), input })
      await runUnit(lane.client, [begin, ...live(), ...askForReplay(key)])
      const [result] = await runUnit(lane.client, [insert()])
      const answer = keepAnswer(key, { ...result?.rows[0] })
      await runUnit(lane.client, [row(), answer, commit])
    },
  }
}

async function measureSteps(
  steps: readonly Step[],
  { rounds, runs }: { readonly rounds: number; readonly runs: number },
): Promise<Rung[]> {
  const taken = steps.map(() => ({ server: [] as number[], database: [] as number[] }))
  for (let round = -1; round < rounds; round += 1) {
    for (const [at, { run, client }] of steps.entries()) {
      const server = process.cpuUsage()
      const before = client.cpuMicros()
      for (let one = 0; one < runs; one += 1) await run()
      const used = process.cpuUsage(server)
      // The first round only makes everything warm.
      if (round < 0) continue
      taken[at]?.server.push((used.user + used.system) / runs)
      taken[at]?.database.push((client.cpuMicros() - before) / runs)
    }
  }
  const sums = taken.map(({ server, database }) => [median(server), median(database)] as const)
  return steps.map(({ step }, at) => {
    const [server = 0, database = 0] = sums[at] ?? []
    const [serverBefore = 0, databaseBefore = 0] = sums[at - 1] ?? []
    return {
      step,
      serverMicros: server - serverBefore,
      databaseMicros: database - databaseBefore,
    }
  })
}
