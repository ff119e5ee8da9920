import { infiniteQueryOptions, queryOptions, useQuery } from '@tanstack/react-query'
import { type Api, useApi } from '../../api/api.ts'
import type { ListInput } from './task.ts'

/** How often what is on the screen is asked for again, in milliseconds. */
const refetchEvery = 5000
/** Labels change seldom, and whatever this tab does to a task asks for them at once. */
const labelsRefetchEvery = 30_000
const pageSize = 50

/** Everything that may change with a task has a key that begins with `tasks`. */
export const taskKeys = {
  all: ['tasks'] as const,
  lists: ['tasks', 'list'] as const,
  list: (input: ListInput) => ['tasks', 'list', input] as const,
  labels: ['tasks', 'labels'] as const,
  count: (input: ListInput) => ['tasks', 'count', input] as const,
  one: (taskId: string) => ['tasks', 'one', taskId] as const,
  history: (taskId: string) => ['tasks', 'history', taskId] as const,
}

/**
 * A list, page by page. All pages that are shown are asked for again together, so the pause grows
 * with their number: however far somebody scrolls, it stays at one call in five seconds.
 */
export function listQuery(api: Api, input: ListInput) {
  return infiniteQueryOptions({
    queryKey: taskKeys.list(input),
    queryFn: ({ pageParam, signal }) => {
      const page = pageParam === undefined ? {} : { cursor: pageParam }
      return api.call('tasks.list_tasks', { ...input, limit: pageSize, ...page }, { signal })
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    refetchInterval: (query) => refetchEvery * Math.max(1, query.state.data?.pages.length ?? 1),
  })
}

/** How many tasks a list has in all. */
export function countQuery(api: Api, input: ListInput) {
  return queryOptions({
    queryKey: taskKeys.count(input),
    queryFn: async ({ signal }) => {
      const page = await api.call(
        'tasks.list_tasks',
        { ...input, limit: 1, total: true },
        { signal },
      )
      return page.total ?? 0
    },
    refetchInterval: 2 * refetchEvery,
  })
}

export function taskQuery(api: Api, taskId: string) {
  return queryOptions({
    queryKey: taskKeys.one(taskId),
    queryFn: ({ signal }) => api.call('tasks.get_task', { taskId }, { signal }),
    refetchInterval: refetchEvery,
  })
}

export function historyQuery(api: Api, taskId: string) {
  return infiniteQueryOptions({
    queryKey: taskKeys.history(taskId),
    queryFn: ({ pageParam, signal }) => {
      const page = pageParam === undefined ? {} : { cursor: pageParam }
      return api.call('tasks.get_task_history', { taskId, limit: pageSize, ...page }, { signal })
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    refetchInterval: refetchEvery,
  })
}

/**
 * The labels of the newest open tasks. The lists on the screen do not know them all, so they are
 * asked for apart, and are the same on every page.
 */
function labelsQuery(api: Api) {
  return queryOptions({
    queryKey: taskKeys.labels,
    queryFn: async ({ signal }) => {
      const input = { status: 'open', limit: 100, sort: '-created' } as const
      const { items } = await api.call('tasks.list_tasks', input, { signal })
      const labels = new Set(items.flatMap((task) => task.labels))
      return [...labels].sort((a, b) => a.localeCompare(b))
    },
    staleTime: labelsRefetchEvery / 2,
    // While the server cannot be reached it is tried as often as the rest of the page.
    refetchInterval: ({ state }) => (state.error ? refetchEvery : labelsRefetchEvery),
  })
}

const noLabels: readonly string[] = []

/** The labels that are in use, in the alphabet's order; none while they are on the way. */
export function useKnownLabels(): readonly string[] {
  return useQuery(labelsQuery(useApi())).data ?? noLabels
}
