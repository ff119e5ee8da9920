import type { PlinthError } from '../errors/define.ts'
import type { Caller, Credential } from '../identity/caller.ts'
import type { LimitState } from '../limits/limiter.ts'
import type { AnyOperation } from './define.ts'

export type SurfaceName = 'http' | 'mcp' | 'cli' | 'direct'

/** One call as a surface hands it to the pipeline: nothing decided, nothing trusted. */
export interface Call {
  readonly operation: AnyOperation
  readonly credential: Credential
  /**
   * As the surface decoded it; the schema is applied by the pipeline. Read once, after identity and
   * limit; reading it may throw INVALID_INPUT.
   */
  readonly input: unknown
  readonly surface: SurfaceName
  readonly requestId: string
  readonly correlationId?: string | undefined
  /** The client's address, after trusted proxies. */
  readonly address: string
  readonly idempotencyKey?: string | undefined
  /** Aborted when the client is gone. */
  readonly signal: AbortSignal
}

/** What became of a call. A surface gives it its form and adds nothing. */
export type Answer = Done | Refused

export interface Done {
  readonly ok: true
  /** Already cut to the operation's output schema. */
  readonly output: object
  /** True when an earlier call with the same idempotency key gave this answer. */
  readonly replayed: boolean
  readonly caller: Caller
  readonly limit: LimitState | undefined
  /** The browser session that began or ended with this call. */
  readonly session: SessionChange | undefined
}

export interface Refused {
  readonly ok: false
  readonly error: PlinthError
  readonly limit: LimitState | undefined
}

export type SessionChange =
  | { readonly kind: 'began'; readonly token: string; readonly expiresAt: string }
  | { readonly kind: 'ended' }

/** The one road. Never throws: whatever goes wrong is a refusal with a code. */
export type Execute = (call: Call) => Promise<Answer>
