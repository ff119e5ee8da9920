import { isDeepStrictEqual } from 'node:util'
import { defineOperation, limits, owner, z } from '@plinth/platform'
import { resolveDue } from '../rules/due.ts'
import {
  DescriptionInput,
  DueInput,
  IfVersion,
  LabelsInput,
  Priority,
  Task,
  TaskId,
  TitleInput,
} from '../schema.ts'
import { contentOf, lockTask, saveContent } from '../store/task.ts'
import { addTask } from './add-task.ts'

export const updateTask = defineOperation({
  name: 'tasks.update_task',
  summary:
    'Change a task: fields left out stay as they are, and null clears the description or due time.',
  http: 'PATCH /tasks/{taskId}',
  effect: 'write',
  undo: 'rows',
  hints: { idempotent: true },
  reads: 'private',
  input: z
    .strictObject({
      taskId: TaskId,
      title: TitleInput.optional(),
      description: DescriptionInput.optional(),
      priority: Priority.optional().describe('How much it matters.'),
      labels: LabelsInput.optional(),
      due: DueInput.optional(),
      ifVersion: IfVersion,
    })
    .check(({ value, issues }) => {
      const { taskId, ifVersion, ...fields } = value
      if (Object.values(fields).some((field) => field !== undefined)) return
      const message = 'must have at least one field to change'
      issues.push({ code: 'custom', message, path: [], input: value })
    }),
  output: Task,
  errors: [],
  load: ({ input, db, caller }) => lockTask({ db, caller, taskId: input.taskId, event: 'update' }),
  policy: owner,
  limit: limits.write,
  audit: ({ input, output }) => ({ subject: output?.id ?? input.taskId }),
  example: async ({ as }) => {
    const { id } = await as.person(addTask, { title: 'Call mom' })
    return { taskId: id, title: 'Call mom tonight', priority: 'urgent' as const }
  },

  run({ input, loaded: task, db, now }) {
    const before = contentOf(task)
    const content = {
      title: input.title ?? before.title,
      description: input.description === undefined ? before.description : input.description || null,
      priority: input.priority ?? before.priority,
      labels: input.labels ?? before.labels,
      due: input.due === undefined ? before.due : resolveDue(input.due),
    }
    // A repeated call changes nothing, so it makes no new version and no line in the history.
    if (isDeepStrictEqual(content, before)) return task
    return saveContent(db, { id: task.id, content, now })
  },
})
