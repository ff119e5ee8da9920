import { sessionIdleMilliseconds } from '../identity/lifetimes.ts'
import type { TestPlinth } from './start.ts'

/** Every row of every table that a call may change, by table and content. */
export type Snapshot = ReadonlyMap<string, ReadonlyMap<string, string>>

/** Written beside the road, on their own time, so no call is judged by them. */
const columnsOutside = ['last_used_at']

/** Sessions that ended by themselves are removed by a timer, at whatever moment a test is in. */
function rowsThatStay(table: string, { clock }: TestPlinth): { where: string; times: string[] } {
  if (table !== 'identity.session') return { where: '', times: [] }
  const now = clock.now()
  const idleSince = now.subtract({ milliseconds: sessionIdleMilliseconds })
  return {
    where: 'where expires_at > $2 and last_used_at > $3',
    times: [now.toString(), idleSince.toString()],
  }
}

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
    const { where, times } = rowsThatStay(name, plinth)
    const rows = await plinth.sql<{ place: string; content: string }>(
      `select ctid::text as place, (to_jsonb(t) - $1::text[])::text as content
       from ${name} t ${where}`,
      [columnsOutside, ...times],
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
