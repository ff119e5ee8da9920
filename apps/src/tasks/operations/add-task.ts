import { defineOperation, limits, signedIn, z } from '@plinth/platform'
import { resolveDue } from '../rules/due.ts'
import { DescriptionInput, DueInput, LabelsInput, Priority, Task, TitleInput } from '../schema.ts'
import { insertTask } from '../store/task.ts'

export const addTask = defineOperation({
  name: 'tasks.add_task',
  summary:
    'Add a task when the person wants to remember or plan something; the answer has its number.',
  http: 'POST /tasks',
  effect: 'write',
  undo: { by: 'tasks.delete_task' },
  hints: { idempotent: false },
  reads: 'private',
  input: z.strictObject({
    title: TitleInput,
    description: DescriptionInput.optional(),
    priority: Priority.default('medium').describe('How much it matters.'),
    labels: LabelsInput.default([]),
    due: DueInput.optional(),
  }),
  output: Task,
  errors: [],
  policy: signedIn,
  limit: limits.write,
  created: (task) => `/tasks/${task.id}`,
  audit: ({ output }) => ({ subject: output?.id ?? 'tasks' }),
  example: async () => ({
    title: 'Buy milk',
    description: 'Two litres, the green one',
    priority: 'high' as const,
    labels: ['shopping'],
    due: { kind: 'date' as const, date: '2030-03-02' },
  }),

  run({ input, caller, db, now }) {
    const content = {
      title: input.title,
      description: input.description || null,
      priority: input.priority,
      labels: input.labels,
      due: resolveDue(input.due ?? null),
    }
    return insertTask(db, { ownerId: caller.personId, content, now })
  },
})
