import { sql } from 'kysely'
import type { Db } from '../db/db.ts'
import { statement } from '../db/statement.ts'
import type { UnitStatement } from '../db/unit.ts'
import { identityTables } from './tables.ts'

/** A person as their own account page shows them. */
export interface PersonRow {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly time_zone: string
  readonly is_email_confirmed: boolean
  readonly roles: readonly string[]
}

const rolesOfPerson = sql<readonly string[]>`array(
  select role from identity.role_grant where role_grant.person_id = person.id order by role)`

const selectPerson = statement<{ id: string }, PersonRow>()((db, param) =>
  identityTables(db)
    .selectFrom('identity.person as person')
    .select(['id', 'email', 'name', 'time_zone', 'is_email_confirmed', rolesOfPerson.as('roles')])
    .where('id', '=', param('id')),
)

export async function findPerson(db: Db, id: string): Promise<PersonRow | undefined> {
  return (await selectPerson(db, { id }))[0]
}

const lockPersonRow = statement<{ id: string }, { id: string }>()((db, param) =>
  identityTables(db)
    .selectFrom('identity.person')
    .select('id')
    .where('id', '=', param('id'))
    .forNoKeyUpdate(),
)

/** Makes changes to what one person has come one after the other, so that counts can be kept. */
export async function lockPerson(db: Db, id: string): Promise<void> {
  await lockPersonRow(db, { id })
}

/** What a credential leads to: one row, and everything that a caller is made of. */
export interface CredentialRow {
  readonly id: string
  readonly person_id: string
  readonly name: string
  readonly email: string
  readonly time_zone: string
  readonly roles: readonly string[]
  readonly expires_at: string
  readonly last_used_at: string | null
  /** Of a key; null for a session. */
  readonly key_name: string | null
  readonly used_by: 'agent' | 'script' | null
  readonly scopes: readonly string[] | null
}

const ofPerson = ['person.name', 'person.email', 'person.time_zone'] as const

export const findSession = statement<{ hash: Buffer }, CredentialRow>()((db, param) =>
  identityTables(db)
    .selectFrom('identity.session as session')
    .innerJoin('identity.person as person', 'person.id', 'session.person_id')
    .select(['session.id', 'session.person_id', 'session.expires_at', 'session.last_used_at'])
    .select(ofPerson)
    .select([
      rolesOfPerson.as('roles'),
      sql<null>`null::text`.as('key_name'),
      sql<null>`null::text`.as('used_by'),
      sql<null>`null::text[]`.as('scopes'),
    ])
    .where('session.token_hash', '=', param('hash'))
    .where('person.is_locked', '=', false),
)

export const findKey = statement<{ hash: Buffer }, CredentialRow>()((db, param) =>
  identityTables(db)
    .selectFrom('identity.api_key as key')
    .innerJoin('identity.person as person', 'person.id', 'key.owner_id')
    .select(['key.id', 'key.owner_id as person_id', 'key.expires_at', 'key.last_used_at'])
    .select(ofPerson)
    .select([rolesOfPerson.as('roles'), 'key.name as key_name', 'key.used_by', 'key.scopes'])
    .where('key.key_hash', '=', param('hash'))
    .where('key.revoked_at', 'is', null)
    .where('person.is_locked', '=', false),
)

const deleteSession = statement<{ id: string }, never>()((db, param) =>
  identityTables(db).deleteFrom('identity.session').where('id', '=', param('id')),
)

export async function endSession(db: Db, id: string): Promise<void> {
  await deleteSession(db, { id })
}

const tableOf = { session: 'identity.session', key: 'identity.api_key' } as const

/** Writes down when credentials were last used. Times only grow, whoever writes first. */
export function markUsed(
  kind: 'session' | 'key',
  uses: readonly { readonly id: string; readonly at: Temporal.Instant }[],
): UnitStatement {
  return {
    text:
      `update ${tableOf[kind]} as credential set last_used_at = used.at ` +
      'from unnest($1::uuid[], $2::timestamptz[]) as used(id, at) where credential.id = used.id ' +
      'and (credential.last_used_at is null or credential.last_used_at < used.at)',
    values: [uses.map((use) => use.id), uses.map((use) => use.at.toString())],
  }
}

/** Removes sessions that ended by themselves; `idleBefore` is the last use that still counts. */
export function removeEndedSessions(times: {
  readonly now: Temporal.Instant
  readonly idleBefore: Temporal.Instant
}): UnitStatement {
  return {
    text: 'delete from identity.session where expires_at <= $1 or last_used_at <= $2',
    values: [times.now, times.idleBefore],
  }
}

const administrator = 'platform:admin'

const selectAdministrator = statement<Record<never, never>, { role: string }>()((db) =>
  identityTables(db)
    .selectFrom('identity.role_grant')
    .select('role')
    .where('role', '=', administrator)
    .limit(1),
)

/** Whether the installation has an administrator. Asked with nobody calling. */
export async function hasAdministrator(db: Db): Promise<boolean> {
  return (await selectAdministrator(db, {})).length > 0
}

/** Lets one call at a time decide who is the first administrator, until its transaction ends. */
export async function lockFirstAdministrator(db: Db): Promise<void> {
  const name = 'identity.first_administrator'
  await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(db)
}

const insertGrant = statement<{ personId: string; now: Temporal.Instant }, never>()((db, param) =>
  identityTables(db)
    .insertInto('identity.role_grant')
    .values({ person_id: param('personId'), role: administrator, granted_at: param('now') }),
)

export async function grantAdministrator(
  db: Db,
  grant: { readonly personId: string; readonly now: Temporal.Instant },
): Promise<void> {
  await insertGrant(db, grant)
}
