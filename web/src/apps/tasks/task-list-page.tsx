import { Button, Title } from '@mantine/core'
import { useDocumentTitle } from '@mantine/hooks'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Outlet, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { CalendarCheck2, CheckCircle2, Inbox, SearchX, Trash2 } from 'lucide-react'
import { useCallback } from 'react'
import { useApi } from '../../api/api.ts'
import { EmptyState } from '../../design/empty-state.tsx'
import { ErrorState } from '../../design/error-state.tsx'
import { addDays } from './due.ts'
import { QuickAdd } from './quick-add.tsx'
import type { DueInput } from './task.ts'
import classes from './task-list.module.css'
import { MoreTasks, TaskList, TaskListSkeleton } from './task-list.tsx'
import { listQuery } from './task-queries.ts'
import { TaskToolbar } from './task-toolbar.tsx'
import { TaskTurnsContext, useNewTaskTurns } from './task-turns.ts'
import { useListKeys } from './use-list-keys.ts'
import { useStandpoint } from './use-standpoint.ts'
import {
  isFiltered,
  type ListSearch,
  listInput,
  sortOf,
  type View,
  viewList,
  viewOf,
} from './views.ts'

/** The list of tasks, and beside it the one that is open. */
export function TaskListPage() {
  const search = useSearch({ from: '/inside/tasks' })
  const { task: openTask } = useParams({ strict: false })
  const { today } = useStandpoint()
  const turns = useNewTaskTurns()
  const view = viewOf(search)
  const label = viewList.find((entry) => entry.view === view)?.label ?? ''
  useDocumentTitle(openTask ? `Task ${openTask} · Plinth` : `${label} · Plinth`)
  return (
    <TaskTurnsContext value={turns}>
      <div className={classes.split}>
        <div className={classes.column}>
          <div className={classes.top}>
            <Title order={1}>{label}</Title>
          </div>
          {view !== 'done' && view !== 'trash' && (
            <QuickAdd
              key={`${view} ${search.label ?? ''}`}
              due={dueOfView(view, today)}
              label={search.label}
            />
          )}
          <TaskToolbar search={search} />
          <Tasks search={search} today={today} />
        </div>
        <Outlet />
      </div>
    </TaskTurnsContext>
  )
}

/** What is added in a view of dates begins with a date that shows there. */
function dueOfView(view: View, today: string): DueInput | null {
  if (view === 'today') return { kind: 'date', date: today }
  return view === 'upcoming' ? { kind: 'date', date: addDays(today, 1) } : null
}

interface TasksProps {
  readonly search: ListSearch
  readonly today: string
}

function Tasks({ search, today }: TasksProps) {
  const standpoint = useStandpoint()
  const query = useInfiniteQuery(listQuery(useApi(), listInput(search, today)))
  const tasks = query.data?.pages.flatMap((page) => page.items) ?? []
  useListKeys(tasks)
  const { fetchNextPage } = query
  const more = useCallback(() => void fetchNextPage(), [fetchNextPage])
  if (query.isPending) return <TaskListSkeleton />
  if (!query.data) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />
  if (tasks.length === 0) return <NoTasks search={search} />
  const isByDay =
    (search.view === 'today' || search.view === 'upcoming') && sortOf(search) === 'due'
  return (
    <>
      <TaskList tasks={tasks} standpoint={standpoint} isByDay={isByDay} />
      {query.hasNextPage && <MoreTasks isLoading={query.isFetchingNextPage} onMore={more} />}
    </>
  )
}

const emptyViews: Readonly<
  Record<View, { readonly icon: typeof Inbox; readonly title: string; readonly text: string }>
> = {
  today: { icon: CalendarCheck2, title: 'Nothing is due today', text: 'Enjoy it, or get ahead.' },
  upcoming: {
    icon: CalendarCheck2,
    title: 'Nothing is coming up',
    text: 'Tasks with a date after today show here, day by day.',
  },
  all: {
    icon: Inbox,
    title: 'No open tasks',
    text: 'Press n to add one, or connect an agent and let it add some.',
  },
  done: { icon: CheckCircle2, title: 'Nothing is done yet', text: 'What you complete shows here.' },
  trash: {
    icon: Trash2,
    title: 'The trash is empty',
    text: 'What you delete stays here for 30 days and can be restored.',
  },
}

function NoTasks({ search }: { readonly search: ListSearch }) {
  const navigate = useNavigate()
  if (isFiltered(search)) {
    const clear = () =>
      void navigate({ to: '.', search: search.view ? { view: search.view } : {}, replace: true })
    return (
      <EmptyState
        icon={SearchX}
        title="No task fits"
        action={
          <Button variant="default" onClick={clear}>
            Clear filters
          </Button>
        }
      >
        Try other words, or fewer filters.
      </EmptyState>
    )
  }
  const { icon, title, text } = emptyViews[viewOf(search)]
  return (
    <EmptyState icon={icon} title={title}>
      {text}
    </EmptyState>
  )
}
