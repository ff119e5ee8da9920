import { describe, expect } from 'vitest'
import { addTask } from '../../apps/src/tasks/operations/add-task.ts'
import { eventually, screens, test } from './browser-test.ts'

test('a browser whose language is no language shows dates all the same', async ({
  visit,
  plinth,
}) => {
  const ada = await plinth.createPerson('Ada')
  await ada.call(addTask, { title: 'Long ago', due: { kind: 'date', date: '2020-02-03' } })
  const { page } = await visit({ as: ada })
  // What Chromium says on a machine whose locale is C.
  await page.addInitScript(() => {
    Object.defineProperty(navigator, 'language', { get: () => 'en-US@posix' })
  })
  await page.goto('/tasks')
  await page.getByRole('link', { name: 'Long ago' }).waitFor()
  await page.getByText('Feb 3, 2020').waitFor()
})

describe.each(screens)('On $screen', (screen) => {
  test('an address that leads nowhere says so with 404, and leads on', async ({
    visit,
    plinth,
  }) => {
    const ada = await plinth.createPerson('Ada')
    const { page, problems } = await visit({ screen, as: ada })
    problems.allow(/status of 404 .*\/no\/such\/page$/, 'the answer that this is about')
    const response = await page.goto('/no/such/page')
    expect(response?.status()).toBe(404)
    await page.getByRole('heading', { name: 'There is no page at this address' }).waitFor()
    await page.getByRole('link', { name: 'Go to your tasks' }).click()
    await page.getByRole('heading', { name: 'All tasks', level: 1 }).waitFor()
  })

  test('a task that is not there, or another person’s, shows as none', async ({
    visit,
    plinth,
  }) => {
    const ada = await plinth.createPerson('Ada')
    const grace = await plinth.createPerson('Grace')
    const { id } = await grace.call(addTask, { title: 'Only for Grace' })
    const { page, problems } = await visit({ screen, as: ada })
    problems.allow(/status of 4(04|22) .*\/api\/v1\/tasks\//, 'the refusals that this is about')
    for (const taskId of [id, '77', 'nonsense']) {
      await page.goto(`/tasks/${taskId}`)
      await page.getByRole('heading', { name: 'There is no such task' }).waitFor()
    }
    expect(await page.getByText('Only for Grace').count()).toBe(0)
  })

  test('each view says what its emptiness means', async ({ visit, plinth }) => {
    const ada = await plinth.createPerson('Ada')
    const { page } = await visit({ screen, as: ada })
    const empty = {
      '/tasks': 'No open tasks',
      '/tasks?view=today': 'Nothing is due today',
      '/tasks?view=upcoming': 'Nothing is coming up',
      '/tasks?view=done': 'Nothing is done yet',
      '/tasks?view=trash': 'The trash is empty',
      '/tasks?q=nothing': 'No task fits',
      '/connect': 'No keys yet',
    }
    for (const [path, name] of Object.entries(empty)) {
      await page.goto(path)
      await page.getByRole('heading', { name }).waitFor()
    }
  })

  test('a server that cannot answer is said so, and Try again shows the tasks', async ({
    visit,
    plinth,
  }) => {
    const ada = await plinth.createPerson('Ada')
    await ada.call(addTask, { title: 'Still here' })
    const { page, problems } = await visit({ screen, as: ada })
    problems.allow(/status of 503 .*\/api\/v1\/tasks/, 'the outage that this is about')
    const lists = /\/api\/v1\/tasks\?/
    await page.route(lists, (route) =>
      route.fulfill({
        status: 503,
        contentType: 'application/problem+json',
        json: {
          type: 'about:blank',
          title: 'The database cannot be reached.',
          status: 503,
          code: 'UNAVAILABLE',
          nextStep: 'Try again in a moment.',
          requestId: 'test-request',
        },
      }),
    )
    await page.goto('/tasks')
    const alert = page.getByRole('alert')
    await alert.getByText('The database cannot be reached.').waitFor()
    await alert.getByText('test-request').waitFor()
    await page.unroute(lists)
    await alert.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('link', { name: 'Still here' }).waitFor()
  })

  test('a lost connection leaves what was read, says so, and mends itself', async ({
    visit,
    plinth,
  }) => {
    const ada = await plinth.createPerson('Ada')
    await ada.call(addTask, { title: 'Read me offline' })
    const { page, context, problems } = await visit({ screen, as: ada })
    problems.allow(/ERR_INTERNET_DISCONNECTED/, 'the lost connection that this is about')
    await page.clock.install()
    await page.goto('/tasks')
    await page.getByRole('link', { name: 'Read me offline' }).waitFor()
    await page.waitForLoadState('networkidle')
    await context.setOffline(true)
    await page.clock.fastForward(5_000)
    const banner = page.getByText('Plinth cannot be reached.')
    await banner.waitFor()
    expect(await page.getByRole('link', { name: 'Read me offline' }).isVisible()).toBe(true)

    await page.getByLabel('Task title').fill('Written offline')
    await page.getByLabel('Task title').press('Enter')
    await page.getByText('The task was not added').waitFor()
    expect(await page.getByLabel('Task title').inputValue()).toBe('Written offline')

    await context.setOffline(false)
    await page.getByRole('button', { name: 'Try now' }).click()
    await banner.waitFor({ state: 'hidden' })
    await page.getByLabel('Task title').press('Enter')
    await page.getByRole('link', { name: 'Written offline' }).waitFor()
    await eventually(() => page.getByLabel('Task title').inputValue()).toBe('')
  })
})
