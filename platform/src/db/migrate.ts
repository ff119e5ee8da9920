import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import type { Client } from 'pg'

/** A folder of numbered SQL files, `0001_….sql` and so on, and the schema they build. */
export interface MigrationSource {
  /** For example `platform` or an app's name. */
  readonly name: string
  readonly folder: URL
  readonly schemas: readonly string[]
}

interface Migration {
  readonly name: string
  readonly text: string
  readonly hash: string
}

/**
 * Brings the database to what this release knows, forward only, each file in a transaction of its
 * own, under a lock so that of many processes one does it. Gives the names of what it applied.
 *
 * Throws when a file that was applied has been edited since: a released migration never is.
 */
export async function migrate(
  client: Client,
  sources: readonly MigrationSource[],
): Promise<readonly string[]> {
  await client.query("select pg_advisory_lock(hashtext('plinth.migrate'))")
  try {
    await prepare(client, sources)
    const applied = await readApplied(client)
    const fresh: string[] = []
    for (const migration of (await Promise.all(sources.map(readSource))).flat()) {
      const hash = applied.get(migration.name)
      if (hash === undefined) {
        await apply(client, migration)
        fresh.push(migration.name)
      } else if (hash !== migration.hash) {
        throw new Error(
          `Migration ${migration.name} was applied and has been edited since. Put its old text ` +
            'back, and write the change as a new migration. If no other database has it yet, ' +
            '`npx plinth reset` deletes what is in this one, and it is applied anew.',
        )
      }
    }
    return fresh
  } finally {
    await client.query("select pg_advisory_unlock(hashtext('plinth.migrate'))")
  }
}

async function prepare(client: Client, sources: readonly MigrationSource[]): Promise<void> {
  for (const schema of sources.flatMap((source) => source.schemas)) {
    await client.query(`create schema if not exists ${client.escapeIdentifier(schema)}`)
  }
  await client.query(`
    create table if not exists platform.migration (
      name       text primary key,
      hash       text not null,
      applied_at timestamptz not null default transaction_timestamp()
    );
    alter table platform.migration enable row level security;
    alter table platform.migration force row level security;
    drop policy if exists to_owner on platform.migration;
    create policy to_owner on platform.migration to plinth_owner using (true) with check (true);
    comment on column platform.migration.name is 'subject=none purpose=migrations retain=always erase=keep';
    comment on column platform.migration.hash is 'subject=none purpose=migrations retain=always erase=keep';
    comment on column platform.migration.applied_at is 'subject=none purpose=migrations retain=always erase=keep';`)
}

async function readApplied(client: Client): Promise<ReadonlyMap<string, string>> {
  const { rows } = await client.query<{ name: string; hash: string }>(
    'select name, hash from platform.migration',
  )
  return new Map(rows.map((row) => [row.name, row.hash]))
}

async function readSource(source: MigrationSource): Promise<readonly Migration[]> {
  const files = (await readdir(source.folder)).filter((file) => file.endsWith('.sql')).sort()
  return Promise.all(
    files.map(async (file) => {
      const text = await readFile(new URL(file, source.folder), 'utf8')
      const hash = createHash('sha256').update(text).digest('hex')
      return { name: `${source.name}/${file}`, text, hash }
    }),
  )
}

async function apply(client: Client, { name, text, hash }: Migration): Promise<void> {
  await client.query('begin')
  try {
    await client.query("set local lock_timeout = '10s'")
    await client.query(text)
    await client.query('insert into platform.migration (name, hash) values ($1, $2)', [name, hash])
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(
      `Migration ${name} failed${placeOf(error, text)} and left nothing behind: ${reason}`,
      { cause: error },
    )
  }
}

/** The line of a file that PostgreSQL complains of, where it names one. */
function placeOf(error: unknown, text: string): string {
  const position = error instanceof Error && 'position' in error ? Number(error.position) : 0
  return position > 0 ? ` at line ${text.slice(0, position).split('\n').length}` : ''
}
