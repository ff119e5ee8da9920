import type { Logger } from 'pino'
import type { Config } from '../config/config.ts'
import type { Caller, Credential } from '../identity/caller.ts'
import type { LimitState } from '../limits/limiter.ts'
import type { Execute } from '../operation/call.ts'
import type { Registry } from '../operation/registry.ts'

/** All a surface gets. It decodes, calls `execute`, encodes; an `if` about business there is a bug. */
export interface Road {
  readonly config: Config
  readonly registry: Registry
  readonly execute: Execute
  readonly log: Logger
  /** The address people use, without a slash at the end, for example http://localhost:3000. */
  readonly publicUrl: string
  /** Who a credential is; undefined when it is not, or no longer, valid. For lists, never for calls. */
  identify(credential: Credential): Promise<Caller | undefined>
  /** The edge's limit per address, taken before any work. */
  limitAddress(address: string): Promise<LimitState>
  /** Says that a request was refused before anybody was identified: one log line, one counted row. */
  refused(refusal: { address: string; code: string; requestId: string; path: string }): void
  /** Whether calls can be answered: the database is there and migrated. */
  isReady(): Promise<boolean>
}
