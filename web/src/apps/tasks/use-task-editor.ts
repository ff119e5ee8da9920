import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useApi } from '../../api/api.ts'
import { showProblem } from '../../shell/toasts.tsx'
import { expected } from './optimistic.ts'
import { type Conflict, type Saved, saveOver, saveTask } from './save-task.ts'
import type { Task, TaskChange } from './task.ts'
import { shownTask, showTask } from './task-actions.ts'
import { taskKeys } from './task-queries.ts'
import { useTaskTurns } from './task-turns.ts'

export interface TaskEditor {
  /**
   * Saves a change made on `base`, after those that were made before. Resolves to false when it was
   * refused or is in conflict.
   */
  save(base: Task, change: TaskChange): Promise<boolean>
  readonly isSaving: boolean
  /** Set while a person must choose between two changes of one field. */
  readonly conflict: Conflict | undefined
  keepMine(): Promise<boolean>
  takeTheirs(): void
}

interface Saving {
  readonly base: Task
  readonly change: TaskChange
  save(on: Task): Promise<Saved>
}

/** Saves what a person changes on a task, and keeps what they must decide. */
export function useTaskEditor(): TaskEditor {
  const api = useApi()
  const queryClient = useQueryClient()
  const turns = useTaskTurns()
  const [isSaving, setSaving] = useState(false)
  const [conflict, setConflict] = useState<Conflict>()

  const settle = async ({ base, change, save }: Saving): Promise<boolean> => {
    setSaving(true)
    await queryClient.cancelQueries({ queryKey: taskKeys.all })
    const before = shownTask(queryClient, base)
    showTask(queryClient, expected.changed(before, change))
    try {
      const saved = await turns.take(base, save)
      if (saved.conflict) {
        setConflict(saved.conflict)
        showTask(queryClient, saved.conflict.theirs)
        return false
      }
      setConflict((open) => (open && isAbout(open, change) ? undefined : open))
      if (!turns.isBusy(base.id)) showTask(queryClient, saved.task)
      return true
    } catch (error) {
      showProblem(error, 'The change was not saved')
      showTask(queryClient, withFieldsOf(before, change, shownTask(queryClient, base)))
      return false
    } finally {
      const isBusy = turns.isBusy(base.id)
      setSaving(isBusy)
      if (!isBusy) void queryClient.invalidateQueries({ queryKey: taskKeys.all })
    }
  }
  return {
    isSaving,
    conflict,
    save: (base, change) =>
      settle({ base, change, save: (on) => saveTask(api, { base: on, change }) }),
    keepMine: async () => {
      if (!conflict) return false
      const { mine, theirs } = conflict
      return settle({ base: theirs, change: mine, save: (on) => saveOver(api, on, mine) })
    },
    takeTheirs: () => {
      if (!conflict) return
      showTask(queryClient, conflict.theirs)
      setConflict(undefined)
    },
  }
}

/** Whether a change decides a field that is in conflict. */
function isAbout(conflict: Conflict, change: TaskChange): boolean {
  return Object.keys(change).some((field) => field in conflict.mine)
}

/** The task with the fields of a change as they were before it. */
function withFieldsOf(before: Task, change: TaskChange, task: Task): Task {
  const fields = Object.entries(before).filter(([field]) => field in change)
  return { ...task, ...Object.fromEntries(fields) }
}
