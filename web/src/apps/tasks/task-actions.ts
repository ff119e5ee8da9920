import { PlinthProblem } from '@plinth/platform/client'
import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import { type Api, useApi } from '../../api/api.ts'
import { now } from '../../api/clock.ts'
import { showProblem, showUndo } from '../../shell/toasts.tsx'
import { expected, type TaskPages, withTask } from './optimistic.ts'
import type { ListInput, Task } from './task.ts'
import { taskKeys } from './task-queries.ts'
import { type TaskTurns, useTaskTurns } from './task-turns.ts'

export interface TaskActions {
  /** Completes an open task, reopens a done one. */
  toggle(task: Task): Promise<void>
  trash(task: Task): Promise<void>
  restore(task: Task): Promise<void>
}

interface Tools {
  readonly api: Api
  readonly queryClient: QueryClient
  readonly turns: TaskTurns
}

/** What can be done to a task in a list: shown at once, taken back if the server refuses. */
export function useTaskActions(): TaskActions {
  const api = useApi()
  const queryClient = useQueryClient()
  const turns = useTaskTurns()
  return useMemo(() => createTaskActions({ api, queryClient, turns }), [api, queryClient, turns])
}

function createTaskActions(tools: Tools): TaskActions {
  const { api } = tools
  const doing =
    (deed: Deed) =>
    (task: Task): Promise<Task | undefined> =>
      act(tools, { ...deed, task })
  const complete = doing({
    call: (on) => api.call('tasks.complete_task', { taskId: on.id, ifVersion: on.version }),
    expect: (task) => expected.done(task, now().toISOString()),
    refused: 'was not completed',
  })
  const reopen = doing({
    call: (on) => api.call('tasks.reopen_task', { taskId: on.id, ifVersion: on.version }),
    expect: expected.open,
    refused: 'was not reopened',
  })
  const restore = doing({
    call: (on) => api.call('tasks.restore_task', { taskId: on.id, ifVersion: on.version }),
    expect: expected.open,
    refused: 'was not restored',
  })
  const trash = doing({
    call: (on) => api.call('tasks.delete_task', { taskId: on.id, ifVersion: on.version }),
    expect: (task) => expected.trashed(task, now().toISOString()),
    refused: 'was not moved to the trash',
  })
  return {
    toggle: (task) => {
      const { title } = task
      return task.status === 'done'
        ? withUndo({ message: `Reopened “${title}”`, doing: reopen(task), undo: complete })
        : withUndo({ message: `Completed “${title}”`, doing: complete(task), undo: reopen })
    },
    trash: (task) => {
      const message = `Moved “${task.title}” to the trash`
      return withUndo({ message, doing: trash(task), undo: restore })
    },
    restore: (task) =>
      withUndo({ message: `Restored “${task.title}”`, doing: restore(task), undo: trash }),
  }
}

interface Undoable {
  readonly message: string
  /** Resolves to undefined when the server refused. */
  readonly doing: Promise<Task | undefined>
  undo(after: Task): Promise<unknown>
}

/** Offers at once to take back what is being done; to take it back waits until it is done. */
async function withUndo({ message, doing, undo }: Undoable): Promise<void> {
  const takeAway = showUndo({
    message,
    onUndo: () => void doing.then((after) => after && undo(after)),
  })
  if (!(await doing)) takeAway()
}

interface Deed {
  /** Does it to the task at the version that is given. */
  call(on: Task): Promise<Task>
  /** What the task will look like. */
  expect(task: Task): Task
  /** What to say, after the title, when the server refuses. */
  readonly refused: string
}

/** Shows the expected task everywhere, makes the call, and then shows what really is. */
async function act(
  { api, queryClient, turns }: Tools,
  deed: Deed & { readonly task: Task },
): Promise<Task | undefined> {
  await queryClient.cancelQueries({ queryKey: taskKeys.all })
  const before = queryClient.getQueriesData({ queryKey: taskKeys.all })
  showTask(queryClient, deed.expect(deed.task))
  try {
    const { task: after } = await turns.take(deed.task, async (on) => ({
      task: await callOnLatest(api, { ...deed, task: on }),
    }))
    if (!turns.isBusy(after.id)) showTask(queryClient, after)
    return after
  } catch (error) {
    for (const [key, data] of before) queryClient.setQueryData(key, data)
    // Somebody else was first: what is on the screen is corrected, and that is all there is to say.
    const isGone = error instanceof PlinthProblem && error.code === 'NOT_FOUND'
    showProblem(error, `“${deed.task.title}” ${isGone ? 'is not there any more' : deed.refused}`)
    return undefined
  } finally {
    // What waits is shown already; the server's older answer must not come in between.
    if (!turns.isBusy(deed.task.id)) {
      void queryClient.invalidateQueries({ queryKey: taskKeys.all })
    }
  }
}

/**
 * Does it to the version that the person saw. When others changed the task since, but not whether it
 * is open, done or in the trash, the person would decide the same: then it is done to the latest.
 */
async function callOnLatest(api: Api, deed: Deed & { readonly task: Task }): Promise<Task> {
  try {
    return await deed.call(deed.task)
  } catch (error) {
    if (!(error instanceof PlinthProblem && error.code === 'VERSION_CONFLICT')) throw error
    const latest = await api.call('tasks.get_task', { taskId: deed.task.id })
    if (latest.status !== deed.task.status) throw error
    return deed.call(latest)
  }
}

/** Puts a task as it is now into every list and page that shows it. */
export function showTask(queryClient: QueryClient, task: Task) {
  for (const [key, data] of queryClient.getQueriesData<TaskPages>({ queryKey: taskKeys.lists })) {
    if (data) queryClient.setQueryData(key, withTask(data, task, key[2] as ListInput))
  }
  for (const taskId of [task.id, String(task.number)]) {
    const key = taskKeys.one(taskId)
    if (queryClient.getQueryData(key)) queryClient.setQueryData(key, task)
  }
}

/** A task as it is on the screen now; `base` where it is on none. */
export function shownTask(queryClient: QueryClient, base: Task): Task {
  const read = (taskId: string) => queryClient.getQueryData<Task>(taskKeys.one(taskId))
  return read(String(base.number)) ?? read(base.id) ?? base
}
