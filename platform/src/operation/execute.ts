import { admit } from './admit.ts'
import type { Execute } from './call.ts'
import { type CompiledOperation, compileOperation } from './compile.ts'
import type { AnyOperation } from './define.ts'
import { startJourney } from './journey.ts'
import type { RoadParts } from './parts.ts'
import { perform } from './perform.ts'
import { createReportDone, reportRefused, toRefusal } from './report.ts'

/**
 * Builds the one road that every call on every surface takes.
 *
 *     identify → limit → decode → limit (account) → scope → open → replay → load → policy → run → record → commit → encode
 *
 * `admit` is the part that needs no transaction, `perform` the part inside one, and whatever either
 * refuses is written down by `reportRefused` after the connection was given back.
 */
export function createExecute(parts: RoadParts): Execute {
  const compiled = new Map<AnyOperation, CompiledOperation>(
    parts.registry.operations.map((operation) => [operation, compileOperation(operation)]),
  )
  const reportDone = createReportDone(parts)
  return async (call) => {
    const operation = compiled.get(call.operation)
    if (!operation) throw new Error(`${call.operation.name} is not in the registry.`)
    const journey = startJourney(call, operation)
    try {
      const input = await admit(parts, journey)
      const done = await perform(parts, journey, input)
      reportDone(journey, done)
      return done
    } catch (error) {
      const refusal = toRefusal(call.operation, error)
      await reportRefused(parts, journey, refusal)
      return { ok: false, error: refusal, limit: journey.limit }
    }
  }
}
