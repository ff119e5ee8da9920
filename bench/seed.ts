import pg from 'pg'
import { hashToken, newKey, prefixOf } from '../platform/src/identity/token.ts'

/** A person of the bench: an API key, and the ids of all their tasks. */
export interface SeededPerson {
  readonly id: string
  readonly key: string
  readonly taskIds: readonly string[]
}

const peopleCount = 100
const tasksCount = 10_000
const scopes = ['tasks:read', 'tasks:write', 'tasks:delete']

const insertPeople = `
  insert into identity.person (email, email_key, name, created_at, updated_at)
  select email, email, 'Ada Byron', now(), now() from unnest($1::text[]) as email
  returning id`

const insertKeys = `
  insert into identity.api_key
    (owner_id, name, prefix, key_hash, scopes, used_by, created_at, expires_at)
  select owner_id, 'bench', prefix, key_hash, $4, 'script', now(), now() + interval '1 day'
  from unnest($1::uuid[], $2::text[], $3::bytea[]) as made(owner_id, prefix, key_hash)`

const insertCounters = `
  insert into tasks.counter (owner_id, last_number)
  select owner_id, $2 from unnest($1::uuid[]) as owner_id`

// The tasks of one person lie scattered over the table, as they would after years of use.
const insertTasks = `
  insert into tasks.task (owner_id, number, title, description, priority, labels, due_kind,
    due_date, status, completed_at, created_at, updated_at, search_text, label_keys, title_order)
  select ($1::uuid[])[1 + at % $2], 1 + at / $2, title, description,
    (array['low', 'medium', 'high', 'urgent'])[1 + at % 4], labels, due_kind, due_date,
    case when completed_at is null then 'open' else 'done' end, completed_at, created_at,
    created_at, lower(concat_ws(E'\\n', title, description, array_to_string(labels, E'\\n'))),
    labels, left(lower(title), 60)
  from generate_series(0, $3 - 1) as at,
    lateral (select now() - ($3 - at) * interval '1 minute' as created_at) as times,
    lateral (select
      'Water the plants of room ' || at as title,
      case when at % 3 = 0 then 'The fern gets little, the lemon tree all that is left.' end
        as description,
      case when at % 2 = 0 then array['home', 'plants'] else '{}' end as labels,
      case when at % 4 = 0 then 'date' end as due_kind,
      case when at % 4 = 0 then date '2030-01-01' + at % 365 end as due_date,
      case when at % 5 = 0 then created_at end as completed_at) as content
  returning id, owner_id`

/** Makes 100 people with an API key each and 10,000 tasks of theirs, as the owner of the tables. */
export async function seed(owner: pg.ClientConfig): Promise<readonly SeededPerson[]> {
  const client = new pg.Client(owner)
  await client.connect()
  try {
    await client.query('begin')
    const ids = await seedPeople(client)
    const keys = ids.map(() => newKey())
    await client.query(insertKeys, [ids, keys.map(prefixOf), keys.map(hashToken), scopes])
    await client.query(insertCounters, [ids, tasksCount / peopleCount])
    const tasks = await client.query<{ id: string; owner_id: string }>(insertTasks, [
      ids,
      peopleCount,
      tasksCount,
    ])
    await client.query('commit')
    const byOwner = Map.groupBy(tasks.rows, (task) => task.owner_id)
    return ids.map((id, at) => ({
      id,
      key: keys[at] ?? '',
      taskIds: (byOwner.get(id) ?? []).map((task) => task.id),
    }))
  } finally {
    await client.end()
  }
}

async function seedPeople(client: pg.Client): Promise<readonly string[]> {
  const emails = Array.from({ length: peopleCount }, (_, at) => `ada.${at}@example.com`)
  const { rows } = await client.query<{ id: string }>(insertPeople, [emails])
  return rows.map((row) => row.id)
}
