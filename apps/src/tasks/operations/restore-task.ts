import { defineOperation, invalidTransition, limits, owner, z } from '@plinth/platform'
import { stateAfter } from '../rules/transitions.ts'
import { IfVersion, Task, TaskId } from '../schema.ts'
import { lockTask, refusePastTrash, saveState } from '../store/task.ts'
import { addTask } from './add-task.ts'
import { deleteTask } from './delete-task.ts'

export const restoreTask = defineOperation({
  name: 'tasks.restore_task',
  summary: 'Take a task out of the trash, open or done as it was before.',
  http: 'POST /tasks/{taskId}/restore',
  effect: 'write',
  undo: { by: 'tasks.delete_task' },
  hints: { idempotent: false },
  reads: 'private',
  input: z.strictObject({ taskId: TaskId, ifVersion: IfVersion }),
  output: Task,
  errors: [invalidTransition],
  load: ({ input, db, caller }) => lockTask({ db, caller, taskId: input.taskId, event: 'restore' }),
  policy: owner,
  limit: limits.write,
  audit: ({ input, output }) => ({ subject: output?.id ?? input.taskId }),
  example: async ({ as }) => {
    const { id } = await as.person(addTask, { title: 'Pay bills' })
    await as.person(deleteTask, { taskId: id })
    return { taskId: id }
  },

  async run({ loaded: task, caller, db, now }) {
    await refusePastTrash({ db, caller, task, now })
    const state = stateAfter('restore', task, now)
    return state === task ? task : saveState(db, { id: task.id, state, now })
  },
})
