import { ActionIcon, Skeleton, Stack, Tabs, Tooltip } from '@mantine/core'
import { PlinthProblem } from '@plinth/platform/client'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { FileQuestion, RotateCcw, Trash2, X } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { useApi } from '../../api/api.ts'
import { EmptyState } from '../../design/empty-state.tsx'
import { ErrorState } from '../../design/error-state.tsx'
import { useShortcuts } from '../../shell/shortcuts.tsx'
import type { Task } from './task.ts'
import { useTaskActions } from './task-actions.ts'
import { TaskFields } from './task-fields.tsx'
import { TaskHistory } from './task-history.tsx'
import listClasses from './task-list.module.css'
import classes from './task-panel.module.css'
import { taskQuery } from './task-queries.ts'

/** The task that is open, beside the list; on a phone it covers the list. */
export function TaskPanel() {
  const { task: taskId } = useParams({ from: '/inside/tasks/$task' })
  const query = useQuery(taskQuery(useApi(), taskId))
  const close = useClose(taskId)
  const panel = useRef<HTMLElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another task is another thing to read.
  useEffect(() => {
    // A field that has taken the focus to be typed in keeps it.
    if (!panel.current?.contains(document.activeElement)) {
      panel.current?.focus({ preventScroll: true })
    }
  }, [taskId])
  useShortcuts([['Escape', close]])
  return (
    <aside ref={panel} className={listClasses.panel} aria-label={`Task ${taskId}`} tabIndex={-1}>
      <PanelBar task={query.data} onClose={close} />
      {query.data ? (
        <PanelBody key={query.data.id} task={query.data} />
      ) : query.isPending ? (
        <PanelSkeleton />
      ) : (
        <PanelError error={query.error} onRetry={() => void query.refetch()} />
      )}
    </aside>
  )
}

/** Closes the panel and gives the focus back to the row it was opened from. */
function useClose(taskId: string) {
  const navigate = useNavigate()
  return () => {
    const row = document.querySelector<HTMLElement>(
      `[data-task-link][href^="/tasks/${CSS.escape(taskId)}"]`,
    )
    void navigate({ to: '/tasks', search: (search) => search }).then(() => row?.focus())
  }
}

interface PanelBarProps {
  readonly task: Task | undefined
  onClose(): void
}

function PanelBar({ task, onClose }: PanelBarProps) {
  const actions = useTaskActions()
  const isTrashed = task?.status === 'trashed'
  const TrashIcon = isTrashed ? RotateCcw : Trash2
  const trashLabel = isTrashed ? 'Restore task' : 'Move task to the trash'
  return (
    <div className={classes.bar}>
      <span className={classes.number}>{task ? `Task ${task.number}` : ''}</span>
      {task && (
        <Tooltip label={trashLabel}>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={trashLabel}
            onClick={() => void (isTrashed ? actions.restore(task) : actions.trash(task))}
          >
            <TrashIcon size={16} aria-hidden="true" />
          </ActionIcon>
        </Tooltip>
      )}
      <Tooltip label="Close (Esc)">
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label="Close task"
          onClick={onClose}
        >
          <X size={17} aria-hidden="true" />
        </ActionIcon>
      </Tooltip>
    </div>
  )
}

function PanelBody({ task }: { readonly task: Task }) {
  return (
    <Tabs defaultValue="details" keepMounted={false} className={classes.tabs}>
      <Tabs.List px="md">
        <Tabs.Tab value="details">Details</Tabs.Tab>
        <Tabs.Tab value="history">History</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="details">
        <TaskFields task={task} />
      </Tabs.Panel>
      <Tabs.Panel value="history" p="md">
        <TaskHistory taskId={task.id} />
      </Tabs.Panel>
    </Tabs>
  )
}

function PanelSkeleton() {
  return (
    <Stack p="md" gap="lg" aria-busy="true">
      <Skeleton height={22} width="70%" />
      <Skeleton height={60} />
      <Skeleton height={16} width="40%" />
      <Skeleton height={16} width="50%" />
    </Stack>
  )
}

interface PanelErrorProps {
  readonly error: unknown
  onRetry(): void
}

function PanelError({ error, onRetry }: PanelErrorProps) {
  // An address with something that is no task id at all is refused as input; to a person it is all one.
  const isMissing = error instanceof PlinthProblem && [404, 422].includes(error.status)
  if (!isMissing) return <ErrorState error={error} onRetry={onRetry} />
  return (
    <EmptyState icon={FileQuestion} title="There is no such task">
      It may have been in the trash for more than 30 days, or belong to somebody else.
    </EmptyState>
  )
}
