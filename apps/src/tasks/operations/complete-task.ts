import { defineOperation, limits, owner, z } from '@plinth/platform'
import { stateAfter } from '../rules/transitions.ts'
import { IfVersion, Task, TaskId } from '../schema.ts'
import { lockTask, saveState } from '../store/task.ts'
import { addTask } from './add-task.ts'

export const completeTask = defineOperation({
  name: 'tasks.complete_task',
  summary: 'Mark a task as done; doing it twice changes nothing.',
  http: 'POST /tasks/{taskId}/complete',
  effect: 'write',
  undo: { by: 'tasks.reopen_task' },
  hints: { idempotent: true },
  reads: 'private',
  input: z.strictObject({ taskId: TaskId, ifVersion: IfVersion }),
  output: Task,
  errors: [],
  load: ({ input, db, caller }) =>
    lockTask({ db, caller, taskId: input.taskId, event: 'complete' }),
  policy: owner,
  limit: limits.write,
  audit: ({ input, output }) => ({ subject: output?.id ?? input.taskId }),
  example: async ({ as }) => ({ taskId: (await as.person(addTask, { title: 'Pay bills' })).id }),

  run({ loaded: task, db, now }) {
    const state = stateAfter('complete', task, now)
    return state === task ? task : saveState(db, { id: task.id, state, now })
  },
})
