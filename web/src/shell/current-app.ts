import { useLocation } from '@tanstack/react-router'
import { webApps } from '../apps/all.ts'
import type { WebApp } from './web-app.ts'

/** An app by a name that the router knows an address for. */
export interface ListedApp extends WebApp {
  readonly name: (typeof webApps)[number]['name']
}

export const listedApps: readonly [ListedApp, ...ListedApp[]] = webApps

/** The app whose page is shown; on a page of no app the first one, so that there is a way on. */
export function useCurrentApp(): ListedApp {
  const name = useLocation({ select: ({ pathname }) => pathname.split('/')[1] })
  return listedApps.find((app) => app.name === name) ?? listedApps[0]
}
