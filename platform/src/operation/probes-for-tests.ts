import { sql } from 'kysely'
import { z } from 'zod'
import type { Db } from '../db/db.ts'
import type { SignedInCaller } from '../identity/caller.ts'
import type { Answer, Call } from './call.ts'
import type { AnyOperation } from './define.ts'
import { createTestRoad, defineProbe, type TestRoad } from './road-for-tests.ts'

/** What the operations do, as the test that calls them says. */
export interface Doing {
  run: AnyOperation['run']
  load: NonNullable<AnyOperation['load']>
  policy: AnyOperation['policy']
  /** How often a handler ran. */
  runs: number
}

export const does: Doing = { run: () => ({}), load: async () => ({}), policy: () => true, runs: 0 }

/** Everything goes well. */
export function doNothingSpecial(): void {
  does.run = () => ({ name: 'done' })
  does.load = async () => ({ version: 3 })
  does.policy = () => true
  does.runs = 0
}

const facts = {
  input: z.strictObject({ name: z.string().optional(), ifVersion: z.int().optional() }),
  output: z.strictObject({ name: z.string() }),
  policy: (question: Parameters<AnyOperation['policy']>[0]) => does.policy(question),
  run: (context: Parameters<AnyOperation['run']>[0]) => {
    does.runs += 1
    return does.run(context)
  },
}
const loading = { load: (given: Parameters<Doing['load']>[0]) => does.load(given) }

export const read = defineProbe({ ...facts, name: 'probe.read', effect: 'read' })
export const readSeen = defineProbe({
  ...read,
  name: 'probe.read_seen',
  http: 'POST /s',
  record: true,
})
export const write = defineProbe({ ...facts, name: 'probe.write' })
export const change = defineProbe({ ...facts, ...loading, name: 'probe.change' })
export const destroy = defineProbe({ ...facts, name: 'probe.destroy', effect: 'destroy' })
export const secret = defineProbe({ ...facts, name: 'probe.secret', secretAnswer: true })
export const open = defineProbe({ ...facts, name: 'probe.open', actors: 'anyone' })
export const asIdentity = defineProbe({ ...facts, name: 'probe.identity', login: 'identity' })
export const told = defineProbe({
  ...facts,
  name: 'probe.told',
  audit: ({ input, output }) => ({ subject: JSON.stringify([input, output]), reason: 'asked to' }),
})

/** A road with these operations, a table that they may write, and somebody who calls. */
export interface ProbeRoad extends TestRoad {
  readonly ada: SignedInCaller
  callAs(operation: AnyOperation, given?: Partial<Call>, caller?: SignedInCaller): Promise<Answer>
  /** How many notes have this name. */
  notesOf(name: string): Promise<number>
  rowsOf(requestId: string): Promise<Readonly<Record<string, unknown>>[]>
  /** Whatever ends, ends with its transaction: there must be none. */
  openTransactions(): Promise<number>
}

export async function createProbeRoad(): Promise<ProbeRoad> {
  const all = [read, readSeen, write, change, destroy, secret, open, asIdentity, told]
  const road = await createTestRoad(all)
  const ada = await road.createCaller()
  await road.sql(
    `create schema probe; grant usage on schema probe to plinth_app, plinth_identity;
     create table probe.note (name text, caller uuid, unique (name) deferrable initially deferred);
     grant all on probe.note to plinth_app, plinth_identity`,
  )
  return {
    ...road,
    ada,
    callAs: (operation, given = {}, caller = ada) =>
      road.call(operation, { credential: road.tokenOf(caller), ...given }),
    notesOf: async (name) =>
      (await road.sql('select from probe.note where name = $1', [name])).length,
    rowsOf: (requestId) =>
      road.sql('select * from platform.call where request_id = $1', [requestId]),
    async openTransactions() {
      const rows = await road.sql(
        `select from pg_stat_activity where application_name = 'test'
           and datname = current_database() and state like 'idle in transaction%'`,
      )
      return rows.length
    },
  }
}

export const codeOf = (answer: Answer) => (answer.ok ? undefined : answer.error.kind.code)

export const insert = (db: Db, name: string) =>
  sql`insert into probe.note values (${name}, platform.caller_id())`.execute(db)

/** Lets the server refuse a statement with this code. */
export const fail = (db: Db, code: string) =>
  sql`do $$ begin raise exception 'no' using errcode = ${sql.lit(code)}; end $$`.execute(db)
