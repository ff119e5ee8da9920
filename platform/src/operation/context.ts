import type { Db } from '../db/db.ts'
import type { Caller } from '../identity/caller.ts'

/** What a handler gets from its call, and everything it may use that varies. */
export interface OperationContext<Input, Loaded, C extends Caller> {
  readonly input: Input
  /** What `load` found. It is never missing here: a call whose subject is missing ended in 404. */
  readonly loaded: Loaded
  readonly caller: C
  /** Runs as the caller: row-level security is on, and for a write the call's transaction is open. */
  readonly db: Db
  /** The transaction's time for writes, the database's clock as measured for reads. */
  readonly now: Temporal.Instant
  readonly callId: string
  /** Aborted when the client is gone. */
  readonly signal: AbortSignal
  /** The browser session that this call begins or ends; the surface gives it its form. */
  readonly session: SessionEffect
}

/** How an identity operation tells the surface about the session it began or ended. */
export interface SessionEffect {
  begin(session: { readonly token: string; readonly expiresAt: string }): void
  end(): void
}
