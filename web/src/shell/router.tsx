import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import type { Api } from '../api/api.ts'
import { meQuery } from '../api/me.ts'
import { TaskListPage } from '../apps/tasks/task-list-page.tsx'
import { parseListSearch } from '../apps/tasks/views.ts'
import { fetchWhenIdle } from '../design/lazy-part.ts'
import { ErrorPage } from './error-page.tsx'
import { NotFoundPage } from './not-found-page.tsx'
import { PendingPage } from './pending-page.tsx'
import { Shell } from './shell.tsx'

export interface RouterContext {
  readonly api: Api
  readonly queryClient: QueryClient
  /** What the apps do for a new account; the account pages know no app. */
  welcome(api: Api, timeZone: string): Promise<void>
}

const root = createRootRouteWithContext<RouterContext>()({
  component: Outlet,
  notFoundComponent: NotFoundPage,
})

/** Everything that only a signed-in person sees. */
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  component: Shell,
  beforeLoad: async ({ context }) => {
    await context.queryClient.ensureQueryData(meQuery(context.api))
  },
})

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/tasks' })
  },
})

const tasks = createRoute({
  getParentRoute: () => inside,
  path: 'tasks',
  component: TaskListPage,
  validateSearch: parseListSearch,
})

const loadTaskPanel = () => import('../apps/tasks/task-panel.tsx')
// The rows do not preload it: they would ask for a task each time the pointer moves over them.
fetchWhenIdle(loadTaskPanel)

const task = createRoute({
  getParentRoute: () => tasks,
  path: '$task',
  component: lazyRouteComponent(loadTaskPanel, 'TaskPanel'),
})

const connect = createRoute({
  getParentRoute: () => inside,
  path: 'connect',
  component: lazyRouteComponent(() => import('../apps/account/connect-page.tsx'), 'ConnectPage'),
})

const account = createRoute({
  getParentRoute: () => inside,
  path: 'account',
  component: lazyRouteComponent(() => import('../apps/account/account-page.tsx'), 'AccountPage'),
})

const parseNext = (search: Record<string, unknown>): { next?: string } =>
  typeof search.next === 'string' ? { next: search.next } : {}

const signIn = createRoute({
  getParentRoute: () => root,
  path: 'sign-in',
  validateSearch: parseNext,
  component: lazyRouteComponent(() => import('../apps/account/sign-in-page.tsx'), 'SignInPage'),
})

const signUp = createRoute({
  getParentRoute: () => root,
  path: 'sign-up',
  validateSearch: parseNext,
  component: lazyRouteComponent(() => import('../apps/account/sign-up-page.tsx'), 'SignUpPage'),
})

const setUp = createRoute({
  getParentRoute: () => root,
  path: 'setup',
  component: lazyRouteComponent(() => import('../apps/account/set-up-page.tsx'), 'SetUpPage'),
})

const routeTree = root.addChildren([
  home,
  signIn,
  signUp,
  setUp,
  inside.addChildren([tasks.addChildren([task]), connect, account]),
])

/** All pages, and what is needed to get at them. */
export function createPages(context: RouterContext) {
  return createRouter({
    routeTree,
    context,
    defaultPreload: 'intent',
    defaultErrorComponent: ErrorPage,
    defaultNotFoundComponent: NotFoundPage,
    defaultPendingComponent: PendingPage,
    scrollRestoration: true,
  })
}

export type Pages = ReturnType<typeof createPages>

declare module '@tanstack/react-router' {
  interface Register {
    router: Pages
  }
}
