import { ActionIcon, Checkbox, Tooltip } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { RotateCcw, Trash2 } from 'lucide-react'
import { memo } from 'react'
import type { Standpoint } from './due.ts'
import { DueChip } from './due-chip.tsx'
import { PriorityIcon } from './priority.tsx'
import { priorityWords, type Task } from './task.ts'
import type { TaskActions } from './task-actions.ts'
import classes from './task-row.module.css'

interface TaskRowProps {
  readonly task: Task
  readonly standpoint: Standpoint
  /** Whether the task stands under the heading of its day. */
  readonly isUnderDay: boolean
  readonly actions: TaskActions
}

/** One task in the list. Its link spans the row, so that the row opens it wherever it is pressed. */
export const TaskRow = memo(function TaskRow(props: TaskRowProps) {
  const { task, standpoint, isUnderDay, actions } = props
  const isSettled = task.status !== 'open'
  return (
    <li className={classes.row} data-task={task.id} data-status={task.status}>
      <Checkbox
        size="xs"
        radius="xl"
        className={classes.check}
        aria-label={`${isSettled ? 'Reopen' : 'Complete'} “${task.title}”`}
        checked={task.status === 'done'}
        disabled={task.status === 'trashed'}
        onChange={() => void actions.toggle(task)}
      />
      <Link
        to="/tasks/$task"
        params={{ task: String(task.number) }}
        search={(search) => search}
        preload={false}
        className={classes.link}
        data-task-link
      >
        <span className={classes.title} dir="auto">
          {task.title}
        </span>
      </Link>
      <TaskFacts task={task} standpoint={standpoint} isUnderDay={isUnderDay} />
      <RowPriority priority={task.priority} />
      <span className={classes.number}>{task.number}</span>
      <RowActions task={task} actions={actions} />
    </li>
  )
})

function TaskFacts({ task, standpoint, isUnderDay }: Omit<TaskRowProps, 'actions'>) {
  return (
    <span className={classes.facts}>
      {task.labels.map((label) => (
        <span key={label} className={classes.label} dir="auto">
          {label}
        </span>
      ))}
      {task.due && (
        <DueChip
          due={task.due}
          standpoint={standpoint}
          isSettled={task.status !== 'open'}
          isUnderDay={isUnderDay}
        />
      )}
    </span>
  )
}

/** Stands apart from the other facts: a phone has it beside the title, them underneath. */
function RowPriority({ priority }: Pick<Task, 'priority'>) {
  if (priority === 'medium') return null
  return (
    <span className={classes.priority} title={`Priority: ${priorityWords[priority]}`}>
      <PriorityIcon priority={priority} />
      <span className={classes.hidden}>{priorityWords[priority]} priority</span>
    </span>
  )
}

function RowActions({ task, actions }: Pick<TaskRowProps, 'task' | 'actions'>) {
  const isTrashed = task.status === 'trashed'
  const label = isTrashed ? 'Restore' : 'Move to the trash'
  const Icon = isTrashed ? RotateCcw : Trash2
  return (
    <span className={classes.actions}>
      <Tooltip label={label}>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="md"
          aria-label={`${label}: “${task.title}”`}
          onClick={() => void (isTrashed ? actions.restore(task) : actions.trash(task))}
        >
          <Icon size={15} aria-hidden="true" />
        </ActionIcon>
      </Tooltip>
    </span>
  )
}
