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
  })

  test.for([
    [
      'a table that does not force row security',
      `${good} alter table tasks.extra no force row level security`,
      'Table tasks.extra does not force row security.',
    ],
    [
      'a table on which migrations would change no row',
      `${good} drop policy to_owner on tasks.extra`,
      'Table tasks.extra has no policy for plinth_owner: migrations would change no row.',
    ],
    [
      'a column that does not say what it is to a person',
      `${good} alter table tasks.extra add column note text`,
      'Column tasks.extra.note does not say what it is to a person (subject, purpose, …).',
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
