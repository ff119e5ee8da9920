import { sql } from 'kysely'
import { decodeCursor, encodeCursor } from '../db/cursor.ts'
import type { Db } from '../db/db.ts'
import type { ActorKind } from '../identity/caller.ts'

/** One change of one row: who, when, through what, and the row before and after. */
export interface HistoryEntry {
  readonly id: string
  /** RFC 3339, UTC. */
  readonly at: string
  /** The operation's name. */
  readonly operation: string
  readonly person: { readonly name: string }
  readonly actor: { readonly kind: ActorKind; readonly name: string }
  readonly kind: 'created' | 'changed' | 'removed'
  readonly before: Readonly<Record<string, unknown>> | null
  readonly after: Readonly<Record<string, unknown>> | null
}

interface HistoryRow {
  readonly id: string
  readonly at: string
  readonly operation: string
  readonly person_name: string
  readonly actor: { readonly kind?: ActorKind; readonly name?: string }
  readonly kind: HistoryEntry['kind']
  readonly before: HistoryEntry['before']
  readonly after: HistoryEntry['after']
}

/**
 * The history of one row of one of the caller's own things, newest first. Somebody else's row has no
 * entries. Throws INVALID_INPUT for a foreign cursor.
 */
export async function readHistory(
  db: Db,
  question: {
    readonly table: string
    readonly key: string
    readonly limit: number
    readonly cursor?: string | undefined
  },
): Promise<{ readonly entries: readonly HistoryEntry[]; readonly nextCursor: string | null }> {
  const { table, key, limit, cursor } = question
  const [at = null, id = null] = cursor
    ? decodeCursor({ table, key }, cursor, ['instant', 'id'])
    : []
  const { rows } = await sql<HistoryRow>`
    select * from platform.history(${table}, ${key}, ${at}, ${id}, ${limit + 1})`.execute(db)
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    entries: shown.map(toEntry),
    nextCursor:
      rows.length > limit && last ? encodeCursor({ table, key }, [last.at, last.id]) : null,
  }
}

function toEntry({ person_name, actor, ...row }: HistoryRow): HistoryEntry {
  return {
    ...row,
    person: { name: person_name },
    actor: { kind: actor.kind ?? 'system', name: actor.name ?? '' },
  }
}
