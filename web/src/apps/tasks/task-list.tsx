import { Button, Skeleton } from '@mantine/core'
import { useIntersection } from '@mantine/hooks'
import { useEffect } from 'react'
import type { Standpoint } from './due.ts'
import { groupByDay } from './group.ts'
import type { Task } from './task.ts'
import { useTaskActions } from './task-actions.ts'
import classes from './task-list.module.css'
import { TaskRow } from './task-row.tsx'

interface TaskListProps {
  readonly tasks: readonly Task[]
  readonly standpoint: Standpoint
  /** Whether the days have headings. */
  readonly isByDay: boolean
}

export function TaskList({ tasks, standpoint, isByDay }: TaskListProps) {
  const actions = useTaskActions()
  const groups = isByDay ? groupByDay(tasks, standpoint) : [{ heading: '', isOneDay: false, tasks }]
  return groups.map((group) => (
    <section key={group.heading} aria-label={group.heading || 'Tasks'}>
      {group.heading && <h2 className={classes.heading}>{group.heading}</h2>}
      <ul className={classes.list}>
        {group.tasks.map((task) => (
          <TaskRow
            key={task.id}
            task={task}
            standpoint={standpoint}
            isUnderDay={group.isOneDay}
            actions={actions}
          />
        ))}
      </ul>
    </section>
  ))
}

const widths = [46, 62, 38, 71, 54, 33, 58, 44]

/** The list's shape while its first page is on the way. */
export function TaskListSkeleton() {
  return (
    <div aria-busy="true">
      <span className={classes.hidden} role="status">
        Loading tasks…
      </span>
      {widths.map((width) => (
        <div key={width} className={classes.skeleton}>
          <Skeleton circle height={16} width={16} />
          <Skeleton height={12} width={`${width}%`} />
        </div>
      ))}
    </div>
  )
}

interface MoreTasksProps {
  readonly isLoading: boolean
  onMore(): void
}

/** Asks for the next page when it comes into sight; the button is for keyboards and for luck. */
export function MoreTasks({ isLoading, onMore }: MoreTasksProps) {
  const { ref, entry } = useIntersection<HTMLDivElement>({ rootMargin: '300px' })
  const isInSight = entry?.isIntersecting ?? false
  useEffect(() => {
    if (isInSight && !isLoading) onMore()
  }, [isInSight, isLoading, onMore])
  return (
    <div ref={ref} className={classes.more}>
      <Button variant="subtle" color="gray" size="xs" loading={isLoading} onClick={onMore}>
        Show more
      </Button>
    </div>
  )
}
