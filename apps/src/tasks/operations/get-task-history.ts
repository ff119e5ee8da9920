import { defineOperation, limits, owner, pageInput, readHistory, z } from '@plinth/platform'
import { changesBetween } from '../rules/history.ts'
import { HistoryPage, TaskId } from '../schema.ts'
import { readTask, refusePastTrash } from '../store/task.ts'
import { addTask } from './add-task.ts'

export const getTaskHistory = defineOperation({
  name: 'tasks.get_task_history',
  summary: 'Read who changed a task, what, when and through what, newest first.',
  http: 'GET /tasks/{taskId}/history',
  effect: 'read',
  reads: 'private',
  input: z.strictObject({ taskId: TaskId, ...pageInput }),
  output: HistoryPage,
  errors: [],
  load: ({ input, db, caller }) => readTask({ db, caller, taskId: input.taskId }),
  policy: owner,
  limit: limits.read,
  audit: ({ input }) => ({ subject: input.taskId }),
  example: async ({ as }) => ({ taskId: (await as.person(addTask, { title: 'Buy milk' })).id }),

  async run({ input, loaded: task, caller, db, now }) {
    await refusePastTrash({ db, caller, task, now })
    const { entries, nextCursor } = await readHistory(db, {
      table: 'tasks.task',
      key: task.id,
      limit: input.limit,
      cursor: input.cursor,
    })
    const items = entries.map(({ at, operation, person, actor, kind, before, after }) => ({
      at,
      operation,
      by: person,
      through: actor,
      kind,
      changes: changesBetween(before, after),
    }))
    return { items, nextCursor }
  },
})
