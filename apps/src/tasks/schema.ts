import {
  Id,
  Instant,
  line,
  PlainDate,
  PlainTime,
  pageOf,
  TimeZone,
  text,
  Version,
  z,
} from '@plinth/platform'
import { distinctLabels } from './rules/fold.ts'

const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'

/** A task as people or programs name it: its number in the owner's list, or its id. */
export const TaskId = z
  .string()
  .regex(new RegExp(`^([1-9][0-9]{0,8}|${uuid})$`), {
    message: "must be a task's number such as 3, or its id",
  })
  .meta({
    minLength: 1,
    maxLength: 36,
    description: 'The task: its number in your list, such as "3", or its id.',
    examples: ['3', '0199b7a2-6c1e-7a3c-9f7e-2f1a4d5b6c7d'],
  })

/** Refuses a change of what somebody else has changed since. */
export const IfVersion = Version.optional().describe('Do it only if this is still its version.')

export const titleMax = 200
export const descriptionMax = 1000
export const labelsMax = 10
export const labelMax = 50

const Title = line(titleMax)
const Label = line(labelMax)

export const TitleInput = Title.describe('What is to be done. Spaces at both ends are dropped.')

export const DescriptionInput = text(descriptionMax)
  .nullable()
  .describe('More about it, as plain text or Markdown. Empty and null both mean none.')

export const Priority = z.enum(['low', 'medium', 'high', 'urgent'])
export type Priority = z.output<typeof Priority>

export const LabelsInput = z
  .array(Label)
  .max(labelsMax)
  .overwrite(distinctLabels)
  .describe('Words to find it by. The same label twice, in whatever case, is kept once.')

export const LabelFilter = Label.describe('Only tasks with this label, in whatever case.')

export const TaskStatus = z.enum(['open', 'done', 'trashed'])
export type TaskStatus = z.output<typeof TaskStatus>

const dateDue = { kind: z.literal('date'), date: PlainDate }
const floatingDue = { kind: z.literal('floating'), date: PlainDate, time: PlainTime }
const zonedDue = {
  kind: z.literal('zoned'),
  date: PlainDate,
  time: PlainTime,
  timeZone: TimeZone,
}

const OnDate = z.strictObject(dateDue).describe('By the end of a day.')
const Floating = z
  .strictObject(floatingDue)
  .describe('At a time on the clock of wherever the person is.')

/** When a task is to be done. The instant of a zoned time is computed, never given. */
export const DueInput = z
  .discriminatedUnion('kind', [
    OnDate,
    Floating,
    z
      .strictObject(zonedDue)
      .check(({ value, issues }) => {
        // West of Greenwich the last evening of 9999 is an instant that RFC 3339 cannot write.
        if (value.date < '9999-12-31') return
        const message = 'must be before 9999-12-31 for a time in a zone'
        issues.push({ code: 'custom', message, path: ['date'], input: value.date })
      })
      .describe('At a time on the clock of one place.'),
  ])
  .nullable()
  .describe('When it is due: a date, a floating time, or a time in a time zone; null for never.')
export type DueInput = z.output<typeof DueInput>

const Zoned = z
  .strictObject({ ...zonedDue, at: Instant })
  .describe('At a time on the clock of one place, with the instant of it.')

export type Due = z.output<typeof OnDate | typeof Floating | typeof Zoned>

export const Task = z
  .strictObject({
    id: Id,
    number: z.number().int().min(1).max(2_147_483_647).describe('Counts the tasks of one person.'),
    title: Title,
    description: text(descriptionMax).nullable(),
    priority: Priority,
    labels: z.array(Label).max(labelsMax),
    due: z.union([OnDate, Floating, Zoned, z.null()]),
    status: TaskStatus,
    completedAt: Instant.nullable(),
    trashedAt: Instant.nullable(),
    createdAt: Instant,
    updatedAt: Instant,
    version: Version,
  })
  .meta({ title: 'Task', description: 'Something that a person wants to get done.' })
export type Task = z.output<typeof Task>

export const TaskPage = pageOf(Task)

/** The fields whose changes a history tells; the others follow from these or from the time. */
export const historyFields = [
  'title',
  'description',
  'priority',
  'labels',
  'due',
  'status',
] as const

const FieldValue = z.union([
  text(descriptionMax),
  z.array(Label).max(labelsMax),
  OnDate,
  Floating,
  Zoned,
  z.null(),
])

const FieldChange = z.strictObject({
  field: z.enum(historyFields),
  before: FieldValue,
  after: FieldValue,
})
export type FieldChange = z.output<typeof FieldChange>

const HistoryItem = z.strictObject({
  at: Instant,
  operation: z.string().max(64).describe('What was called, for example tasks.add_task.'),
  by: z.strictObject({ name: z.string().max(200) }).describe('Whose doing it was.'),
  through: z
    .strictObject({
      kind: z.enum(['person', 'agent', 'script', 'system']),
      name: z.string().max(200),
    })
    .describe('What acted for them, for example the key "laptop".'),
  kind: z.enum(['created', 'changed', 'removed']),
  changes: z.array(FieldChange).max(historyFields.length),
})

export const HistoryPage = pageOf(HistoryItem)
