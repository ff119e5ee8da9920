import { defineOperation, limits, owner, z } from '@plinth/platform'
import { stateAfter } from '../rules/transitions.ts'
import { IfVersion, Task, TaskId } from '../schema.ts'
import { lockTask, saveState } from '../store/task.ts'
import { addTask } from './add-task.ts'

export const deleteTask = defineOperation({
  name: 'tasks.delete_task',
  summary:
    'Move a task to the trash, where it can be restored for 30 days; a second time it is not found.',
  http: 'DELETE /tasks/{taskId}',
  effect: 'write',
  undo: { by: 'tasks.restore_task' },
  hints: { destructive: true, idempotent: true },
  reads: 'private',
  input: z.strictObject({ taskId: TaskId, ifVersion: IfVersion }),
  output: Task,
  errors: [],
  load: ({ input, db, caller }) => lockTask({ db, caller, taskId: input.taskId, event: 'delete' }),
  policy: owner,
  limit: limits.write,
  audit: ({ input, output }) => ({ subject: output?.id ?? input.taskId }),
  example: async ({ as }) => ({ taskId: (await as.person(addTask, { title: 'Pay bills' })).id }),

  run({ loaded: task, db, now }) {
    const state = stateAfter('delete', task, now)
    return state === task ? task : saveState(db, { id: task.id, state, now })
  },
})
