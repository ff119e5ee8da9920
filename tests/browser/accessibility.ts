import { AxeBuilder } from '@axe-core/playwright'
import type { TestPerson, TestPlinth } from '@plinth/platform/testing'
import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { addTask } from '../../apps/src/tasks/operations/add-task.ts'
import { completeTask } from '../../apps/src/tasks/operations/complete-task.ts'
import { type Screen, test, unauthenticated } from './browser-test.ts'

interface Place {
  readonly path: string
  /** Something that shows when the page is whole. */
  readonly ready: (page: Page) => Promise<unknown>
}

const heading = (name: string) => (page: Page) =>
  page.getByRole('heading', { name, exact: true }).waitFor()

const outside: readonly Place[] = [
  { path: '/sign-in', ready: heading('Sign in') },
  { path: '/sign-up', ready: heading('Create your account') },
  { path: '/setup#some-token', ready: heading('Set up Plinth') },
  { path: '/setup', ready: heading('The one-time token is missing') },
]

const inside: readonly Place[] = [
  { path: '/tasks', ready: (page) => page.getByRole('link', { name: 'Send the' }).waitFor() },
  { path: '/tasks?view=today', ready: heading('Today') },
  { path: '/tasks?view=done', ready: (page) => page.getByText('Thank Tom').waitFor() },
  { path: '/tasks?view=trash', ready: heading('The trash is empty') },
  {
    path: '/tasks/1',
    async ready(page) {
      await page.getByLabel('Description').waitFor()
    },
  },
  {
    path: '/tasks/1',
    async ready(page) {
      await page.getByRole('tab', { name: 'History' }).click()
      await page.getByText('added the task').waitFor()
    },
  },
  {
    path: '/connect',
    async ready(page) {
      await page.getByText('No keys yet').waitFor()
    },
  },
  { path: '/account', ready: heading('Account') },
  { path: '/no-such-page', ready: heading('There is no page at this address') },
]

/** What opens over a page, and only then. */
const overlays: readonly Place[] = [
  {
    path: '/tasks',
    async ready(page) {
      await page.getByLabel('Task title').fill('Something')
      await page.getByRole('button', { name: 'Due: no date' }).click()
      await page.getByRole('button', { name: 'Set due date' }).waitFor()
      await page.getByLabel('Next month').waitFor()
    },
  },
  {
    path: '/tasks',
    async ready(page) {
      await page.getByRole('button', { name: 'Filter by priority' }).click()
      await page.getByRole('menuitem', { name: 'Urgent' }).waitFor()
    },
  },
  {
    path: '/tasks',
    async ready(page) {
      await page.getByRole('link', { name: 'Send the' }).waitFor()
      await page.keyboard.press('?')
      await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
    },
  },
  {
    path: '/tasks',
    async ready(page) {
      await page.getByRole('link', { name: 'Send the' }).waitFor()
      await page.keyboard.press('Control+k')
      await page.getByLabel('Search or command').waitFor()
    },
  },
  {
    path: '/connect',
    async ready(page) {
      await page.getByRole('button', { name: 'Create key' }).click()
      await page.getByRole('tabpanel').waitFor()
    },
  },
]

/** Somebody whose tasks have all that a task can have. */
export async function furnish(plinth: TestPlinth): Promise<TestPerson> {
  const ada = await plinth.createPerson('Ada')
  await ada.call(addTask, {
    title: 'Send the tax papers',
    description: 'Both copies.',
    priority: 'urgent',
    labels: ['money', 'home'],
    due: { kind: 'date', date: '2026-01-04' },
  })
  await ada.call(addTask, { title: 'Call Grace', priority: 'low' })
  await ada.call(addTask, { title: `A long one ${'without end '.repeat(14)}`.trim() })
  const { id } = await ada.call(addTask, { title: 'Thank Tom' })
  await ada.call(completeTask, { taskId: id })
  return ada
}

/** What axe finds serious or critical; in the dark the colours are all that can differ. */
async function seriousProblems(page: Page, scheme: 'light' | 'dark'): Promise<readonly string[]> {
  await page.emulateMedia({ colorScheme: scheme })
  await page.locator(`html[data-mantine-color-scheme=${scheme}]`).waitFor()
  // A colour on its way to the next is none that anybody reads.
  await page.waitForFunction('document.getAnimations().length === 0')
  // Without frames there is nothing to put together, and no second page is needed for it.
  const axe = new AxeBuilder({ page }).setLegacyMode()
  const { violations } = await (scheme === 'dark' ? axe.withRules('color-contrast') : axe).analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} at ${target.join(' ')}: ${failureSummary}`),
    )
}

async function expectNothingSerious(page: Page, { path, ready }: Place): Promise<void> {
  // A page whose address differs in the fragment alone would not be loaded again.
  await page.goto('about:blank')
  await page.emulateMedia({ colorScheme: 'light' })
  await page.goto(path)
  await ready(page)
  expect(await seriousProblems(page, 'light'), `${path} in the light`).toEqual([])
  expect(await seriousProblems(page, 'dark'), `${path} in the dark`).toEqual([])
  const overhang = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
  expect(await page.evaluate(overhang), `sideways scrolling on ${path}`).toBe(0)
}

/**
 * The tests of one screen. Each has a file of its own, so that they run side by side: they are half
 * of the time that all tests in a browser take.
 */
export function describeAccessibility(screen: Screen): void {
  describe(`On ${screen.screen}, in light and dark`, () => {
    test('axe finds nothing serious on the pages before signing in', async ({ visit }) => {
      const { page, problems } = await visit({ screen })
      problems.allow(unauthenticated, 'nobody is signed in')
      for (const place of outside) await expectNothingSerious(page, place)
    })

    test('axe finds nothing serious on the pages of a person', async ({ visit, plinth }) => {
      const ada = await furnish(plinth)
      const { page, problems } = await visit({ screen, as: ada })
      problems.allow(/status of 404 .*\/no-such-page$/, 'the page that is not there is one of them')
      for (const place of inside) await expectNothingSerious(page, place)
    })

    test('axe finds nothing serious in what opens over the pages', async ({ visit, plinth }) => {
      const ada = await furnish(plinth)
      const { page } = await visit({ screen, as: ada })
      for (const place of overlays) await expectNothingSerious(page, place)
    })
  })
}
