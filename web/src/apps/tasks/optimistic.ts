import type { InfiniteData } from '@tanstack/react-query'
import type { ListInput, Task, TaskChange, TaskPage } from './task.ts'
import { isListed } from './views.ts'

export type TaskPages = InfiniteData<TaskPage, string | undefined>

/**
 * Puts a changed task into the pages of a list, or takes it out when it no longer belongs there.
 * It never puts in what was not there: where in the order it belongs, only the server knows.
 */
export function withTask(pages: TaskPages, task: Task, input: ListInput): TaskPages {
  return {
    ...pages,
    pages: pages.pages.map((page) => ({
      ...page,
      items: page.items.flatMap((item) => {
        if (item.id !== task.id) return [item]
        return isListed(task, input) ? [task] : []
      }),
    })),
  }
}

/** What a task will look like, before the server has said so. */
export const expected = {
  changed: (task: Task, change: TaskChange): Task => ({
    ...task,
    title: change.title ?? task.title,
    // The empty text is none, as the server has it.
    description: change.description === undefined ? task.description : change.description || null,
    priority: change.priority ?? task.priority,
    labels: change.labels ?? task.labels,
    // Which instant a date in a time zone is, the server works out.
    due: change.due === undefined || change.due?.kind === 'zoned' ? task.due : change.due,
  }),
  done: (task: Task, at: string): Task => ({ ...task, status: 'done', completedAt: at }),
  open: (task: Task): Task => ({ ...task, status: 'open', completedAt: null, trashedAt: null }),
  trashed: (task: Task, at: string): Task => ({ ...task, status: 'trashed', trashedAt: at }),
}
