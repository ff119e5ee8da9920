import type { Logger } from 'pino'
import type { Config } from '../config/config.ts'
import type { Pool } from '../db/pool.ts'
import type { Caller, Credential } from '../identity/caller.ts'
import type { Limiter } from '../limits/limiter.ts'
import type { Clock } from '../observability/clock.ts'
import type { CallMeter } from '../observability/metrics.ts'
import type { Registry } from './registry.ts'

/** What the road is made of. Everything that varies between an installation and a test is here. */
export interface RoadParts {
  readonly registry: Registry
  /** One pool per login. */
  readonly pools: { readonly app: Pool; readonly identity: Pool }
  readonly limiter: Limiter
  readonly rates: Config['limits']
  readonly clock: Clock
  readonly log: Logger
  readonly meter: CallMeter
  /** Undefined for a credential that is not, or no longer, valid. */
  readonly identify: (credential: Credential) => Promise<Caller | undefined>
  readonly countRefusal: (refusal: { readonly address: string; readonly code: string }) => void
  /** Checks every answer against its schema: always in tests and development. */
  readonly checksOutput: boolean
}
