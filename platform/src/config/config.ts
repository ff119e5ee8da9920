import type { Rate } from '../limits/classes.ts'

/** Everything an installation can decide, parsed once at start and frozen. */
export interface Config {
  readonly version: string
  readonly environment: 'development' | 'test' | 'production'
  /** Undefined means: 3000, or the next free one up to 3009. */
  readonly port: number | undefined
  /** Undefined means: 127.0.0.1 and ::1. */
  readonly host: string | undefined
  /** The address people use, without a slash at the end; undefined: http://localhost:<port>. */
  readonly publicUrl: string | undefined
  /** Where the embedded database, secrets and logs are. Absolute. */
  readonly dataFolder: string
  readonly database: {
    /** Undefined means the embedded PostgreSQL. */
    readonly url: string | undefined
    readonly ownerUrl: string | undefined
    readonly directUrl: string | undefined
    readonly poolMax: number
  }
  readonly corsOrigins: readonly string[]
  /** Further host names besides localhost, loopback and the public URL's. */
  readonly allowedHosts: readonly string[]
  /** Addresses or CIDR blocks whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[]
  readonly isDocsPublic: boolean
  readonly log: { readonly level: string; readonly format: 'json' | 'text' }
  /** What a scraper of /metrics has to send; undefined: there is no such address. */
  readonly metricsToken: string | undefined
  readonly limits: {
    readonly isEnabled: boolean
    readonly address: Rate
    readonly key: Rate
    readonly session: Rate
    readonly auth: Rate
  }
}
