import { PlinthProblem } from '@plinth/platform/client'
import type { Api } from '../../api/api.ts'
import type { Task, TaskChange } from './task.ts'

/** Two people, or a person and an agent, changed the same field. A person must choose. */
export interface Conflict {
  readonly mine: TaskChange
  readonly theirs: Task
}

export type Saved =
  | { readonly task: Task; readonly conflict?: never }
  | { readonly conflict: Conflict; readonly task?: never }

interface Change {
  /** The task as it was when the person began to change it. */
  readonly base: Task
  readonly change: TaskChange
}

/**
 * Saves a change on the version it was made on. When somebody changed the task in the meantime, but
 * none of the same fields, both changes stand. When they changed the same field to something else,
 * nothing is saved and the conflict is returned. Rejects with `PlinthProblem` for all else.
 */
export async function saveTask(api: Api, { base, change }: Change): Promise<Saved> {
  const taskId = base.id
  try {
    return { task: await update(api, base, change) }
  } catch (error) {
    if (!isVersionConflict(error)) throw error
    const theirs = await api.call('tasks.get_task', { taskId })
    const fields = Object.keys(change) as (keyof TaskChange)[]
    const isDisputed = fields.some(
      (field) => !isSame(theirs[field], base[field]) && !isSame(theirs[field], change[field]),
    )
    if (isDisputed) return { conflict: { mine: change, theirs } }
    return saveOver(api, theirs, change)
  }
}

/** Saves a change on top of what is there now; a further change in between is a conflict again. */
export async function saveOver(api: Api, theirs: Task, change: TaskChange): Promise<Saved> {
  try {
    return { task: await update(api, theirs, change) }
  } catch (error) {
    if (!isVersionConflict(error)) throw error
    const latest = await api.call('tasks.get_task', { taskId: theirs.id })
    return { conflict: { mine: change, theirs: latest } }
  }
}

function update(api: Api, on: Task, change: TaskChange): Promise<Task> {
  return api.call('tasks.update_task', { taskId: on.id, ifVersion: on.version, ...change })
}

function isVersionConflict(error: unknown): boolean {
  return error instanceof PlinthProblem && error.code === 'VERSION_CONFLICT'
}

/** Compares two values of a field. A zoned due has its instant only when it comes from the server. */
function isSame(one: unknown, other: unknown): boolean {
  return canonical(one) === canonical(other)
}

function canonical(value: unknown): string {
  return JSON.stringify(value ?? null, (name, inner) => (name === 'at' ? undefined : inner))
}
