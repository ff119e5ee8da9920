// What both servers ask the database, as the bare server says it. `verify` holds that they answer alike.

const columns =
  'id, owner_id, number, title, description, priority, labels, due_kind, due_date, due_time, ' +
  'due_zone, due_at, status, status_before_trash, completed_at, trashed_at, created_at, ' +
  'updated_at, version'

export const find = { name: 'find', text: `select ${columns} from tasks.task where id = $1` }

export const list = {
  name: 'list',
  text:
    `select ${columns}, created_at as sort_key from tasks.task ` +
    `where owner_id = $1 and status <> 'trashed' order by created_at desc, number desc limit $2`,
}

export const add = {
  name: 'add',
  text:
    'with taken as (insert into tasks.counter (owner_id, last_number) values ($1, 1) ' +
    'on conflict (owner_id) do update set last_number = counter.last_number + 1 ' +
    'returning last_number) ' +
    'insert into tasks.task (owner_id, title, description, priority, labels, due_kind, due_date, ' +
    'due_time, due_zone, due_at, search_text, label_keys, title_order, created_at, updated_at, ' +
    'number) select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14, last_number ' +
    `from taken returning ${columns}`,
}

/** The values of `add`, for a task without a due time. */
export function valuesToAdd(
  ownerId: string,
  { title, description = null, priority, labels }: NewTask,
): readonly unknown[] {
  const folded = title.toLowerCase()
  const due = [null, null, null, null, null]
  const keys = labels.map((label) => label.toLowerCase())
  const written = [title, description, priority, labels, ...due, folded, keys, folded]
  return [ownerId, ...written, new Date().toISOString()]
}

export interface NewTask {
  readonly title: string
  readonly description?: string | null
  readonly priority: string
  readonly labels: readonly string[]
}
