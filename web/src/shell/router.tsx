import { createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { webApps } from '../apps/all.ts'
import { ErrorPage } from './error-page.tsx'
import { inside, type RouterContext, root } from './inside.tsx'
import { NotFoundPage } from './not-found-page.tsx'
import { PendingPage } from './pending-page.tsx'
import { Shell } from './shell.tsx'
import type { WebApp } from './web-app.ts'

inside.update({ component: Shell })

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: `/${webApps[0].name}` })
  },
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

type PagesOf<Apps extends readonly WebApp[]> = {
  -readonly [Place in keyof Apps]: Apps[Place]['pages']
}

// A map keeps the length and the order of a list, which the compiler does not know.
const appPages = webApps.map(({ pages }) => pages) as unknown as PagesOf<typeof webApps>

const routeTree = root.addChildren([
  home,
  signIn,
  signUp,
  setUp,
  inside.addChildren([...appPages, connect, account]),
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
