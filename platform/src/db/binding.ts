import type { Caller } from '../identity/caller.ts'
import type { UnitStatement } from './unit.ts'

/** What a unit or transaction is bound to. */
export interface Binding {
  readonly caller: Caller
  readonly callId: string
  readonly timeoutMilliseconds: number
}

const readText =
  "select set_config('plinth.caller', $1, true), set_config('transaction_read_only', 'on', true), " +
  "set_config('statement_timeout', $2, true)"

const writeText =
  "select set_config('plinth.caller', $1, true), set_config('plinth.actor', $2, true), " +
  "set_config('plinth.call', $3, true), set_config('statement_timeout', $4, true), " +
  "set_config('transaction_timeout', $5, true), transaction_timestamp() as now"

/**
 * When Plinth is gone without the server being told, its transactions would keep their locks until
 * TCP gives up, which is hours. So the server ends them itself, when Plinth has certainly let go.
 */
const abandonedMilliseconds = 1_000

/** Binds one unit to the caller, reading only. */
export function bindRead({ caller, timeoutMilliseconds }: Binding): UnitStatement {
  return { text: readText, values: [caller.personId ?? '', timeoutOf(timeoutMilliseconds)] }
}

/** Binds the transaction that is open, or else the unit, to the caller, writing. */
export function bindWrite({ caller, callId, timeoutMilliseconds }: Binding): UnitStatement {
  return {
    text: writeText,
    values: [
      caller.personId ?? '',
      actorText(caller),
      callId,
      timeoutOf(timeoutMilliseconds),
      timeoutOf(Math.max(0, timeoutMilliseconds) + abandonedMilliseconds),
    ],
  }
}

// 0 would mean "no timeout" to PostgreSQL.
const timeoutOf = (milliseconds: number): string => String(Math.max(1, Math.ceil(milliseconds)))

const actorTexts = new WeakMap<Caller, string>()

/** A caller is the same object for as long as its credential is cached, so this is made once. */
function actorText(caller: Caller): string {
  const known = actorTexts.get(caller)
  if (known) return known
  const { kind, id, name } = caller.actor
  const made = JSON.stringify({ kind, id, name })
  actorTexts.set(caller, made)
  return made
}
