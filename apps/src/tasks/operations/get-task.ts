import { defineOperation, limits, owner, z } from '@plinth/platform'
import { Task, TaskId } from '../schema.ts'
import { readTask, refusePastTrash } from '../store/task.ts'
import { addTask } from './add-task.ts'

export const getTask = defineOperation({
  name: 'tasks.get_task',
  summary: 'Read one task by its number or id, also when it is in the trash.',
  http: 'GET /tasks/{taskId}',
  effect: 'read',
  reads: 'private',
  input: z.strictObject({ taskId: TaskId }),
  output: Task,
  errors: [],
  load: ({ input, db, caller }) => readTask({ db, caller, taskId: input.taskId }),
  policy: owner,
  limit: limits.read,
  audit: ({ input, output }) => ({ subject: output?.id ?? input.taskId }),
  example: async ({ as }) => ({ taskId: (await as.person(addTask, { title: 'Buy milk' })).id }),

  async run({ loaded: task, caller, db, now }) {
    await refusePastTrash({ db, caller, task, now })
    return task
  },
})
