import { recordCall } from '../audit/record.ts'
import { isSqlError } from '../db/pool.ts'
import { writeAlone } from '../db/work.ts'
import { PlinthError } from '../errors/define.ts'
import { internal, platformErrors, timedOut, unavailable } from '../errors/platform.ts'
import type { Caller } from '../identity/caller.ts'
import { createCallLog } from '../observability/call-log.ts'
import type { Done } from './call.ts'
import type { AnyOperation } from './define.ts'
import { durationOf, type Journey } from './journey.ts'
import type { RoadParts } from './parts.ts'
import { poolOf, recordOf } from './perform.ts'

const platformCodes = new Set(platformErrors.map((error) => error.code))

/** Turns whatever was thrown into a refusal that may leave: only declared errors do. */
export function toRefusal(operation: AnyOperation, error: unknown): PlinthError {
  if (error instanceof PlinthError) {
    const { code } = error.kind
    const isDeclared =
      platformCodes.has(code) || operation.errors.some((declared) => declared.code === code)
    if (isDeclared) return error
  }
  if (isSqlError(error)) {
    if (error.code === '57014') return timedOut({ cause: error })
    if (error.code === '40001' || error.code === '40P01') {
      return unavailable({ cause: error, retryAfterSeconds: 1 })
    }
  }
  return internal({ cause: error })
}

/** Tells of a call that was answered: one measurement, one line. */
export function createReportDone(parts: RoadParts): (journey: Journey, done: Done) => void {
  const log = createCallLog(parts.log)
  return (journey, { replayed }) => {
    const { call, caller } = journey
    const { operation, surface, requestId, correlationId } = call
    const durationMilliseconds = durationOf(journey)
    parts.meter.done(operation, surface, durationMilliseconds)
    log({
      requestId,
      correlationId: correlationId === requestId ? undefined : correlationId,
      personId: caller.personId,
      actor: actorOf(caller),
      operation: operation.name,
      surface,
      status: operation.created ? 201 : 200,
      durationMilliseconds,
      replayed,
    })
  }
}

const actorOf = ({ personId, actor }: Caller): string =>
  personId === undefined ? 'nobody' : `${actor.kind}:${actor.id}`

/**
 * Writes a refusal down: a call row once there is a decoded input, else one line and one count. The
 * caller's connection has been given back and rolled back by now.
 */
export async function reportRefused(
  parts: RoadParts,
  journey: Journey,
  refusal: PlinthError,
): Promise<void> {
  const { code, status } = refusal.kind
  const fields = { ...lineOf(journey, status), code }
  parts.meter.refused(journey.call.operation, journey.call.surface, code, durationOf(journey))
  if (status >= 500) parts.log.error({ ...fields, err: refusal.details.cause }, 'call failed')
  else parts.log.info(fields, 'call refused')
  if (journey.input === undefined) {
    parts.countRefusal({ address: journey.call.address, code })
    return
  }
  // Where the database is what failed, asking it to remember would only make the caller wait.
  if (code === unavailable.code || code === timedOut.code) return
  const outcome = status >= 500 ? 'failed' : 'refused'
  try {
    const row = recordCall(recordOf(journey, { outcome, code }))
    const work = { ...journey, deadline: performance.now() + 5_000 }
    await writeAlone(poolOf(parts, journey), work, [row])
  } catch (error) {
    parts.log.error({ ...fields, err: error }, 'refusal could not be recorded')
  }
}

function lineOf(journey: Journey, status: number): Record<string, unknown> {
  const { call, caller } = journey
  return {
    request_id: call.requestId,
    ...(call.correlationId && call.correlationId !== call.requestId
      ? { correlation_id: call.correlationId }
      : {}),
    user_id: caller.personId,
    actor: actorOf(caller),
    action: call.operation.name,
    surface: call.surface,
    status,
    duration_ms: Math.round(durationOf(journey) * 100) / 100,
  }
}
