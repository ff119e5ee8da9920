import type { TestPlinth } from './start.ts'

/** Every row of every table that a call may change, by table and content. */
export type Snapshot = ReadonlyMap<string, ReadonlyMap<string, string>>

/** Written beside the road, on their own time, so no call is judged by them. */
const columnsOutside = ['last_used_at']

export async function takeSnapshot(plinth: TestPlinth): Promise<Snapshot> {
  const schemas = plinth.server.registry.apps.map((app) =>
    app.name === 'auth' ? 'identity' : app.name,
  )
  const tables = await plinth.sql<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname = any($1) order by 1`,
    [schemas],
  )
  const snapshot = new Map<string, ReadonlyMap<string, string>>()
  for (const { name } of tables) {
    const rows = await plinth.sql<{ place: string; content: string }>(
      `select ctid::text as place, (to_jsonb(t) - $1::text[])::text as content from ${name} t`,
      [columnsOutside],
    )
    snapshot.set(name, new Map(rows.map((row) => [row.content, row.place])))
  }
  return snapshot
}

/** How many rows of each table are there now that were not there before, or not so, or are gone. */
export function changesBetween(before: Snapshot, after: Snapshot): Record<string, number> {
  const changes: Record<string, number> = {}
  for (const [table, rows] of after) {
    const earlier = before.get(table) ?? new Map()
    const appeared = [...rows.keys()].filter((content) => !earlier.has(content)).length
    const vanished = [...earlier.keys()].filter((content) => !rows.has(content)).length
    const changed = Math.max(appeared, vanished)
    if (changed > 0) changes[table] = changed
  }
  return changes
}
