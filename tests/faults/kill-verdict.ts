import { askAsOwner } from './inside.ts'
import { isSuccess, type KnownTask, type Sent } from './load.ts'

// Holds the book of a load against the database: what must be there, what must not, how often.

interface CallRow {
  readonly id: string
  readonly request_id: string
  readonly outcome: string
}

interface ChangeRow {
  readonly call_id: string | null
  readonly row_key: string
  readonly version: number
  readonly title: string
  readonly status: string
}

interface TaskRow {
  readonly id: string
  readonly owner_id: string
  readonly number: number
  readonly title: string
  readonly status: string
  readonly version: number
}

interface Rows {
  readonly calls: readonly CallRow[]
  readonly changes: readonly ChangeRow[]
  readonly tasks: readonly TaskRow[]
  readonly counters: readonly { readonly owner_id: string; readonly last_number: number }[]
  readonly replays: readonly { readonly key: string; readonly call_id: string }[]
}

async function readRows(dataFolder: string): Promise<Rows> {
  const ask = <Row extends object>(text: string) => askAsOwner<Row>(dataFolder, text)
  return {
    calls: await ask(
      `select id, request_id, outcome from platform.call where operation like 'tasks.%'`,
    ),
    changes: await ask(
      `select call_id, row_key, (after ->> 'version')::int as version, after ->> 'title' as title,
         after ->> 'status' as status
       from platform.change where table_name = 'tasks.task' order by row_key, version`,
    ),
    tasks: await ask(
      'select id, owner_id, number, title, status, version from tasks.task order by number',
    ),
    counters: await ask('select owner_id, last_number from tasks.counter'),
    replays: await ask(`select key, call_id from platform.replay where operation like 'tasks.%'`),
  }
}

/** The requests among these that were committed, whatever their clients heard. */
export async function committedOf(
  dataFolder: string,
  sent: readonly Sent[],
): Promise<ReadonlySet<Sent>> {
  const done = await askAsOwner<{ request_id: string }>(
    dataFolder,
    `select request_id from platform.call where outcome = 'done' and request_id = any($1)`,
    [sent.map(({ id }) => id)],
  )
  const ids = new Set(done.map((row) => row.request_id))
  return new Set(sent.filter(({ id }) => ids.has(id)))
}

/** Brings a client's idea of a task to what is there, after a write that nobody answered. */
export async function relearn(dataFolder: string, { task, title }: Sent): Promise<void> {
  const [row] = await askAsOwner<TaskRow>(
    dataFolder,
    'select id, title, status, version from tasks.task where id = $1 or title = $2',
    [task.id ?? null, title],
  )
  if (!row) throw new Error(`The committed write of "${title}" has no row.`)
  task.id = row.id
  task.version = row.version
  task.title = row.title
  task.status = row.status === 'done' ? 'done' : 'open'
}

/** Every way in which the database is not what the book says. Empty when all is well. */
export async function complaintsAbout(
  dataFolder: string,
  book: readonly Sent[],
): Promise<readonly string[]> {
  const rows = await readRows(dataFolder)
  return [
    ...aboutRequests(rows, book),
    ...aboutRecords(rows, book),
    ...aboutTasks(rows, book),
    ...aboutNumbers(rows),
  ]
}

/** An acknowledged write is there exactly once, repeats included; any other at most once. */
function aboutRequests({ calls, replays }: Rows, book: readonly Sent[]): readonly string[] {
  const done = Map.groupBy(
    calls.filter(({ outcome }) => outcome === 'done'),
    (call) => call.request_id,
  )
  const kept = Map.groupBy(replays, ({ key }) => key)
  const attempts = Map.groupBy(book, ({ key, id }) => key ?? id)
  return [...attempts].flatMap(([name, sent]) => {
    const committed = sent.flatMap(({ id }) => done.get(id) ?? [])
    const answers = kept.get(name) ?? []
    const isAcknowledged = sent.some(isSuccess)
    const wasTaken = sent.some(({ outcome }) => outcome !== 'refused')
    const hasKey = sent[0]?.key !== undefined
    return [
      ...(isAcknowledged && committed.length === 0 ? [`${name} was acknowledged and is lost`] : []),
      ...(committed.length > 1 ? [`${name} was done ${committed.length} times`] : []),
      ...(!wasTaken && committed.length > 0 ? [`${name} was done and never taken`] : []),
      ...(hasKey && answers.length !== committed.length
        ? [`${name} was done ${committed.length} times and ${answers.length} answers are kept`]
        : []),
      ...(hasKey && answers[0]?.call_id !== committed[0]?.id
        ? [`the answer kept for ${name} is of another call`]
        : []),
    ]
  })
}

