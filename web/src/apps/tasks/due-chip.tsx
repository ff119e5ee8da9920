import { CalendarDays, Clock } from 'lucide-react'
import { dueInFull, dueTimeWords, dueTone, dueWords, type Standpoint } from './due.ts'
import classes from './due-chip.module.css'
import type { Due } from './task.ts'

interface DueChipProps {
  readonly due: Due
  readonly standpoint: Standpoint
  /** A done or trashed task is never overdue. */
  readonly isSettled: boolean
  /** Whether the day stands over the task already, so that the time is all there is to say. */
  readonly isUnderDay: boolean
}

/** When a task is due. The colour never says it alone: overdue has its word for screen readers. */
export function DueChip({ due, standpoint, isSettled, isUnderDay }: DueChipProps) {
  const words = (isUnderDay ? dueTimeWords : dueWords)(due, standpoint)
  if (words === undefined) return null
  const tone = isSettled ? 'later' : dueTone(due, standpoint)
  const Icon = isUnderDay ? Clock : CalendarDays
  return (
    <span className={classes.chip} data-tone={tone} title={dueInFull(due, standpoint.locale)}>
      <Icon size={12} aria-hidden="true" />
      {tone === 'overdue' && <span className={classes.hidden}>Overdue: </span>}
      {words}
    </span>
  )
}
