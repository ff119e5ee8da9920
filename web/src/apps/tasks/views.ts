import {
  CalendarClock,
  CalendarDays,
  CheckCircle2,
  Inbox,
  type LucideIcon,
  Trash2,
} from 'lucide-react'
import { addDays } from './due.ts'
import { type ListInput, type Priority, priorities, type Task } from './task.ts'

export type View = 'today' | 'upcoming' | 'all' | 'done' | 'trash'
export type Sort = NonNullable<ListInput['sort']>

/** The views in the order of the navigation. */
export const viewList: readonly {
  readonly view: View
  readonly label: string
  readonly icon: LucideIcon
}[] = [
  { view: 'today', label: 'Today', icon: CalendarDays },
  { view: 'upcoming', label: 'Upcoming', icon: CalendarClock },
  { view: 'all', label: 'All tasks', icon: Inbox },
  { view: 'done', label: 'Done', icon: CheckCircle2 },
  { view: 'trash', label: 'Trash', icon: Trash2 },
]

export const sortWords: Readonly<Partial<Record<Sort, string>>> = {
  '-created': 'Newest first',
  created: 'Oldest first',
  due: 'Due date',
  '-priority': 'Priority',
  title: 'Title',
  number: 'Number',
}

/** What of the list's address says which tasks it shows. Nothing at all means every open task. */
export interface ListSearch {
  readonly view?: Exclude<View, 'all'> | undefined
  readonly priority?: Priority | undefined
  readonly label?: string | undefined
  readonly q?: string | undefined
  readonly sort?: Sort | undefined
}

/** Reads the address. What makes no sense is left out rather than refused. */
export function parseListSearch(search: Record<string, unknown>): ListSearch {
  const view = viewList.find((entry) => entry.view === search.view)?.view
  const priority = priorities.find((entry) => entry === search.priority)
  // The router reads ?q=2026 as a number.
  const text = (value: unknown) => (value === undefined || value === '' ? undefined : String(value))
  const sort = text(search.sort)
  const [label, q] = [text(search.label), text(search.q)]
  return {
    ...(view && view !== 'all' ? { view } : {}),
    ...(priority ? { priority } : {}),
    ...(label ? { label } : {}),
    ...(q ? { q } : {}),
    ...(sort && isSort(sort) ? { sort } : {}),
  }
}

const isSort = (value: string): value is Sort => value in sortWords

export function viewOf(search: ListSearch): View {
  return search.view ?? 'all'
}

export function sortOf(search: ListSearch): Sort {
  const byDate = search.view === 'today' || search.view === 'upcoming'
  return search.sort ?? (byDate ? 'due' : '-created')
}

/** Whether the list is narrowed beyond its view. */
export function isFiltered(search: ListSearch): boolean {
  return Boolean(search.priority || search.label || search.q)
}

/** What to ask the server for. `today` is the person's calendar date. */
export function listInput(search: ListSearch, today: string): ListInput {
  const { priority, label, q } = search
  return {
    ...viewInput(viewOf(search), today),
    sort: sortOf(search),
    ...(priority ? { priority } : {}),
    ...(label ? { label } : {}),
    ...(q ? { q } : {}),
  }
}

function viewInput(view: View, today: string): ListInput {
  switch (view) {
    case 'today':
      return { status: 'open', dueTo: today }
    case 'upcoming':
      return { status: 'open', dueFrom: addDays(today, 1) }
    case 'all':
      return { status: 'open' }
    case 'done':
      return { status: 'done' }
    case 'trash':
      return { status: 'trashed' }
  }
}

/** Whether a task of this status is shown in a list that was asked for with this input. */
export function isListed(task: Task, input: ListInput): boolean {
  if (input.status === 'all') return task.status !== 'trashed'
  return task.status === input.status
}
