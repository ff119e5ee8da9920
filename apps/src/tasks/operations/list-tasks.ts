import { defineOperation, limits, PlainDate, pageInput, signedIn, text, z } from '@plinth/platform'
import { LabelFilter, Priority, TaskPage } from '../schema.ts'
import { listTasks as findPage } from '../store/task-list.ts'
import { addTask } from './add-task.ts'

export const listTasks = defineOperation({
  name: 'tasks.list_tasks',
  summary: 'List or search your tasks, page by page; what is in the trash only when asked for.',
  http: 'GET /tasks',
  effect: 'read',
  reads: 'private',
  input: z
    .strictObject({
      status: z
        .enum(['open', 'done', 'all', 'trashed'])
        .default('all')
        .describe('`all` is open and done; `trashed` shows the last 30 days of the trash.'),
      priority: Priority.optional().describe('Only tasks of this priority.'),
      label: LabelFilter.optional(),
      q: text(500)
        .optional()
        .describe('Words that title, description or labels must contain, in whatever case.'),
      dueFrom: PlainDate.optional().describe('Only tasks due on this date or later.'),
      dueTo: PlainDate.optional().describe('Only tasks due on this date or earlier.'),
      sort: z
        .enum([
          'created',
          '-created',
          'due',
          '-due',
          'priority',
          '-priority',
          'title',
          '-title',
          'number',
          '-number',
        ])
        .default('-created')
        .describe('The order; with "-" the other way round, so -priority begins with urgent.'),
      ...pageInput,
      total: z.boolean().default(false).describe('Whether to count all tasks that fit, too.'),
    })
    .check(({ value, issues }) => {
      const { dueFrom, dueTo } = value
      if (dueFrom === undefined || dueTo === undefined || dueFrom <= dueTo) return
      const message = 'must not be before dueFrom'
      issues.push({ code: 'custom', message, path: ['dueTo'], input: dueTo })
    }),
  output: TaskPage,
  errors: [],
  policy: signedIn,
  limit: limits.read,
  audit: () => ({ subject: 'tasks' }),
  example: async ({ as }) => {
    await as.person(addTask, { title: 'Water the plants' })
    return { status: 'open' as const, q: 'plants', sort: 'due' as const }
  },

  run({ input, caller, db, now }) {
    return findPage(db, { ...input, ownerId: caller.personId, now })
  },
})
