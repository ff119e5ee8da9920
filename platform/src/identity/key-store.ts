import type { Db } from '../db/db.ts'
import { statement } from '../db/statement.ts'
import { identityTables } from './tables.ts'

/** An API key as its owner sees it ever after. */
export interface KeyRow {
  readonly id: string
  readonly name: string
  readonly prefix: string
  readonly scopes: readonly string[]
  readonly used_by: 'agent' | 'script'
  readonly created_at: string
  readonly expires_at: string
  readonly last_used_at: string | null
  readonly revoked_at: string | null
}

const columns = [
  'id',
  'name',
  'prefix',
  'scopes',
  'used_by',
  'created_at',
  'expires_at',
  'last_used_at',
  'revoked_at',
] as const

interface NewKey {
  readonly ownerId: string
  readonly name: string
  readonly prefix: string
  readonly hash: Buffer
  readonly scopes: readonly string[]
  readonly usedBy: 'agent' | 'script'
  readonly now: Temporal.Instant
  readonly expiresAt: Temporal.Instant
}

const insert = statement<NewKey, KeyRow>()((db, param) =>
  identityTables(db)
    .insertInto('identity.api_key')
    .values({
      owner_id: param('ownerId'),
      name: param('name'),
      prefix: param('prefix'),
      key_hash: param('hash'),
      scopes: param('scopes'),
      used_by: param('usedBy'),
      created_at: param('now'),
      expires_at: param('expiresAt'),
    })
    .returning(columns),
)

export async function insertKey(db: Db, key: NewKey): Promise<KeyRow> {
  const [row] = await insert(db, key)
  if (!row) throw new Error('PostgreSQL inserted a key and returned none.')
  return row
}

const countLive = statement<{ ownerId: string; now: Temporal.Instant }, { count: number }>()(
  (db, param) =>
    identityTables(db)
      .selectFrom('identity.api_key')
      .select((select) => select.fn.countAll<number>().as('count'))
      .where('owner_id', '=', param('ownerId'))
      .where('revoked_at', 'is', null)
      .where('expires_at', '>', param('now') as never),
)

export async function countLiveKeys(
  db: Db,
  of: { readonly ownerId: string; readonly now: Temporal.Instant },
): Promise<number> {
  return (await countLive(db, of))[0]?.count ?? 0
}

// Ids are UUIDs of version 7, so their order is the order of creation.
const selectPage = statement<{ ownerId: string; before: string | null; limit: number }, KeyRow>()(
  (db, param) =>
    identityTables(db)
      .selectFrom('identity.api_key')
      .select(columns)
      .where('owner_id', '=', param('ownerId'))
      .where((where) =>
        where.or([
          where(where.cast<string | null>(where.val(param('before')), 'uuid'), 'is', null),
          where('id', '<', param('before') as string),
        ]),
      )
      .orderBy('id', 'desc')
      .limit(param('limit')),
)

/** A person's keys, newest first, those that were made before the key `before`. */
export function listKeys(
  db: Db,
  page: { readonly ownerId: string; readonly before: string | null; readonly limit: number },
): Promise<KeyRow[]> {
  return selectPage(db, page)
}

const selectForUpdate = statement<{ id: string; ownerId: string }, KeyRow>()((db, param) =>
  identityTables(db)
    .selectFrom('identity.api_key')
    .select(columns)
    .where('id', '=', param('id'))
    .where('owner_id', '=', param('ownerId'))
    .forUpdate(),
)

export async function lockKey(
  db: Db,
  key: { readonly id: string; readonly ownerId: string },
): Promise<KeyRow | undefined> {
  return (await selectForUpdate(db, key))[0]
}

const update = statement<{ id: string; now: Temporal.Instant }, KeyRow>()((db, param) =>
  identityTables(db)
    .updateTable('identity.api_key')
    .set({ revoked_at: param('now') })
    .where('id', '=', param('id'))
    .where('revoked_at', 'is', null)
    .returning(columns),
)

export async function markRevoked(
  db: Db,
  key: { readonly id: string; readonly now: Temporal.Instant },
): Promise<KeyRow> {
  const [row] = await update(db, key)
  if (!row) throw new Error('A key that was locked and live could not be revoked.')
  return row
}
