import type { Kysely } from 'kysely'

/**
 * The data, as the caller may see it: bound to one call, under row-level security. Apps say which
 * tables they mean with `db.withTables<TasksTables>()`.
 *
 * Columns come as PostgreSQL sends them, with three exceptions: `timestamptz` is an RFC 3339 string
 * in UTC ending in Z, `date` and `time` stay strings, `int8` is a number when it is safe and a bigint
 * above.
 */
export type Db = Kysely<Record<never, never>>
