import { type Db, decodeCursor, encodeCursor, sql, statement } from '@plinth/platform'
import { fold, searchWords } from '../rules/fold.ts'
import { trashHorizon } from '../rules/trash.ts'
import type { Priority } from '../schema.ts'
import { columns, type StoredTask, type TaskRow, tables, toTask } from './task.ts'

/**
 * What a list can be sorted by: the column, and what its value looks like in a cursor. The number is
 * the tie-breaker of every order, so that no task is skipped or repeated between pages.
 */
const orders = {
  created: { column: 'created_at', kind: 'instant', type: 'timestamptz' },
  due: { column: 'due_order', kind: 'integer', type: 'bigint' },
  priority: { column: 'priority_rank', kind: 'integer', type: 'bigint' },
  title: { column: 'title_order', kind: 'text', type: 'text' },
  number: { column: 'number', kind: 'integer', type: 'bigint' },
} as const

type Order = keyof typeof orders
export type Sort = Order | `-${Order}`

export interface TaskListQuestion {
  readonly ownerId: string
  readonly status: 'open' | 'done' | 'all' | 'trashed'
  readonly priority?: Priority | undefined
  readonly label?: string | undefined
  readonly q?: string | undefined
  readonly dueFrom?: string | undefined
  readonly dueTo?: string | undefined
  readonly sort: Sort
  readonly limit: number
  readonly cursor?: string | undefined
  readonly total: boolean
  readonly now: Temporal.Instant
}

export interface TaskList {
  readonly items: StoredTask[]
  readonly nextCursor: string | null
  readonly total?: number
}

/** A row with its sort key, as the cursor after it needs it. */
type KeyedRow = TaskRow & { readonly sort_key: string | number | null }

/** A page of the person's tasks. Throws INVALID_INPUT for a cursor of another list. */
export async function listTasks(db: Db, question: TaskListQuestion): Promise<TaskList> {
  const { limit } = question
  const rows = isPlain(question)
    ? await findNewest(db, { ownerId: question.ownerId, limit: limit + 1 })
    : await findSorted(db, question)
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    items: page.map(toTask),
    // One row more than asked for tells whether there is a next page, without counting.
    nextCursor:
      rows.length > limit && last
        ? encodeCursor(identityOf(question), [last.sort_key, last.number])
        : null,
    ...(question.total ? { total: await count(db, question) } : {}),
  }
}

/** The list that every screen and most agents ask for first. */
function isPlain({ status, sort, priority, label, q, dueFrom, dueTo, cursor }: TaskListQuestion) {
  return (
    status === 'all' &&
    sort === '-created' &&
    [priority, label, q, dueFrom, dueTo, cursor].every((filter) => filter === undefined)
  )
}

const findNewest = statement<{ ownerId: string; limit: number }, KeyedRow>()((db, param) =>
  tables(db)
    .selectFrom('tasks.task')
    .select([...columns, 'created_at as sort_key'])
    .where('owner_id', '=', param('ownerId'))
    .where(sql<boolean>`status <> 'trashed'`)
    .orderBy('created_at', 'desc')
    .orderBy('number', 'desc')
    .limit(param('limit')),
)

function findSorted(db: Db, question: TaskListQuestion): Promise<KeyedRow[]> {
  const { order, direction } = readSort(question.sort)
  const { column } = orders[order]
  // Tasks without a due time come last in either direction: nobody looks for them there.
  const directed = sql.raw(order === 'due' ? `${direction} nulls last` : direction)
  let query = filtered(db, question)
    .select([...columns, `${column} as sort_key`])
    .orderBy(sql`${sql.ref(column)} ${directed}`)
    .orderBy('number', direction)
    .limit(question.limit + 1)
  if (question.cursor !== undefined) query = query.where(isAfter(question, question.cursor))
  return query.execute() as Promise<KeyedRow[]>
}

async function count(db: Db, question: TaskListQuestion): Promise<number> {
  const row = await filtered(db, question)
    .select((eb) => eb.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow()
  return row.total
}

function readSort(sort: Sort): { order: Order; direction: 'asc' | 'desc' } {
  const isDescending = sort.startsWith('-')
  const order = (isDescending ? sort.slice(1) : sort) as Order
  return { order, direction: isDescending ? 'desc' : 'asc' }
}

/**
 * The rows of a list, before order and page. The status is written into the query, because only so
 * does the planner see that a partial index serves.
 */
function filtered(db: Db, question: TaskListQuestion) {
  const { ownerId, status, priority, label, q, dueFrom, dueTo, now } = question
  let query = tables(db).selectFrom('tasks.task').where('owner_id', '=', ownerId)
  if (status === 'all') query = query.where(sql<boolean>`status <> 'trashed'`)
  else query = query.where(sql<boolean>`status = ${sql.lit(status)}`)
  if (status === 'trashed') query = query.where('trashed_at', '>', trashHorizon(now).toString())
  if (priority) query = query.where('priority', '=', priority)
  if (label) query = query.where(sql<boolean>`${fold(label)} = any(label_keys)`)
  if (dueFrom) query = query.where('due_order', '>=', dueOrderOf(dueFrom, 'start'))
  if (dueTo) query = query.where('due_order', '<=', dueOrderOf(dueTo, 'end'))
  const words = searchWords(q ?? '')
  if (words.length > 0) {
    // strpos knows no wildcards, so % and _ are letters like any other.
    query = query.where(
      sql<boolean>`(select bool_and(strpos(search_text, word) > 0) from unnest(${words}::text[]) as word)`,
    )
  }
  return query
}

/** A day's first or last moment as the column due_order has it: 202603020000, 202603022400. */
function dueOrderOf(date: string, end: 'start' | 'end'): number {
  return Number(date.replaceAll('-', '')) * 10_000 + (end === 'end' ? 2400 : 0)
}

/** True of the rows behind the cursor's row. */
function isAfter(question: TaskListQuestion, cursor: string) {
  const { order, direction } = readSort(question.sort)
  const { column, kind, type } = orders[order]
  const [key, number] = decodeCursor(identityOf(question), cursor, [kind, 'integer'])
  const comparison = sql.raw(direction === 'asc' ? '>' : '<')
  const numberParameter = sql`${number}::bigint`
  if (key === null) {
    return sql<boolean>`(${sql.ref(column)} is null and number ${comparison} ${numberParameter})`
  }
  const keyParameter = sql`${key}::${sql.raw(type)}`
  const isBehind = sql<boolean>`(${sql.ref(column)}, number) ${comparison} (${keyParameter}, ${numberParameter})`
  return order === 'due' ? sql<boolean>`(${isBehind} or ${sql.ref(column)} is null)` : isBehind
}

/** What a cursor belongs to: the same person, filters and order. The size of a page may change. */
function identityOf(question: TaskListQuestion): unknown {
  const { ownerId, status, priority, label, q, dueFrom, dueTo, sort } = question
  return ['tasks.task', { ownerId, status, priority, label, q, dueFrom, dueTo, sort }]
}
