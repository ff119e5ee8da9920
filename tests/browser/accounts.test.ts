import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { fillAccount, sendCredentials, signIn, signUp, someone } from './accounts.ts'
import { eventually, screens, test, unauthenticated } from './browser-test.ts'

const sampleTitles = [
  'Try me: tick the circle, or press x, to complete this task',
  'Connect an agent and let it add a task',
  'Plan tomorrow in five minutes',
]
const titles = (page: Page) => page.locator('[data-task-link]').allTextContents()
const rule = (page: Page) => page.getByRole('list', { name: 'Password rule' })

describe.each(screens)('Signing up on $screen', (screen) => {
  test('shows the password rule live, and refuses a weak one with the reason', async ({
    visit,
  }) => {
    const { page } = await visit({ screen })
    await page.goto('/sign-up')
    await page.getByLabel('Name').fill('Grace')
    await page.getByLabel('E-mail').fill('grace@example.com')
    await rule(page).getByText('Has 15 characters, or 12 with').waitFor()
    expect(await rule(page).getByText('(not met)').count()).toBe(0)

    const password = page.getByLabel('Password', { exact: true })
    await password.fill('password1234567')
    await rule(page).getByText('Is not one that many people use (not met)').waitFor()
    await rule(page).getByText('Has 15 characters').getByText('(met)').waitFor()
    await page.getByRole('button', { name: 'Create account' }).click()
    await page.getByText('Choose a password that fits the rule.').waitFor()
    expect(new URL(page.url()).pathname).toBe('/sign-up')

    await password.fill('wrought iron railing')
    await eventually(() => rule(page).getByText('(not met)').count()).toBe(0)
  })

  test('leads to Tasks with three sample tasks, which can be erased', async ({ visit }) => {
    const { page } = await visit({ screen })
    await signUp(page, someone())
    await page.getByRole('heading', { name: 'All tasks', level: 1 }).waitFor()
    await eventually(() => titles(page)).toEqual(sampleTitles)
    for (const title of sampleTitles) {
      await page.getByRole('button', { name: `Move to the trash: “${title}”` }).click()
      await page.getByText(`Moved “${title}” to the trash`).waitFor()
    }
    await page.getByRole('heading', { name: 'No open tasks' }).waitFor()
    await page.reload()
    await page.getByRole('heading', { name: 'No open tasks' }).waitFor()
  })

  test('refuses an address that has an account, at its field', async ({ visit, plinth }) => {
    const ada = await plinth.createPerson('Ada')
    const { page, problems } = await visit({ screen })
    problems.allow(/status of 409 .*sign_up$/, 'the refusal that this is about')
    await page.goto('/sign-up')
    await fillAccount(page, { ...someone(), email: ada.email })
    await page.getByRole('button', { name: 'Create account' }).click()
    const field = page.getByLabel('E-mail')
    await eventually(() => field.getAttribute('aria-invalid')).toBe('true')
    const described = (await field.getAttribute('aria-describedby')) ?? ''
    expect(await page.locator(`[id="${described}"]`).textContent()).toMatch(/account/i)
  })
})

describe.each(screens)('A session on $screen', (screen) => {
  test('ends by signing out: going back shows nothing of it', async ({ visit, plinth }) => {
    const ada = await plinth.createPerson('Ada')
    const { page, context, problems } = await visit({ screen })
    problems.allow(unauthenticated, 'nobody is signed in any more')
    await signIn(page, ada)
    await page.getByLabel('Task title').fill('Nobody else may read this')
    await page.getByLabel('Task title').press('Enter')
    await page.getByRole('link', { name: 'Nobody else may read this' }).waitFor()
    const [cookie] = (await context.cookies()).filter(({ name }) => name.includes('session'))

    await page.goto('/account')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    expect(await context.cookies()).toEqual([])
    const refused = await fetch(`${plinth.url}/api/v1/auth/me`, {
      headers: { cookie: `${cookie?.name}=${cookie?.value}` },
    })
    expect(refused.status).toBe(401)

    await page.goBack()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    expect(await page.getByText('Nobody else may read this').count()).toBe(0)
  })

  test('is asked for by a page that needs one, which shows after signing in', async ({
    visit,
    plinth,
  }) => {
    const ada = await plinth.createPerson('Ada')
    const { page, problems } = await visit({ screen })
    problems.allow(unauthenticated, 'nobody is signed in yet')
    await page.goto('/tasks?view=done&q=tax')
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    expect(new URL(page.url()).pathname).toBe('/sign-in')
    await sendCredentials(page, ada)
    await page.getByRole('heading', { name: 'Done', level: 1 }).waitFor()
    expect(await page.getByLabel('Filter these tasks').inputValue()).toBe('tax')
  })

  test('is refused for a wrong password in words that name no half of it', async ({
    visit,
    plinth,
  }) => {
    const ada = await plinth.createPerson('Ada')
    const { page, problems } = await visit({ screen })
    problems.allow(/status of 401 .*sign_in$/, 'the refusal that this is about')
    await page.goto('/sign-in')
    await sendCredentials(page, { email: ada.email, password: 'not this one at all' })
    const alert = page.getByRole('alert')
    await alert.waitFor()
    const words = await alert.textContent()
    expect(words).toMatch(/password/i)

    const answer = page.waitForResponse((response) => response.url().endsWith('/sign_in'))
    await sendCredentials(page, { email: someone().email, password: 'not this one at all' })
    expect((await answer).status()).toBe(401)
    await eventually(() => alert.textContent()).toBe(words)
    expect(new URL(page.url()).pathname).toBe('/sign-in')
  })
})

test('A sign-in link that names another site leads to the tasks instead', async ({
  visit,
  plinth,
}) => {
  const ada = await plinth.createPerson('Ada')
  const { page } = await visit()
  await page.goto('/sign-in?next=//evil.example/tasks')
  await sendCredentials(page, ada)
  await page.getByRole('heading', { name: 'All tasks', level: 1 }).waitFor()
  expect(new URL(page.url()).origin).toBe(plinth.url)
})

test('The one-time address makes the first administrator and leaves no token behind', async ({
  visit,
  plinth,
}) => {
  const [address = '', token = ''] = (plinth.server.setupUrl ?? '').split('#')
  expect(token).not.toBe('')
  const { page } = await visit()
  await page.goto(`/setup#${token}`)
  await page.getByRole('heading', { name: 'Set up Plinth' }).waitFor()
  await eventually(() => page.url()).toBe(`${plinth.url}${new URL(address).pathname}`)
  await fillAccount(page, someone())
  await page.getByRole('button', { name: 'Create administrator' }).click()
  await page.getByRole('heading', { name: 'All tasks', level: 1 }).waitFor()
  const me = await page.request.get('/api/v1/auth/me')
  expect(await me.json()).toMatchObject({ roles: ['platform:admin'] })

  const again = await visit()
  again.problems.allow(/status of 40[39] .*set_up$/, 'the address works once')
  await again.page.goto(`/setup#${token}`)
  await fillAccount(again.page, someone())
  await again.page.getByRole('button', { name: 'Create administrator' }).click()
  await again.page.getByRole('alert').waitFor()
})