/** No write without its call row, no call row without its write, and one image for each. */
function aboutRecords({ calls, changes }: Rows, book: readonly Sent[]): readonly string[] {
  const known = new Set(book.map(({ id }) => id))
  const byCall = Map.groupBy(changes, ({ call_id }) => call_id)
  const done = new Set(calls.filter(({ outcome }) => outcome === 'done').map(({ id }) => id))
  return [
    ...calls.flatMap(({ id, request_id, outcome }) => {
      const count = byCall.get(id)?.length ?? 0
      const expected = outcome === 'done' ? 1 : 0
      return [
        ...(known.has(request_id) ? [] : [`a call row of ${request_id}, which nobody sent`]),
        ...(count === expected ? [] : [`${request_id} is ${outcome} with ${count} changes`]),
      ]
    }),
    ...changes.flatMap(({ call_id, title }) =>
      call_id !== null && done.has(call_id) ? [] : [`a change of "${title}" without its call row`],
    ),
  ]
}

/** Each task is as the last write left it, and its images lead there without a gap. */
function aboutTasks({ tasks, changes }: Rows, book: readonly Sent[]): readonly string[] {
  const known = new Map<string, KnownTask>(
    book.flatMap(({ task }) => (task.id === undefined ? [] : [[task.id, task]])),
  )
  const numbers = new Map(
    book.flatMap((sent) =>
      sent.kind === 'add' && isSuccess(sent) && sent.answer?.id
        ? [[sent.answer.id, sent.answer.number]]
        : [],
    ),
  )
  const images = Map.groupBy(changes, ({ row_key }) => row_key)
  const there = new Set(tasks.map(({ id }) => id))
  const stateOf = ({ title, status, version }: TaskRow | KnownTask | ChangeRow) =>
    `"${title}" ${status} ${version}`
  return [
    ...tasks.flatMap((row) => {
      const task = known.get(row.id)
      const trail = images.get(row.id) ?? []
      const last = trail.at(-1)
      const isWhole = trail.every(({ version }, at) => version === at + 1)
      const number = numbers.get(row.id) ?? row.number
      return [
        ...(task ? [] : [`a task ${stateOf(row)} that nobody knows of`]),
        ...(task && stateOf(task) !== stateOf(row)
          ? [`a task is ${stateOf(row)} and should be ${stateOf(task)}`]
          : []),
        ...(last && stateOf(last) === stateOf(row) ? [] : [`${stateOf(row)} has another image`]),
        ...(isWhole ? [] : [`${stateOf(row)} has images with a gap`]),
        ...(number === row.number ? [] : [`${stateOf(row)} was told to be number ${number}`]),
      ]
    }),
    ...[...known].flatMap(([id, task]) => (there.has(id) ? [] : [`${stateOf(task)} is not there`])),
  ]
}

/** The numbers of a person's tasks are 1, 2, 3, … and the counter stands at the last. */
function aboutNumbers({ tasks, counters }: Rows): readonly string[] {
  const byOwner = Map.groupBy(tasks, ({ owner_id }) => owner_id)
  return counters.flatMap(({ owner_id, last_number }) => {
    const numbers = (byOwner.get(owner_id) ?? []).map(({ number }) => number)
    const isCounted = numbers.every((number, at) => number === at + 1)
    return [
      ...(isCounted ? [] : [`the tasks of ${owner_id} have the numbers ${numbers.join(' ')}`]),
      ...(last_number === numbers.length
        ? []
        : [`${owner_id} has ${numbers.length} tasks and a counter at ${last_number}`]),
    ]
  })
}
