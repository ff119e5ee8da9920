import type { Client } from 'pg'

/**
 * Looks for what would make row security a promise only: a table without it, a column that does not
 * say what it is to a person, a view that sees everything, a partition or a definer function that is
 * open to all, a request login that is too strong. Gives one sentence per finding.
 */
export async function inspectDatabase(
  client: Client,
  schemas: readonly string[],
): Promise<readonly string[]> {
  const findings: string[] = []
  for (const { sql, say } of questions) {
    const { rows } = await client.query<{ thing: string }>(sql, [schemas])
    findings.push(...rows.map(({ thing }) => say(thing)))
  }
  return findings
}

interface Question {
  /** Finds the offenders; $1 is the schemas' names. */
  readonly sql: string
  readonly say: (thing: string) => string
}

const questions: readonly Question[] = [
  {
    sql: `select c.oid::regclass::text as thing from pg_class c
          where c.relnamespace = any(select oid from pg_namespace where nspname = any($1))
            and c.relkind in ('r', 'p') and not c.relispartition
            and not (c.relrowsecurity and c.relforcerowsecurity)`,
    say: (table) =>
      `Table ${table} does not force row security. Add to its migration: ` +
      `alter table ${table} enable row level security; alter table ${table} force row level security;`,
  },
  {
    sql: `select c.oid::regclass::text as thing from pg_class c
          where c.relnamespace = any(select oid from pg_namespace where nspname = any($1))
            and c.relkind in ('r', 'p') and not c.relispartition
            and not exists (select from pg_policy p join pg_roles r on r.oid = any(p.polroles)
                            where p.polrelid = c.oid and r.rolname = 'plinth_owner')`,
    say: (table) =>
      `Table ${table} has no policy for plinth_owner: migrations would change no row. Add: ` +
      `create policy to_owner on ${table} to plinth_owner using (true) with check (true);`,
  },
  {
    sql: `select c.oid::regclass::text as thing from pg_class c
          where c.relnamespace = any(select oid from pg_namespace where nspname = any($1))
            and c.relkind in ('r', 'p') and not c.relispartition
            and has_any_column_privilege('plinth_app', c.oid, 'select')
            and not exists (select from pg_policy p left join pg_roles r on r.oid = any(p.polroles)
                            where p.polrelid = c.oid
                              and (r.rolname = 'plinth_app' or 0 = any(p.polroles)))`,
    say: (table) =>
      `Table ${table} is granted to plinth_app, and no policy lets it see a row. Add: ` +
      `create policy own on ${table} to plinth_app ` +
      'using (owner_id = (select platform.caller_id())) ' +
      'with check (owner_id = (select platform.caller_id()));',
  },
  {
    sql: `select c.oid::regclass::text || '.' || a.attname as thing
          from pg_class c join pg_attribute a on a.attrelid = c.oid
          where c.relnamespace = any(select oid from pg_namespace where nspname = any($1))
            and c.relkind in ('r', 'p') and not c.relispartition
            and a.attnum > 0 and not a.attisdropped
            and coalesce(col_description(c.oid, a.attnum), '') !~
              'subject=\\S+ purpose=\\S+ retain=\\S+ erase=(delete|keep|redact)'`,
    say: (column) =>
      `Column ${column} does not say what it is to a person. Add, in words that are true of it: ` +
      `comment on column ${column} is 'subject=owner_id purpose=app retain=account erase=delete';`,
  },
  {
    sql: `select c.oid::regclass::text as thing from pg_class c
          where c.relnamespace = any(select oid from pg_namespace where nspname = any($1))
            and c.relkind in ('v', 'm')
            and not coalesce(c.reloptions::text, '') like '%security_invoker=true%'`,
    say: (view) => `View ${view} is not security_invoker.`,
  },
  {
    sql: `select distinct c.oid::regclass::text as thing
          from pg_class c, aclexplode(c.relacl) grants
          where c.relnamespace = any(select oid from pg_namespace where nspname = any($1))
            and c.relispartition and grants.grantee <> c.relowner`,
    say: (partition) => `Partition ${partition} is granted to somebody; only its parent may be.`,
  },
  {
    sql: `select p.oid::regprocedure::text as thing from pg_proc p
          where p.pronamespace = any(select oid from pg_namespace where nspname = any($1))
            and p.prosecdef
            and (p.proacl is null
              or exists (select from aclexplode(p.proacl) grants where grants.grantee = 0)
              or not coalesce(p.proconfig::text, '') like '%search_path=%')`,
    say: (name) => `Definer function ${name} is open to all or has no fixed search_path.`,
  },
  {
    sql: `select rolname as thing from pg_roles
          where rolname in ('plinth_app', 'plinth_identity', 'plinth_worker', 'plinth_sealer')
            and (rolsuper or rolbypassrls or pg_has_role(rolname, 'plinth_owner', 'member'))
            and $1::text[] is not null`,
    say: (role) => `Login ${role} could pass by row security.`,
  },
]
