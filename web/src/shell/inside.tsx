import type { QueryClient } from '@tanstack/react-query'
import { createRootRouteWithContext, createRoute, Outlet } from '@tanstack/react-router'
import type { Api } from '../api/api.ts'
import { meQuery } from '../api/me.ts'
import { NotFoundPage } from './not-found-page.tsx'

export interface RouterContext {
  readonly api: Api
  readonly queryClient: QueryClient
  /** What the apps do for a new account; the account pages know no app. */
  welcome(api: Api, timeZone: string): Promise<void>
}

export const root = createRootRouteWithContext<RouterContext>()({
  component: Outlet,
  notFoundComponent: NotFoundPage,
})

/**
 * Everything that only a signed-in person sees; the parent of every app's pages. The router puts the
 * shell around it: the shell lists the apps, and an app that imported it would import itself.
 */
export const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  beforeLoad: async ({ context }) => {
    await context.queryClient.ensureQueryData(meQuery(context.api))
  },
})
