import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { parseConfig } from '../config/parse.ts'
import { createPool, type Pool } from '../db/pool.ts'
import { type Caller, nobody, type SignedInCaller } from '../identity/caller.ts'
import { createLimiter } from '../limits/limiter.ts'
import { createLogger } from '../observability/log.ts'
import { createMeters, type Meters } from '../observability/metrics.ts'
import { createScratchDatabase, type ScratchDatabase } from '../testing/scratch.ts'
import type { Answer, Call } from './call.ts'
import type { AnyOperation } from './define.ts'
import { createExecute } from './execute.ts'
import type { RoadParts } from './parts.ts'
import { createRegistry } from './registry.ts'

/** A road of a test's own: real parts, on a database of its own, that can be looked at and changed. */
export interface TestRoad {
  readonly parts: RoadParts
  readonly database: ScratchDatabase
  readonly logs: readonly Readonly<Record<string, unknown>>[]
  readonly refusals: readonly { readonly address: string; readonly code: string }[]
  readonly meters: Meters
  /** In milliseconds; what the limits go by. */
  readonly limitClock: { now: number }
  /** Somebody with an API key, or in a browser, who is really there. */
  createCaller(kind?: 'agent' | 'script' | 'person'): Promise<SignedInCaller>
  /** The credential that is taken for this caller. */
  tokenOf(caller: Caller): Call['credential']
  call(operation: AnyOperation, call?: Partial<Call>): Promise<Answer>
  /** Asks the database as the owner of the tables, who sees everything. */
  sql<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>
  stop(): Promise<void>
}

/** An operation that says and does what a test is about, and nothing else. */
export function defineProbe(
  facts: Partial<AnyOperation> & { readonly name: string },
): AnyOperation {
  return {
    summary: 'Do what a test is about.',
    http: `POST /${facts.name.replace('.', '/')}`,
    effect: 'write',
    actors: 'any',
    input: z.strictObject({}),
    output: z.strictObject({}),
    errors: [],
    policy: () => true,
    limit: 'default',
    audit: () => ({ subject: 'thing' }),
    example: async () => ({}),
    run: () => ({}),
    ...facts,
  }
}

/** What a call holds where a test says nothing else. */
export const plainCall = {
  credential: { kind: 'none' },
  input: {},
  surface: 'direct',
  requestId: 'r1',
  address: '192.0.2.1',
  signal: new AbortController().signal,
} as const

export const rates = parseConfig({}, { root: '/', version: '0' }).limits

export async function createTestRoad(
  operations: readonly AnyOperation[],
  given: Partial<RoadParts> = {},
): Promise<TestRoad> {
  const database = await createScratchDatabase()
  const owner = await database.connect('owner')
  const pool = (login: 'app' | 'identity'): Pool =>
    createPool({ connection: database.config(login), max: 3, name: 'test', onIdleError: () => {} })
  const pools = { app: pool('app'), identity: pool('identity') }
  const registry = createRegistry([
    {
      name: 'probe',
      title: 'Probe',
      summary: 'Goes wrong.',
      operations: Object.fromEntries(operations.map((operation) => [operation.name, operation])),
    },
  ])
  const logs: Record<string, unknown>[] = []
  const refusals: { address: string; code: string }[] = []
  const meters = createMeters(registry.operations)
  const limitClock = { now: 0 }
  const callers = new Map<string, Caller>()
  const parts: RoadParts = {
    registry,
    pools,
    limiter: createLimiter({ now: () => limitClock.now }),
    rates: { ...rates, isEnabled: false },
    clock: {
      now: () => Temporal.Now.instant(),
      fromDatabase: (text) => Temporal.Instant.from(text),
    },
    log: createLogger(
      { environment: 'test', log: { level: 'info', format: 'json' } },
      { write: (line) => void logs.push(JSON.parse(line)) },
    ),
    meter: meters,
    identify: async (credential) =>
      credential.kind === 'none' ? undefined : callers.get(credential.token),
    countRefusal: (refusal) => void refusals.push(refusal),
    checksOutput: true,
    ...given,
  }
  const execute = createExecute(parts)
  const sql = async <Row extends object>(text: string, values: readonly unknown[] = []) =>
    (await owner.query<Row>(text, [...values])).rows
  return {
    parts,
    database,
    logs,
    refusals,
    meters,
    limitClock,
    sql,
    createCaller: (kind = 'script') => createCaller(sql, callers, kind),
    tokenOf: (caller) => ({ kind: 'bearer', token: caller.actor.id }),
    call: (operation, call = {}) => execute({ ...plainCall, operation, ...call }),
    async stop() {
      await Promise.all([pools.app.close(), pools.identity.close()])
      await database.drop()
    },
  }
}

async function createCaller(
  sql: TestRoad['sql'],
  callers: Map<string, Caller>,
  kind: 'agent' | 'script' | 'person',
): Promise<SignedInCaller> {
  const email = `ada.${randomBytes(6).toString('hex')}@example.com`
  const [person] = await sql<{ id: string }>(
    `insert into identity.person (email, email_key, name, created_at, updated_at)
     values ($1, $1, 'Ada', now(), now()) returning id`,
    [email],
  )
  const secret = randomBytes(32)
  const [credential] =
    kind === 'person'
      ? await sql<{ id: string }>(
          `insert into identity.session (person_id, token_hash, created_at, last_used_at, expires_at)
           values ($1, $2, now(), now(), now() + interval '1 day') returning id`,
          [person?.id, secret],
        )
      : await sql<{ id: string }>(
          `insert into identity.api_key (owner_id, name, prefix, key_hash, scopes, used_by,
             created_at, expires_at)
           values ($1, 'laptop', 'plk_12345678', $2, '{x}', $3, now(), now() + interval '1 day')
           returning id`,
          [person?.id, secret, kind],
        )
  if (!person || !credential) throw new Error('A caller needs a person and a credential.')
  const caller = {
    ...nobody,
    personId: person.id,
    name: 'Ada',
    email,
    actor: { kind, id: credential.id, name: 'laptop' },
    scopes: ['*'],
  }
  callers.set(credential.id, caller)
  return caller
}
