import type { Due, DueInput, Task, TaskStatus } from '../../apps/src/tasks/schema.ts'

/** What a task is to somebody who knows nothing of databases. */
export interface ModelTask {
  readonly number: number
  readonly title: string
  readonly description: string | null
  readonly priority: Task['priority']
  readonly labels: readonly string[]
  readonly due: Due | null
  readonly status: TaskStatus
  /** Where the task goes when it is taken out of the trash. */
  readonly before: 'open' | 'done'
  readonly version: number
}

export type Content = Pick<ModelTask, 'title' | 'description' | 'priority' | 'labels'> & {
  readonly due: DueInput
}

/** A due time that can be chosen, with what it becomes. */
export const dues: readonly { readonly given: DueInput; readonly kept: Due | null }[] = [
  { given: null, kept: null },
  ...(['2030-01-15', '2030-07-15'] as const).map((date) => ({
    given: { kind: 'date', date } as const,
    kept: { kind: 'date', date } as const,
  })),
  ...(['00:00', '23:59'] as const).map((time) => ({
    given: { kind: 'floating', date: '2030-07-15', time } as const,
    kept: { kind: 'floating', date: '2030-07-15', time } as const,
  })),
  zoned('2030-01-15', '09:30', '2030-01-15T09:30:00Z'),
  zoned('2030-07-15', '00:30', '2030-07-14T23:30:00Z'),
]

function zoned(date: string, time: string, at: string) {
  const given = { kind: 'zoned', date, time, timeZone: 'Europe/London' } as const
  return { given, kept: { ...given, at } }
}

/** The texts of the model's tasks are chosen so that these few words are the whole rule. */
const folded = (text: string) => text.toLowerCase().replaceAll('ß', 'ss')
const alphabetical = (text: string) => folded(text).replaceAll('é', 'e')

export type Step = 'complete' | 'reopen' | 'delete' | 'restore'

/** One person's tasks, in the order in which they were added. */
export interface ModelList {
  readonly tasks: readonly ModelTask[]
}

/** What a call on a task comes to: the task as it then is, or the code of a refusal. */
export type Outcome =
  | { readonly list: ModelList; readonly task: ModelTask }
  | { readonly code: string }

export function added(list: ModelList, content: Content): Outcome {
  const task: ModelTask = {
    ...kept(content),
    number: list.tasks.length + 1,
    status: 'open',
    before: 'open',
    version: 1,
  }
  return { list: { tasks: [...list.tasks, task] }, task }
}

/** What is kept of what is given: no label twice, no empty description, the instant of a time. */
function kept<Given extends Partial<Content>>(given: Given) {
  const { labels, description, due, ...rest } = given
  return {
    ...rest,
    ...(labels === undefined ? {} : { labels: withoutDoubles(labels) }),
    ...(description === undefined ? {} : { description: description === '' ? null : description }),
    ...(due === undefined
      ? {}
      : { due: dues.find(({ given: one }) => same(one, due))?.kept ?? null }),
  } as Omit<Given, 'due'> & Pick<ModelTask, 'due'>
}

const withoutDoubles = (labels: readonly string[]) =>
  labels.filter((label, at) => labels.findIndex((one) => folded(one) === folded(label)) === at)

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other)

interface Aim {
  readonly number: number
  readonly ifVersion?: number | undefined
}

export function edited(list: ModelList, aim: Aim, change: Partial<Content>): Outcome {
  return changed(list, aim, (task) => (task.status === 'trashed' ? 'NOT_FOUND' : kept(change)))
}

export function stepped(list: ModelList, aim: Aim, step: Step): Outcome {
  return changed(list, aim, (task) => {
    const isTrashed = task.status === 'trashed'
    if (step === 'restore') return isTrashed ? { status: task.before } : 'INVALID_TRANSITION'
    if (isTrashed) return 'NOT_FOUND'
    if (step === 'delete') return { status: 'trashed', before: task.status as 'open' | 'done' }
    return { status: step === 'complete' ? 'done' : 'open' }
  })
}

/** A change that changes nothing makes no new version. */
function changed(
  list: ModelList,
  { number, ifVersion }: Aim,
  change: (task: ModelTask) => Partial<ModelTask> | string,
): Outcome {
  const task = list.tasks[number - 1]
  if (!task) return { code: 'NOT_FOUND' }
  const by = change(task)
  if (by === 'NOT_FOUND') return { code: by }
  if (ifVersion !== undefined && ifVersion !== task.version) return { code: 'VERSION_CONFLICT' }
  if (typeof by === 'string') return { code: by }
  const isSame = Object.entries(by).every(([name, value]) =>
    name === 'before' ? true : same(value, task[name as keyof ModelTask]),
  )
  if (isSame) return { list, task }
  const after = { ...task, ...by, version: task.version + 1 }
  return { list: { tasks: list.tasks.map((one) => (one === task ? after : one)) }, task: after }
}

export interface Question {
  readonly status: 'open' | 'done' | 'all' | 'trashed'
  readonly priority?: Task['priority'] | undefined
  readonly label?: string | undefined
  readonly q?: string | undefined
  readonly dueFrom?: string | undefined
  readonly dueTo?: string | undefined
  readonly sort: string
}

export function listed(list: ModelList, question: Question): readonly ModelTask[] {
  const { status, priority, label, q = '', dueFrom = '', dueTo = '9999' } = question
  const hasDates = question.dueFrom !== undefined || question.dueTo !== undefined
  const words = folded(q).split(' ')
  const found = list.tasks.filter((task) => {
    const text = folded([task.title, task.description ?? '', ...task.labels].join('\n'))
    return (
      (status === 'all' ? task.status !== 'trashed' : task.status === status) &&
      (priority === undefined || task.priority === priority) &&
      (label === undefined || task.labels.some((one) => folded(one) === folded(label))) &&
      (!hasDates || (task.due !== null && task.due.date >= dueFrom && task.due.date <= dueTo)) &&
      words.every((word) => text.includes(word))
    )
  })
  return sorted(found, question.sort)
}

const ranks = ['low', 'medium', 'high', 'urgent']

const keys: Readonly<Record<string, (task: ModelTask) => string | number>> = {
  created: ({ number }) => number,
  number: ({ number }) => number,
  priority: ({ priority }) => ranks.indexOf(priority),
  title: ({ title }) => alphabetical(title),
  // A date alone is due by the end of its day.
  due: ({ due }) => (due ? `${due.date} ${'time' in due ? due.time : '24:00'}` : ''),
}

/** By the key and then the number; what has no due time is last, whichever way round. */
function sorted(tasks: readonly ModelTask[], sort: string): readonly ModelTask[] {
  const isDown = sort.startsWith('-')
  const order = isDown ? sort.slice(1) : sort
  const key = keys[order] ?? (() => 0)
  const up = tasks.toSorted((one, other) => {
    const [left, right] = [key(one), key(other)]
    return left === right ? one.number - other.number : left < right ? -1 : 1
  })
  const directed = isDown ? up.toReversed() : up
  if (order !== 'due') return directed
  return [...directed.filter(({ due }) => due), ...directed.filter(({ due }) => !due)]
}
