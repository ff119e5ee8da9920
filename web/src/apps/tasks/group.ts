import { dateIn, dayHeading, localDue, type Standpoint } from './due.ts'
import type { Task } from './task.ts'

export interface DayGroup {
  readonly heading: string
  /** Whether the heading says the day of every task under it. */
  readonly isOneDay: boolean
  readonly tasks: readonly Task[]
}

/** Puts tasks in the order they have under their days; what is past stands together as overdue. */
export function groupByDay(tasks: readonly Task[], standpoint: Standpoint): DayGroup[] {
  const today = dateIn(standpoint.timeZone, standpoint.now)
  const groups = new Map<string, { isOneDay: boolean; tasks: Task[] }>()
  for (const task of tasks) {
    const { heading, isOneDay } = headingOf(task, standpoint, today)
    const group = groups.get(heading)
    if (group) group.tasks.push(task)
    else groups.set(heading, { isOneDay, tasks: [task] })
  }
  return [...groups].map(([heading, group]) => ({ heading, ...group }))
}

function headingOf(task: Task, standpoint: Standpoint, today: string) {
  if (!task.due) return { heading: 'No date', isOneDay: false }
  const { date } = localDue(task.due, standpoint.timeZone)
  if (date < today) return { heading: 'Overdue', isOneDay: false }
  return { heading: dayHeading(date, standpoint), isOneDay: true }
}
