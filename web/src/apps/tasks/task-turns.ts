import { createContext, useContext, useEffect, useState } from 'react'
import type { Task } from './task.ts'

/** What is done to one task happens one after the other, each on what the one before has made. */
export interface TaskTurns {
  /**
   * Does something to a task as soon as all that was asked for before is done, well or not. `act`
   * gets `base`, or what our own changes have made of it since; of others' changes it does not know.
   */
  take<T extends Made>(base: Task, act: (on: Task) => Promise<T>): Promise<T>
  /** Whether something is being done to the task, or waits for it. */
  isBusy(taskId: string): boolean
  /** Whether that holds for any task. */
  isAnyBusy(): boolean
}

/** The task that came of it, if one did. */
type Made = { readonly task: Task } | { readonly task?: never }

interface Line {
  last: Promise<unknown>
  length: number
  /** By version, the task that our own change made of that version. */
  readonly successors: Map<number, Task>
}

export function createTaskTurns(): TaskTurns {
  const lines = new Map<string, Line>()
  const lineOf = (taskId: string): Line => {
    const line = lines.get(taskId) ?? { last: Promise.resolve(), length: 0, successors: new Map() }
    lines.set(taskId, line)
    return line
  }
  return {
    isBusy: (taskId) => (lines.get(taskId)?.length ?? 0) > 0,
    isAnyBusy: () => [...lines.values()].some(({ length }) => length > 0),
    take(base, act) {
      const line = lineOf(base.id)
      line.length += 1
      const turn = line.last
        .then(() => perform(line, base, act))
        .finally(() => {
          line.length -= 1
        })
      line.last = turn.catch(() => undefined)
      return turn
    },
  }
}

async function perform<T extends Made>(
  { successors }: Line,
  base: Task,
  act: (on: Task) => Promise<T>,
): Promise<T> {
  let on = base
  for (let next: Task | undefined = base; next; next = successors.get(next.version)) on = next
  const made = await act(on)
  // One version on: nobody else's change can lie between the two.
  if (made.task?.version === on.version + 1) successors.set(on.version, made.task)
  return made
}

/** The turns of a page. Whoever closes the tab before the last is taken is asked whether to stay. */
export function useNewTaskTurns(): TaskTurns {
  const [turns] = useState(createTaskTurns)
  useEffect(() => {
    const onBeforeUnload = (event: BeforeUnloadEvent) => {
      if (turns.isAnyBusy()) event.preventDefault()
    }
    window.addEventListener('beforeunload', onBeforeUnload)
    return () => window.removeEventListener('beforeunload', onBeforeUnload)
  }, [turns])
  return turns
}

export const TaskTurnsContext = createContext<TaskTurns | undefined>(undefined)

export function useTaskTurns(): TaskTurns {
  const turns = useContext(TaskTurnsContext)
  if (!turns) throw new Error('useTaskTurns is used outside of TaskTurnsContext.')
  return turns
}
