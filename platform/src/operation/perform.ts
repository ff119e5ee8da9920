import { type CallRecord, recordCall } from '../audit/record.ts'
import { isSqlError, type Pool } from '../db/pool.ts'
import { isStale, type UnitStatement } from '../db/unit.ts'
import { openRead, openWrite, type WriteWork, writeAlone } from '../db/work.ts'
import { notFound, unauthenticated } from '../errors/platform.ts'
import type { Caller } from '../identity/caller.ts'
import {
  askForReplay,
  keepAnswer,
  type ReplayKey,
  readReplay,
  replayKeyOf,
} from '../replay/replay.ts'
import type { Done } from './call.ts'
import type { AnyOperation } from './define.ts'
import { guardPolicy, isSignedIn } from './guards.ts'
import { durationOf, type Journey } from './journey.ts'
import type { RoadParts } from './parts.ts'

const attemptsMax = 4

/**
 * The second half of the road. Serialisation failures and deadlocks, which are nobody's fault, repeat
 * it whole, at most three times and inside the call's deadline.
 */
export async function perform(parts: RoadParts, journey: Journey, input: object): Promise<Done> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await performOnce(parts, journey, input)
    } catch (error) {
      const mayRepeat = attempt < attemptsMax && performance.now() < journey.deadline
      if (!(mayRepeat && isTransient(error))) throw error
    }
  }
}

const isTransient = (error: unknown): boolean =>
  isStale(error) || (isSqlError(error) && (error.code === '40001' || error.code === '40P01'))

async function performOnce(parts: RoadParts, journey: Journey, input: object): Promise<Done> {
  const { call, caller, compiled } = journey
  const { operation } = call
  const replayKey = replayKeyFor(journey, input)
  const work = await open(parts, journey, replayKey)
  try {
    const stored = replayKey && readReplay(replayKey, work.first.slice(-2))
    if (stored) {
      await work.rollback()
      return done(journey, { output: stored, replayed: true })
    }
    const loaded = operation.load ? await operation.load({ input, db: work.db, caller }) : null
    if (loaded === undefined) throw notFound()
    guardPolicy(operation, { caller, input, loaded })
    const context = contextOf(journey, { input, loaded, work })
    const output = compiled.cut(await operation.run(context))
    if (parts.checksOutput) checkOutput(journey, output)
    await work.commit(records(journey, output, replayKey))
    return done(journey, { output, replayed: false })
  } catch (error) {
    await work.rollback()
    throw error
  }
}

function contextOf(
  journey: Journey,
  { input, loaded, work }: { input: object; loaded: object | null; work: Work },
): Parameters<AnyOperation['run']>[0] {
  const { call, caller, callId } = journey
  const { db, now } = work
  return {
    input,
    loaded,
    caller,
    db,
    now,
    callId,
    // Made when it is asked for: most handlers are done before a client could be gone.
    get signal() {
      return call.signal
    },
    session: journey,
  }
}

/** What `perform` needs of a call's connection, reading or writing. */
interface Work extends Pick<WriteWork, 'db' | 'first' | 'commit' | 'rollback'> {
  readonly now: Temporal.Instant
}

/** Signing up and in carry no key: nobody's answers cannot be told apart, and hold a session. */
function replayKeyFor({ call, caller }: Journey, input: object): ReplayKey | undefined {
  const { operation, idempotencyKey: key } = call
  if (key === undefined || operation.effect === 'read' || !isSignedIn(caller)) return undefined
  return replayKeyOf({ caller, operation: operation.name, key, input })
}

async function open(
  parts: RoadParts,
  journey: Journey,
  replayKey: ReplayKey | undefined,
): Promise<Work> {
  const { operation } = journey.call
  const pool = poolOf(parts, journey)
  if (operation.effect === 'read') {
    const { db } = openRead(pool, journey)
    return {
      db,
      now: parts.clock.now(),
      first: [],
      commit: async (statements) => {
        if (statements.length > 0) await writeAlone(pool, journey, statements)
      },
      rollback: async () => {},
    }
  }
  const first = [...askLiveness(journey.caller), ...(replayKey ? askForReplay(replayKey) : [])]
  const work = await openWrite(pool, journey, first)
  if (isSignedIn(journey.caller) && work.first[0]?.rows[0]?.is_live !== true) {
    await work.rollback()
    throw unauthenticated({ detail: 'The credential was revoked or has expired.' })
  }
  return { ...work, now: parts.clock.fromDatabase(work.now) }
}

export function poolOf(parts: RoadParts, { call }: Journey): Pool {
  return call.operation.login === 'identity' ? parts.pools.identity : parts.pools.app
}

/** The credential was judged from a cache; a write asks again, inside its transaction. */
export function askLiveness(caller: Caller): UnitStatement[] {
  if (!isSignedIn(caller)) return []
  const kind = caller.actor.kind === 'person' ? 'session' : 'key'
  const text = 'select platform.credential_is_live($1, $2) as is_live'
  return [{ text, values: [kind, caller.actor.id] }]
}

/** The call row and the kept answer. Reads leave a row only where they say so. */
function records(
  journey: Journey,
  output: object,
  replayKey: ReplayKey | undefined,
): UnitStatement[] {
  const { operation } = journey.call
  if (operation.effect === 'read' && !operation.record) return []
  const row = recordCall(recordOf(journey, { outcome: 'done' }, output))
  if (!replayKey) return [row]
  return [row, keepAnswer(replayKey, operation.secretAnswer ? undefined : output)]
}

/** The call row of a journey as far as it came. */
export function recordOf(
  journey: Journey,
  outcome: Pick<CallRecord, 'outcome' | 'code'>,
  output?: object,
): CallRecord {
  const { call, input = {} } = journey
  return {
    ...call.operation.audit({ input, output }),
    ...outcome,
    operation: call.operation.name,
    surface: call.surface,
    requestId: call.requestId,
    correlationId: call.correlationId,
    address: call.address,
    durationMilliseconds: durationOf(journey),
  }
}

function checkOutput({ call }: Journey, output: object): void {
  const { error } = call.operation.output.safeParse(output)
  if (error) {
    throw new Error(`${call.operation.name} answered what its schema refuses: ${error.message}`)
  }
}

function done(
  { caller, limit, session }: Journey,
  answer: Pick<Done, 'output' | 'replayed'>,
): Done {
  return { ok: true, ...answer, caller, limit, session }
}
