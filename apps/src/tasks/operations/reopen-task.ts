import { defineOperation, limits, owner, z } from '@plinth/platform'
import { stateAfter } from '../rules/transitions.ts'
import { IfVersion, Task, TaskId } from '../schema.ts'
import { lockTask, saveState } from '../store/task.ts'
import { addTask } from './add-task.ts'
import { completeTask } from './complete-task.ts'

export const reopenTask = defineOperation({
  name: 'tasks.reopen_task',
  summary: 'Make a done task open again; doing it twice changes nothing.',
  http: 'POST /tasks/{taskId}/reopen',
  effect: 'write',
  undo: { by: 'tasks.complete_task' },
  hints: { idempotent: true },
  reads: 'private',
  input: z.strictObject({ taskId: TaskId, ifVersion: IfVersion }),
  output: Task,
  errors: [],
  load: ({ input, db, caller }) => lockTask({ db, caller, taskId: input.taskId, event: 'reopen' }),
  policy: owner,
  limit: limits.write,
  audit: ({ input, output }) => ({ subject: output?.id ?? input.taskId }),
  example: async ({ as }) => {
    const { id } = await as.person(addTask, { title: 'Pay bills' })
    await as.person(completeTask, { taskId: id })
    return { taskId: id }
  },

  run({ loaded: task, db, now }) {
    const state = stateAfter('reopen', task, now)
    return state === task ? task : saveState(db, { id: task.id, state, now })
  },
})
