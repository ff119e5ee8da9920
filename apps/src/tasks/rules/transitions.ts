import { invalidTransition } from '@plinth/platform'
import type { TaskStatus } from '../schema.ts'

/** What can be done to a task; each is the operation of that name. */
export type TaskEvent = 'update' | 'complete' | 'reopen' | 'delete' | 'restore'

/**
 * What an event makes of a task: a status, `stays` as it is (so a repeated call succeeds), `earlier`
 * for the status before the trash, `refused`, or `hidden`: for this event there is no such task.
 */
export type Step = TaskStatus | 'stays' | 'earlier' | 'refused' | 'hidden'

export const transitions = Object.freeze({
  open: {
    update: 'stays',
    complete: 'done',
    reopen: 'stays',
    delete: 'trashed',
    restore: 'refused',
  },
  done: {
    update: 'stays',
    complete: 'stays',
    reopen: 'open',
    delete: 'trashed',
    restore: 'refused',
  },
  // What is in the trash was deleted: only getting it back makes sense, so deleting twice says that
  // there is no such task.
  trashed: {
    update: 'hidden',
    complete: 'hidden',
    reopen: 'hidden',
    delete: 'hidden',
    restore: 'earlier',
  },
} satisfies Record<TaskStatus, Record<TaskEvent, Step>>)

/** The part of a task that events move. Instants are RFC 3339 in UTC. */
export interface TaskState {
  readonly status: TaskStatus
  readonly statusBeforeTrash: 'open' | 'done' | null
  readonly completedAt: string | null
  readonly trashedAt: string | null
}

/** Whether the task does not exist as far as this event is concerned. */
export function isHiddenFrom(event: TaskEvent, task: TaskState): boolean {
  return transitions[task.status][event] === 'hidden'
}

/**
 * The task's state after an event; the same object when nothing changes. Throws INVALID_TRANSITION
 * with what is allowed instead.
 */
export function stateAfter(event: TaskEvent, task: TaskState, now: Temporal.Instant): TaskState {
  const step: Step = transitions[task.status][event]
  switch (step) {
    case 'stays':
      return task
    case 'refused':
      throw invalidTransition({
        detail: `A task that is ${task.status} cannot take "${event}".`,
        extra: { from: task.status, event, allowed: allowedFrom(task.status) },
      })
    case 'hidden':
      throw new Error(`A ${task.status} task must not be loaded for "${event}".`)
    case 'earlier':
      return {
        status: task.statusBeforeTrash ?? 'open',
        statusBeforeTrash: null,
        completedAt: task.completedAt,
        trashedAt: null,
      }
    case 'trashed':
      return {
        status: 'trashed',
        statusBeforeTrash: task.status === 'trashed' ? task.statusBeforeTrash : task.status,
        completedAt: task.completedAt,
        trashedAt: now.toString(),
      }
    case 'done':
      return {
        status: 'done',
        statusBeforeTrash: null,
        completedAt: now.toString(),
        trashedAt: null,
      }
    case 'open':
      return { status: 'open', statusBeforeTrash: null, completedAt: null, trashedAt: null }
  }
}

function allowedFrom(status: TaskStatus): readonly TaskEvent[] {
  const steps: Record<TaskEvent, Step> = transitions[status]
  return (Object.keys(steps) as TaskEvent[]).filter(
    (event) => steps[event] !== 'refused' && steps[event] !== 'hidden',
  )
}
