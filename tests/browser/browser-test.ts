import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startTestPlinth, type TestPerson, type TestPlinth } from '@plinth/platform/testing'
import { buildWeb } from '@plinth/web/build'
import { clientRoutes } from '@plinth/web/client-routes'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { test as base, expect } from 'vitest'
import { apps } from '../../apps/src/all.ts'
import { launchChromium } from './chromium.ts'
import { type Problems, watchProblems } from './problems.ts'

const builtWeb = fileURLToPath(new URL('../../web/dist/', import.meta.url))

/** The widths that everything has to work at. */
export const screens = [
  { screen: 'a desktop', viewport: { width: 1280, height: 800 } },
  { screen: 'a phone', viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
] as const

export type Screen = (typeof screens)[number]
export const desktop = screens[0]
export const phone = screens[1]

/** A browser of its own, with nothing remembered, on one page. */
export interface Visit {
  readonly page: Page
  readonly context: BrowserContext
  readonly problems: Problems
}

interface VisitOptions {
  readonly screen?: Screen
  /** Who is signed in already. */
  readonly as?: TestPerson
}

interface Fixtures {
  readonly plinth: TestPlinth
  readonly browser: Browser
  /** Opens a browser. When the test ends, it must have no complaint that the test did not explain. */
  readonly visit: (options?: VisitOptions) => Promise<Visit>
}

/** A test with one Plinth and one browser for its file, and as many visits as it likes. */
export const test = base.extend<Fixtures>({
  plinth: [
    // biome-ignore lint/correctness/noEmptyPattern: Vitest reads from it that nothing is needed.
    async ({}, use) => {
      await buildWeb()
      // A copy: somebody who changes the web beside a running test takes no file away from it.
      const webFolder = await mkdtemp(join(tmpdir(), 'plinth-web-'))
      await cp(builtWeb, webFolder, { recursive: true })
      const plinth = await startTestPlinth({ apps, webFolder, clientRoutes })
      await use(plinth)
      await plinth.stop()
      await rm(webFolder, { recursive: true })
    },
    { scope: 'file' },
  ],
  browser: [
    // biome-ignore lint/correctness/noEmptyPattern: Vitest reads from it that nothing is needed.
    async ({}, use) => {
      const browser = await launchChromium()
      await use(browser)
      await browser.close()
    },
    { scope: 'file' },
  ],
  visit: async ({ plinth, browser }, use) => {
    const visits: Visit[] = []
    await use(async (options = {}) => {
      const visit = await open(browser, plinth.url, options)
      visits.push(visit)
      return visit
    })
    const complaints = visits.flatMap(({ problems }) => problems.unexplained())
    await Promise.all(visits.map(({ context }) => context.close()))
    expect(complaints, 'what the browser complained about').toEqual([])
  },
})

async function open(browser: Browser, url: string, options: VisitOptions): Promise<Visit> {
  const { screen: _, ...device } = options.screen ?? desktop
  const context = await browser.newContext({
    ...(device as BrowserContextOptions),
    baseURL: url,
    locale: 'en-GB',
    timezoneId: 'Europe/London',
    colorScheme: 'light',
    reducedMotion: 'reduce',
  })
  context.setDefaultTimeout(10_000)
  if (options.as) await context.addCookies([sessionCookie(options.as, url)])
  const problems = await watchProblems(context)
  return { context, problems, page: await context.newPage() }
}

function sessionCookie({ cookie }: TestPerson, url: string) {
  const [name = '', value = ''] = cookie.split('=')
  return { name, value, url, httpOnly: true, sameSite: 'Lax' as const }
}

/** The words that every attempt without a session leaves on the console. */
export const unauthenticated = /status of 401 .*\/api\/v1\/auth\/me$/

/** Waits until an expectation holds; for what no locator can wait for. */
export const eventually = <T>(read: () => T | Promise<T>) =>
  expect.poll(read, { timeout: 10_000, interval: 50 })
