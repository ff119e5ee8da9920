import type { TestPlinth } from '@plinth/platform/testing'

/** What calls may leave behind when they are refused: that they were made. */
const notes = ['platform.call', 'platform.refusal']

/** Only ever added to, which the database's own rights see to: their number tells all. */
const additions = ['platform.change', 'platform.replay']

/** What is read of a table's rows. The time of a key's last use is kept outside of any call. */
function contentOf({ name, has_last_use: hasLastUse }: Table): string {
  if (additions.includes(name)) return "''"
  const row = hasLastUse ? "(to_jsonb(t) - 'last_used_at')::text" : 't::text'
  return `coalesce(sum(hashtextextended(${row}, 0)), 0)`
}

interface Table {
  readonly name: string
  readonly has_last_use: boolean
}

/**
 * A few characters for each table, made of all its rows: equal characters, equal rows. It is one
 * question, so that it can be asked around every call.
 */
export async function createDigest(
  plinth: TestPlinth,
): Promise<() => Promise<Readonly<Record<string, string>>>> {
  const tables = await plinth.sql<Table>(
    `select format('%I.%I', nspname, relname) as name, exists (
       select from pg_attribute where attrelid = pg_class.oid and attname = 'last_used_at'
     ) as has_last_use
     from pg_class join pg_namespace on pg_namespace.oid = relnamespace
     where relkind in ('r', 'p') and not relispartition and nspname = any($1) order by 1`,
    [['platform', 'identity', ...plinth.server.registry.apps.map(({ name }) => name)]],
  )
  const question = tables
    .filter(({ name }) => !notes.includes(name))
    .map(
      (table) =>
        `select '${table.name}' as name, concat(count(*), ':', ${contentOf(table)}) as content ` +
        `from ${table.name} t`,
    )
    .join(' union all ')
  return async () => {
    const rows = await plinth.sql<{ name: string; content: string }>(question)
    return Object.fromEntries(rows.map(({ name, content }) => [name, content]))
  }
}
