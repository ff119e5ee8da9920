import type { ColumnType, Generated } from 'kysely'
import type { Db } from '../db/db.ts'

type Instant = ColumnType<string, Temporal.Instant | string, Temporal.Instant | string>

/** The columns of schema identity that our own statements touch; the engine knows its own. */
export type IdentityTables = {
  'identity.person': {
    id: Generated<string>
    email: string
    name: string
    time_zone: string
    is_email_confirmed: boolean
    is_locked: boolean
  }
  'identity.session': {
    id: Generated<string>
    person_id: string
    token_hash: Buffer
    created_at: Instant
    last_used_at: Instant
    expires_at: Instant
  }
  'identity.api_key': {
    id: Generated<string>
    owner_id: string
    name: string
    prefix: string
    key_hash: Buffer
    scopes: readonly string[]
    used_by: 'agent' | 'script'
    created_at: Instant
    expires_at: Instant
    last_used_at: ColumnType<string | null, never, never>
    revoked_at: ColumnType<string | null, never, Temporal.Instant>
  }
  'identity.role_grant': {
    person_id: string
    role: string
    granted_by: Generated<string | null>
    granted_at: Instant
  }
}

/** The data with the tables of schema identity. */
export const identityTables = (db: Db) => db.withTables<IdentityTables>()
