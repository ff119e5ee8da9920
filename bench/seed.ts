import pg from 'pg'
import { hashToken, newKey, prefixOf } from '../platform/src/identity/token.ts'

/** A person of the bench: an API key, and the ids of tasks of theirs. */
export interface SeededPerson {
  readonly id: string
  readonly key: string
  readonly keyId: string
  readonly taskIds: readonly string[]
}

const peopleCount = 100
/** Of more tasks than this, no more ids are remembered; reading any of them is the same. */
const idsMax = 10_000
const scopes = ['tasks:read', 'tasks:write', 'tasks:delete']

const insertPeople = `
  insert into identity.person (email, email_key, name, created_at, updated_at)
  select email, email, 'Ada Byron', now(), now() from unnest($1::text[]) as email
  returning id`

const insertKeys = `
  insert into identity.api_key
    (owner_id, name, prefix, key_hash, scopes, used_by, created_at, expires_at)
  select owner_id, 'bench', prefix, key_hash, $4, 'script', now(), now() + interval '1 day'
  from unnest($1::uuid[], $2::text[], $3::bytea[]) as made(owner_id, prefix, key_hash)
  returning id, owner_id`

const setCounters = `
  insert into tasks.counter (owner_id, last_number)
  select owner_id, $2 from unnest($1::uuid[]) as owner_id
  on conflict (owner_id) do update set last_number = excluded.last_number`

// The tasks of one person lie scattered over the table, as they would after years of use. Each has
// the image and the call row that adding it over HTTP would have left.
const insertTasks = `
  with task as (
    insert into tasks.task (owner_id, number, title, description, priority, labels, due_kind,
      due_date, status, completed_at, created_at, updated_at, search_text, label_keys, title_order)
    select ($1::uuid[])[1 + at % $2], 1 + at / $2, title, description,
      (array['low', 'medium', 'high', 'urgent'])[1 + at % 4], labels, due_kind, due_date,
      case when completed_at is null then 'open' else 'done' end, completed_at, created_at,
      created_at, lower(concat_ws(E'\\n', title, description, array_to_string(labels, E'\\n'))),
      labels, left(lower(title), 60)
    from generate_series($3::int, $4::int - 1) as at,
      lateral (select now() - ($4 - at) * interval '1 minute' as created_at) as times,
      lateral (select
        'Water the plants of room ' || at as title,
        case when at % 3 = 0 then 'The fern gets little, the lemon tree all that is left.' end
          as description,
        case when at % 2 = 0 then array['home', 'plants'] else '{}' end as labels,
        case when at % 4 = 0 then 'date' end as due_kind,
        case when at % 4 = 0 then date '2030-01-01' + at % 365 end as due_date,
        case when at % 5 = 0 then created_at end as completed_at) as content
    returning *
  ), change as (
    insert into platform.change (id, call_id, table_name, row_key, owner_id, kind, after)
    select uuidv7(), id, 'tasks.task', id::text, owner_id, 'created', to_jsonb(task)
    from task
  ), call as (
    insert into platform.call (id, person_id, actor, operation, surface, subject, outcome,
      request_id, duration_us)
    select id, owner_id, '{"kind": "script"}', 'tasks.add_task', 'http', id::text, 'done', 'seed', 0
    from task
  )
  select id, owner_id from task order by id limit ${idsMax}`

/** Makes 100 people with an API key each, as the owner of the tables. */
export async function seedPeople(owner: pg.ClientConfig): Promise<readonly SeededPerson[]> {
  return await withClient(owner, async (client) => {
    const emails = Array.from({ length: peopleCount }, (_, at) => `ada.${at}@example.com`)
    const { rows } = await client.query<{ id: string }>(insertPeople, [emails])
    const ids = rows.map((row) => row.id)
    const keys = ids.map(() => newKey())
    const made = await client.query<{ id: string; owner_id: string }>(insertKeys, [
      ids,
      keys.map(prefixOf),
      keys.map(hashToken),
      scopes,
    ])
    const keyIds = new Map(made.rows.map((row) => [row.owner_id, row.id]))
    return ids.map((id, at) => {
      return { id, key: keys[at] ?? '', keyId: keyIds.get(id) ?? '', taskIds: [] }
    })
  })
}

/**
 * Adds tasks until there are so many in sum, and gives the people with the ids of some of them. The
 * history's own trigger is off meanwhile: the images are made together with the tasks.
 */
export async function seedTasks(
  owner: pg.ClientConfig,
  people: readonly SeededPerson[],
  { from, to }: { readonly from: number; readonly to: number },
): Promise<readonly SeededPerson[]> {
  return await withClient(owner, async (client) => {
    const ids = people.map((person) => person.id)
    // What measuring added goes first, also what is on its way: the seed has its own numbers.
    await client.query('lock table tasks.task in exclusive mode')
    await client.query('delete from tasks.task where number > $1', [from / peopleCount])
    await client.query('alter table tasks.task disable trigger keep_image')
    const values = [ids, peopleCount, from, to]
    const { rows } = await client.query<{ id: string; owner_id: string }>(insertTasks, values)
    await client.query('alter table tasks.task enable trigger keep_image')
    await client.query(setCounters, [ids, to / peopleCount])
    const byOwner = Map.groupBy(rows, (task) => task.owner_id)
    return people.map((person) => ({
      ...person,
      taskIds: (byOwner.get(person.id) ?? []).map((task) => task.id),
    }))
  })
}

async function withClient<T>(
  owner: pg.ClientConfig,
  use: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client(owner)
  await client.connect()
  try {
    await client.query('begin')
    const result = await use(client)
    await client.query('commit')
    return result
  } finally {
    await client.end()
  }
}
