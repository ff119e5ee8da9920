import { randomBytes } from 'node:crypto'
import type { Page } from 'playwright-core'

export interface Credentials {
  readonly email: string
  readonly password: string
}

export interface NewAccount extends Credentials {
  readonly name: string
}

/** Somebody who has no account yet. */
export function someone(): NewAccount {
  return {
    name: 'Grace',
    email: `grace.${randomBytes(6).toString('hex')}@example.com`,
    password: 'quiet harbour lantern',
  }
}

export async function fillAccount(page: Page, account: NewAccount): Promise<void> {
  await page.getByLabel('Name').fill(account.name)
  await page.getByLabel('E-mail', { exact: true }).fill(account.email)
  await page.getByLabel('Password', { exact: true }).fill(account.password)
}

/** Signs up through the form and waits for the page that follows. */
export async function signUp(page: Page, account: NewAccount): Promise<void> {
  await page.goto('/sign-up')
  await fillAccount(page, account)
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.waitForURL('**/tasks')
}

/** Fills the form of the sign-in page and sends it. */
export async function sendCredentials(page: Page, credentials: Credentials): Promise<void> {
  await page.getByLabel('E-mail', { exact: true }).fill(credentials.email)
  await page.getByLabel('Password', { exact: true }).fill(credentials.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/** Signs in through the form and waits for the page that follows. */
export async function signIn(page: Page, credentials: Credentials): Promise<void> {
  await page.goto('/sign-in')
  await sendCredentials(page, credentials)
  await page.waitForURL('**/tasks')
}
