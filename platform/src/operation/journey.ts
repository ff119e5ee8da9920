import { randomUUIDv7 } from 'node:crypto'
import { type Caller, nobody } from '../identity/caller.ts'
import type { LimitState } from '../limits/limiter.ts'
import type { Call, SessionChange } from './call.ts'
import type { CompiledOperation } from './compile.ts'
import type { SessionEffect } from './context.ts'

const deadlineMilliseconds = 30_000

/** A call on its way: what has been found out so far, for the answer, the log and the audit. */
export interface Journey extends SessionEffect {
  readonly call: Call
  readonly compiled: CompiledOperation
  readonly callId: string
  /** Both in milliseconds of `performance.now()`. */
  readonly startedAt: number
  readonly deadline: number
  caller: Caller
  limit: LimitState | undefined
  /** Undefined until the input was decoded. */
  input: object | undefined
  session: SessionChange | undefined
}

export function startJourney(call: Call, compiled: CompiledOperation): Journey {
  const startedAt = performance.now()
  return {
    call,
    compiled,
    callId: randomUUIDv7(),
    startedAt,
    deadline: startedAt + deadlineMilliseconds,
    caller: nobody,
    limit: undefined,
    input: undefined,
    session: undefined,
    begin(session) {
      this.session = { kind: 'began', ...session }
    },
    end() {
      this.session = { kind: 'ended' }
    },
  }
}

export function durationOf(journey: Journey): number {
  return performance.now() - journey.startedAt
}
