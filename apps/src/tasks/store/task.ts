import { type Db, type SignedInCaller, sql, statement } from '@plinth/platform'
import { type Suggestion, taskNotFound } from '../errors.ts'
import { mayReadTasks } from '../policy.ts'
import { type DueColumns, dueFromColumns, dueToColumns } from '../rules/due.ts'
import { fold, searchText, titleOrder } from '../rules/fold.ts'
import { isHiddenFrom, type TaskEvent, type TaskState } from '../rules/transitions.ts'
import { isPastTrash } from '../rules/trash.ts'
import type { Due, Priority, Task, TaskStatus } from '../schema.ts'

/** A row without the columns that are there for searching and sorting. */
export interface TaskRow extends DueColumns {
  readonly id: string
  readonly owner_id: string
  readonly number: number
  readonly title: string
  readonly description: string | null
  readonly priority: Priority
  readonly labels: string[]
  readonly status: TaskStatus
  readonly status_before_trash: 'open' | 'done' | null
  readonly completed_at: string | null
  readonly trashed_at: string | null
  readonly created_at: string
  readonly updated_at: string
  readonly version: number
}

/** Columns that are there for searching and sorting and never leave the store. */
interface SearchColumns {
  readonly search_text: string
  readonly label_keys: readonly string[]
  readonly title_order: string
}

interface OrderColumns {
  readonly priority_rank: number
  readonly due_order: number | null
}

// Types and not interfaces, because Kysely wants tables that could be indexed by any name.
type TasksTables = {
  'tasks.task': Table<TaskRow & SearchColumns & OrderColumns>
  'tasks.counter': { readonly owner_id: string; readonly last_number: number }
}

type Table<Columns> = { [Name in keyof Columns]: Columns[Name] }

export const tables = (db: Db) => db.withTables<TasksTables>()

export const columns = [
  'id',
  'owner_id',
  'number',
  'title',
  'description',
  'priority',
  'labels',
  'due_kind',
  'due_date',
  'due_time',
  'due_zone',
  'due_at',
  'status',
  'status_before_trash',
  'completed_at',
  'trashed_at',
  'created_at',
  'updated_at',
  'version',
] as const satisfies readonly (keyof TaskRow)[]

/** A task with what its operations need to know and its readers do not. */
export interface StoredTask extends Task, TaskState {
  readonly ownerId: string
  readonly status: TaskStatus
  readonly completedAt: string | null
  readonly trashedAt: string | null
}

export function toTask(row: TaskRow): StoredTask {
  return {
    id: row.id,
    ownerId: row.owner_id,
    number: row.number,
    title: row.title,
    description: row.description,
    priority: row.priority,
    labels: row.labels,
    due: dueFromColumns(row),
    status: row.status,
    statusBeforeTrash: row.status_before_trash,
    completedAt: row.completed_at,
    trashedAt: row.trashed_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    version: row.version,
  }
}

/** The part of a task that a person writes. */
export interface TaskContent {
  readonly title: string
  readonly description: string | null
  readonly priority: Priority
  readonly labels: string[]
  readonly due: Due | null
}

export function contentOf({ title, description, priority, labels, due }: Task): TaskContent {
  return { title, description, priority, labels, due }
}

type ContentColumns = Pick<TaskRow, 'title' | 'description' | 'priority' | 'labels'> &
  DueColumns &
  SearchColumns

function contentColumns(content: TaskContent): ContentColumns {
  return {
    title: content.title,
    description: content.description,
    priority: content.priority,
    labels: content.labels,
    ...dueToColumns(content.due),
    search_text: searchText(content),
    label_keys: content.labels.map(fold),
    title_order: titleOrder(content.title),
  }
}

const contentColumnNames = [
  'title',
  'description',
  'priority',
  'labels',
  'due_kind',
  'due_date',
  'due_time',
  'due_zone',
  'due_at',
  'search_text',
  'label_keys',
  'title_order',
] as const satisfies readonly (keyof ContentColumns)[]

// The number is taken and the task written in one statement: one round trip, and the counter's row
// is locked no longer than needed.
const insert = statement<ContentColumns & { owner_id: string; now: string }, TaskRow>()(
  (db, param) =>
    tables(db)
      .with('taken', (cte) =>
        cte
          .insertInto('tasks.counter')
          .values({ owner_id: param('owner_id'), last_number: 1 })
          .onConflict((conflict) =>
            conflict
              .column('owner_id')
              .doUpdateSet({ last_number: sql<number>`counter.last_number + 1` }),
          )
          .returning('last_number'),
      )
      .insertInto('tasks.task')
      .columns([...contentColumnNames, 'owner_id', 'created_at', 'updated_at', 'number'])
      .expression((eb) =>
        eb
          .selectFrom('taken')
          .select([
            ...contentColumnNames.map((name) => sql`${param(name)}`.as(name)),
            sql`${param('owner_id')}`.as('owner_id'),
            sql`${param('now')}`.as('created_at'),
            sql`${param('now')}`.as('updated_at'),
            'last_number',
          ]),
      )
      .returning(columns),
)

/** Adds a task under the person's next number. */
export async function insertTask(
  db: Db,
  task: { ownerId: string; content: TaskContent; now: Temporal.Instant },
): Promise<StoredTask> {
  const rows = await insert(db, {
    ...contentColumns(task.content),
    owner_id: task.ownerId,
    now: task.now.toString(),
  })
  return toTask(only(rows))
}

