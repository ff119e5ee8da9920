import { isDeepStrictEqual } from 'node:util'
import { type FieldChange, historyFields } from '../schema.ts'
import { type DueColumns, dueFromColumns } from './due.ts'

/** The columns of an image that a history tells about. */
interface TaskImage extends DueColumns {
  readonly title: string
  readonly description: string | null
  readonly priority: string
  readonly labels: readonly string[]
  readonly status: string
}

const nothing: Fields = {
  title: null,
  description: null,
  priority: null,
  labels: [],
  due: null,
  status: null,
}

type Fields = Readonly<Record<(typeof historyFields)[number], FieldChange['after']>>

function fieldsOf(image: object | null): Fields {
  if (image === null) return nothing
  // The image is a row of tasks.task as the database's own trigger kept it.
  const row = image as TaskImage
  return {
    title: row.title,
    description: row.description,
    priority: row.priority,
    labels: [...row.labels],
    due: dueFromColumns(row),
    status: row.status,
  }
}

/**
 * What a person sees of the difference between two images of a task. Columns become the fields they
 * stand for; what is technical (version, search text) is left out.
 */
export function changesBetween(before: object | null, after: object | null): FieldChange[] {
  const [old, now] = [fieldsOf(before), fieldsOf(after)]
  return historyFields
    .filter((field) => !isDeepStrictEqual(old[field], now[field]))
    .map((field) => ({ field, before: old[field], after: now[field] }))
}
