import { dueInFull, type Standpoint } from './due.ts'
import type { DueInput, HistoryItem, Priority } from './task.ts'
import { priorityWords } from './task.ts'

const verbs: Readonly<Record<string, string>> = {
  'tasks.add_task': 'added the task',
  'tasks.update_task': 'changed the task',
  'tasks.complete_task': 'completed the task',
  'tasks.reopen_task': 'reopened the task',
  'tasks.delete_task': 'moved the task to the trash',
  'tasks.restore_task': 'restored the task',
}

/** `through key 'laptop'` when it was not the person in the browser. */
export function throughWords({ kind, name }: HistoryItem['through']): string {
  switch (kind) {
    case 'person':
      return ''
    case 'agent':
    case 'script':
      return `through key '${name}'`
    case 'system':
      return 'through Plinth itself'
  }
}

/** What was done, for example `completed the task`. */
export function deedWords(item: HistoryItem): string {
  return verbs[item.operation] ?? (item.operation.split('.').at(-1) ?? '').replaceAll('_', ' ')
}

/** A field as the screen calls it. */
export function fieldWords(field: string): string {
  return field === 'due' ? 'due date' : field
}

/** The changes that say something to a person. */
export function changesToShow(item: HistoryItem): HistoryItem['changes'] {
  if (item.kind !== 'created') return item.changes
  // A new task lists what it was given; that it is open, and has no description, is no news.
  return item.changes.filter(({ field, after }) => field !== 'status' && !isNothing(after))
}

const isNothing = (value: unknown) =>
  value === null ||
  value === undefined ||
  value === '' ||
  (Array.isArray(value) && value.length === 0)

/** How an empty field is called. */
export const nothing = 'nothing'

/** A value of a field as a person reads it. */
export function valueWords(field: string, value: unknown, standpoint: Standpoint): string {
  if (isNothing(value)) return nothing
  if (Array.isArray(value)) return value.join(', ')
  if (isDue(value)) return dueInFull(value, standpoint.locale)
  if (field === 'priority' && typeof value === 'string') {
    return priorityWords[value as Priority] ?? value
  }
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function isDue(value: unknown): value is DueInput {
  return value !== null && typeof value === 'object' && 'kind' in value && 'date' in value
}