const setContent = statement<ContentColumns & { id: string; now: string }, TaskRow>()((db, param) =>
  tables(db)
    .updateTable('tasks.task')
    .set({
      title: param('title'),
      description: param('description'),
      priority: param('priority'),
      labels: param('labels'),
      due_kind: param('due_kind'),
      due_date: param('due_date'),
      due_time: param('due_time'),
      due_zone: param('due_zone'),
      due_at: param('due_at'),
      search_text: param('search_text'),
      label_keys: param('label_keys'),
      title_order: param('title_order'),
      updated_at: param('now'),
      version: sql<number>`version + 1`,
    })
    .where('id', '=', param('id'))
    .returning(columns),
)

/** Writes the content of a task that this call has locked. */
export async function saveContent(
  db: Db,
  change: { id: string; content: TaskContent; now: Temporal.Instant },
): Promise<StoredTask> {
  const { id, content, now } = change
  return toTask(only(await setContent(db, { ...contentColumns(content), id, now: now.toString() })))
}

const setState = statement<
  Pick<TaskRow, 'id' | 'status' | 'status_before_trash' | 'completed_at' | 'trashed_at'> & {
    now: string
  },
  TaskRow
>()((db, param) =>
  tables(db)
    .updateTable('tasks.task')
    .set({
      status: param('status'),
      status_before_trash: param('status_before_trash'),
      completed_at: param('completed_at'),
      trashed_at: param('trashed_at'),
      updated_at: param('now'),
      version: sql<number>`version + 1`,
    })
    .where('id', '=', param('id'))
    .returning(columns),
)

/** Writes the state of a task that this call has locked. */
export async function saveState(
  db: Db,
  change: { id: string; state: TaskState; now: Temporal.Instant },
): Promise<StoredTask> {
  const rows = await setState(db, {
    id: change.id,
    status: change.state.status,
    status_before_trash: change.state.statusBeforeTrash,
    completed_at: change.state.completedAt,
    trashed_at: change.state.trashedAt,
    now: change.now.toString(),
  })
  return toTask(only(rows))
}

function only(rows: readonly TaskRow[]): TaskRow {
  const [row] = rows
  if (!row) throw new Error('A task that was to be written is not there.')
  return row
}

const findById = statement<{ id: string }, TaskRow>()((db, param) =>
  tables(db).selectFrom('tasks.task').select(columns).where('id', '=', param('id')),
)
const findByNumber = statement<{ ownerId: string; number: number }, TaskRow>()((db, param) =>
  tables(db)
    .selectFrom('tasks.task')
    .select(columns)
    .where('owner_id', '=', param('ownerId'))
    .where('number', '=', param('number')),
)
const lockById = statement<{ id: string }, TaskRow>()((db, param) =>
  tables(db).selectFrom('tasks.task').select(columns).where('id', '=', param('id')).forUpdate(),
)
const lockByNumber = statement<{ ownerId: string; number: number }, TaskRow>()((db, param) =>
  tables(db)
    .selectFrom('tasks.task')
    .select(columns)
    .where('owner_id', '=', param('ownerId'))
    .where('number', '=', param('number'))
    .forUpdate(),
)

/** Whose list, and which task in it: a number or an id, as `TaskId` lets through. */
interface TaskQuestion {
  readonly db: Db
  readonly caller: SignedInCaller
  readonly taskId: string
}

const isId = (taskId: string): boolean => taskId.includes('-')

/** The task, in whatever state. Throws NOT_FOUND. */
export async function readTask({ db, caller, taskId }: TaskQuestion): Promise<StoredTask> {
  const ownerId = caller.personId
  const [row] = isId(taskId)
    ? await findById(db, { id: taskId })
    : await findByNumber(db, { ownerId, number: Number(taskId) })
  if (!row) throw await notFoundFor(db, caller)
  return toTask(row)
}

/** The task, locked for an event until the call ends. Throws NOT_FOUND where the event hides it. */
export async function lockTask({
  db,
  caller,
  taskId,
  event,
}: TaskQuestion & { readonly event: TaskEvent }): Promise<StoredTask> {
  const ownerId = caller.personId
  const [row] = isId(taskId)
    ? await lockById(db, { id: taskId })
    : await lockByNumber(db, { ownerId, number: Number(taskId) })
  const task = row && toTask(row)
  if (!task || isHiddenFrom(event, task)) throw await notFoundFor(db, caller)
  return task
}

/** Throws NOT_FOUND for a task whose days in the trash are over. */
export async function refusePastTrash(question: {
  readonly db: Db
  readonly caller: SignedInCaller
  readonly task: StoredTask
  readonly now: Temporal.Instant
}): Promise<void> {
  const { db, caller, task, now } = question
  if (isPastTrash(task, now)) throw await notFoundFor(db, caller)
}

const findNewestOpen = statement<{ ownerId: string }, Suggestion>()((db, param) =>
  tables(db)
    .selectFrom('tasks.task')
    .select(['number', 'title'])
    .where('owner_id', '=', param('ownerId'))
    .where(sql<boolean>`status = 'open'`)
    .orderBy('created_at', 'desc')
    .orderBy('number', 'desc')
    .limit(sql.lit(5)),
)

async function notFoundFor(db: Db, caller: SignedInCaller) {
  const suggestions = mayReadTasks(caller)
    ? await findNewestOpen(db, { ownerId: caller.personId })
    : []
  return taskNotFound(suggestions)
}
