import { describe, expect } from 'vitest'
import { addTask } from '../../apps/src/tasks/operations/add-task.ts'
import { desktop, test, unauthenticated } from './browser-test.ts'

const nonceOf = (policy: string | null) => policy?.match(/'nonce-([^']+)'/)?.[1]

test('Each answer with the page has a nonce of its own, in its policy and in its scripts', async ({
  plinth,
}) => {
  const nonces = await Promise.all(
    Array.from({ length: 5 }, async () => {
      const response = await fetch(`${plinth.url}/tasks`, { headers: { accept: 'text/html' } })
      const nonce = nonceOf(response.headers.get('content-security-policy'))
      const html = await response.text()
      expect(html).not.toContain('__CSP_NONCE__')
      for (const [, given] of html.matchAll(/<script[^>]* nonce="([^"]*)"/g)) {
        expect(given).toBe(nonce)
      }
      return nonce
    }),
  )
  expect(new Set(nonces).size).toBe(5)
  expect(nonces).not.toContain(undefined)
})

describe('The content security policy', () => {
  test('is real: a script that was put into the page does not run', async ({ visit, plinth }) => {
    const ada = await plinth.createPerson('Ada')
    const { page, problems } = await visit({ screen: desktop, as: ada })
    problems.allow(/^policy: script-src|Content Security Policy/, 'the attack that this is about')
    await page.goto('/tasks')
    await page.getByRole('heading', { name: 'All tasks', level: 1 }).waitFor()
    expect(problems.unexplained()).toEqual([])
    const attack = `new Promise((resolve) => {
      addEventListener('securitypolicyviolation', () => resolve(String(globalThis.broken)))
      const script = document.createElement('script')
      script.textContent = 'globalThis.broken = true'
      document.body.append(script)
    })`
    expect(await page.evaluate(attack)).toBe('undefined')
  })

  test('is kept by every page, and by all that opens on it', async ({ visit, plinth }) => {
    const ada = await plinth.createPerson('Ada')
    await ada.call(addTask, { title: 'Send the tax papers' })
    const { page } = await visit({ as: ada })
    await page.goto('/docs')
    await page.getByText('/api/v1/tasks').first().waitFor()
    await page.goto('/tasks/1')
    await page.getByLabel('Description').waitFor()
    await page.getByRole('button', { name: 'Due: no date' }).click()
    await page.getByLabel('Next month').click()
    await page.keyboard.press('Escape')
    await page.keyboard.press('Control+k')
    await page.getByLabel('Search or command').fill('account')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Account', level: 1 }).waitFor()
    await page.getByRole('link', { name: 'Connect an agent' }).first().click()
    await page.getByRole('button', { name: 'Create key' }).click()
    await page.getByRole('tabpanel').waitFor()
  })

  test('is kept by the pages of somebody who is not signed in', async ({ visit }) => {
    const { page, problems } = await visit()
    problems.allow(unauthenticated, 'nobody is signed in')
    await page.goto('/connect')
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await page.getByRole('link', { name: 'Create an account' }).click()
    await page.getByRole('heading', { name: 'Create your account' }).waitFor()
  })
})
