import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createScratchDatabase, type ScratchDatabase } from '../testing/scratch.ts'
import { inspectDatabase } from './inspect.ts'

let database: ScratchDatabase

beforeEach(async () => {
  database = await createScratchDatabase()
})
afterEach(() => database.drop())

const good = `
  create table tasks.extra (id int primary key);
  alter table tasks.extra enable row level security;
  alter table tasks.extra force row level security;
  create policy to_owner on tasks.extra to plinth_owner using (true);
  comment on column tasks.extra.id is 'subject=none purpose=test retain=always erase=keep';`

async function findingsAfter(sql: string): Promise<readonly string[]> {
  const client = await database.connect('owner')
  await client.query(sql)
  return inspectDatabase(client, ['platform', 'identity', 'tasks'])
}

describe('the inspection at start', () => {
  test('finds nothing in what the migrations made, nor in a table that is right', async () => {
    expect(await findingsAfter('select 1')).toEqual([])
    expect(await findingsAfter(good)).toEqual([])
    const toAll = `create policy everybody on tasks.extra for select using (id = 1);
      grant select on tasks.extra to plinth_app`
    expect(await findingsAfter(toAll)).toEqual([])
  })

  test.for([
    [
      'a table that does not force row security',
      `${good} alter table tasks.extra no force row level security`,
      'Table tasks.extra does not force row security. Add to its migration: alter table ' +
        'tasks.extra enable row level security; alter table tasks.extra force row level security;',
    ],
    [
      'a table on which migrations would change no row',
      `${good} drop policy to_owner on tasks.extra`,
      'Table tasks.extra has no policy for plinth_owner: migrations would change no row. Add: ' +
        'create policy to_owner on tasks.extra to plinth_owner using (true) with check (true);',
    ],
    [
      'a table that calls may read and see nothing of',
      `${good} grant select on tasks.extra to plinth_app`,
      'Table tasks.extra is granted to plinth_app, and no policy lets it see a row. Add: ' +
        'create policy own on tasks.extra to plinth_app ' +
        'using (owner_id = (select platform.caller_id())) ' +
        'with check (owner_id = (select platform.caller_id()));',
    ],
    [
      'a column that does not say what it is to a person',
      `${good} alter table tasks.extra add column note text`,
      'Column tasks.extra.note does not say what it is to a person. Add, in words that are true ' +
        "of it: comment on column tasks.extra.note is 'subject=owner_id purpose=app " +
        "retain=account erase=delete';",
    ],
    [
      'a view that sees everything',
      'create view tasks.everything as select * from tasks.task',
      'View tasks.everything is not security_invoker.',
    ],
    [
      'a partition that is granted to somebody',
      `do $$ declare name text; begin
         select inhrelid::regclass into name from pg_inherits
         where inhparent = 'platform.call'::regclass order by 1 limit 1;
         execute format('grant select on %s to plinth_app', name);
         execute format('alter table %s rename to call_open', name);
       end $$`,
      'Partition platform.call_open is granted to somebody; only its parent may be.',
    ],
    [
      'a definer function that is open to all',
      `create function tasks.open() returns int language sql security definer
       set search_path = pg_catalog return 1`,
      'Definer function tasks.open() is open to all or has no fixed search_path.',
    ],
  ] as const)('finds %s', async ([, sql, finding]) => {
    expect(await findingsAfter(sql)).toEqual([finding])
  })
})
