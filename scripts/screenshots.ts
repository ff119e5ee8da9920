// `npm run screenshots`: starts a Plinth of its own on a temporary data folder, fills it with the
// tasks of invented people and takes the pictures of the README anew into docs/images.
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { launchChromium } from '../tests/browser/chromium.ts'
import { createInstallation } from '../tests/faults/installation.ts'

const images = fileURLToPath(new URL('../docs/images/', import.meta.url))
const bytesMax = 150_000

const desktop = { width: 1280, height: 800 }
const phone = { width: 390, height: 844 }

/** Somebody with a browser at the Plinth that runs. */
interface Person {
  readonly url: string
  readonly context: BrowserContext
  call(method: 'post' | 'patch', path: string, data?: object): Promise<Record<string, unknown>>
}

async function main(): Promise<void> {
  const installation = await createInstallation()
  // Without a port of our own choosing the address reads as on a machine at home.
  const running = await installation.start({ PORT: '' })
  const browser = await launchChromium()
  try {
    const ada = await signUp(browser, running.url)
    await furnish(ada)
    await takePictures(ada)
    await takePhonePicture(browser, ada)
  } finally {
    await browser.close()
    await running.end('SIGINT')
    await installation.remove()
  }
}

const settings = {
  locale: 'en-GB',
  timezoneId: 'Europe/London',
  colorScheme: 'light',
  reducedMotion: 'reduce',
} as const

async function signUp(browser: Browser, url: string): Promise<Person> {
  const context = await browser.newContext({ ...settings, baseURL: url, viewport: desktop })
  const person: Person = {
    url,
    context,
    async call(method, path, data = {}) {
      const response = await context.request[method](`/api/v1${path}`, {
        data,
        // What a page of Plinth would send with it.
        headers: { origin: url },
      })
      if (!response.ok()) throw new Error(`${path}: ${await response.text()}`)
      return response.json()
    },
  }
  await person.call('post', '/auth/sign_up', {
    name: 'Ada Byron',
    email: 'ada@example.com',
    password: 'wrought iron railing',
    timeZone: 'Europe/London',
  })
  return person
}

/** A list as somebody has after some weeks, with an agent that helps. */
async function furnish(ada: Person): Promise<void> {
  const today = Temporal.Now.plainDateISO('Europe/London')
  const on = (days: number) => ({ kind: 'date', date: today.add({ days }).toString() })
  const at = (days: number, time: string) => ({ ...on(days), kind: 'floating', time })
  const add = (task: object) => ada.call('post', '/tasks', task)
  const thanked = await add({ title: 'Thank Tom for the loan of the ladder', labels: ['friends'] })
  await add({ title: 'Clear out the cupboard under the stairs', priority: 'low' })
  await add({ title: 'Choose a present for Grace', labels: ['friends'], due: on(16) })
  await add({ title: 'Renew the library card', priority: 'low' })
  await add({ title: 'Order seeds for the window boxes', labels: ['home'], due: on(9) })
  await add({ title: 'Water the tomatoes', labels: ['home'], due: on(0) })
  await add({ title: 'Read chapter four before the book club', due: on(4), labels: ['reading'] })
  await add({ title: 'Call Grace about the weekend', due: at(1, '18:30'), labels: ['friends'] })
  await add({ title: 'Measure the shelf', labels: ['home'] })
  await add({ title: 'Book train tickets to Leeds', labels: ['travel'], due: on(2) })
  await add({ title: 'Draft the talk on flying machines', priority: 'high', labels: ['work'] })
  const papers = await add({
    title: 'Send the tax papers',
    description: 'Both forms, signed, and the receipts for the desk and the chair.',
    labels: ['money'],
    due: on(1),
  })
  await ada.call('post', `/tasks/${thanked.id}/complete`)
  const agent = await connectAgent(ada)
  await agent('tasks_update_task', { taskId: papers.id, priority: 'urgent' })
  await agent('tasks_add_task', {
    title: 'Ask the dentist for a date in spring',
    labels: ['health'],
    due: on(6),
  })
  await ada.call('patch', `/tasks/${papers.id}`, { due: on(0), labels: ['money', 'home'] })
}

/** Makes a key named laptop and gives what an agent does with it over MCP. */
async function connectAgent(ada: Person) {
  const scopes = ['tasks:read', 'tasks:write', 'tasks:delete']
  const { key } = await ada.call('post', '/auth/api_keys', {
    name: 'laptop',
    scopes,
    usedBy: 'agent',
  })
  return async (name: string, input: object): Promise<void> => {
    const response = await fetch(`${ada.url}/mcp`, {
      method: 'POST',
      headers: {
        accept: 'application/json, text/event-stream',
        'content-type': 'application/json',
        authorization: `Bearer ${key}`,
      },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { name, arguments: input },
      }),
    })
    const text = await response.text()
    if (!response.ok || /"isError":\s*true/.test(text)) throw new Error(text)
  }
}

async function takePictures({ context }: Person): Promise<void> {
  const page = await context.newPage()
  await page.goto('/tasks')
  await page.getByRole('link', { name: 'Renew the library card' }).waitFor()
  await keep(page, 'tasks-light')

  await page.emulateMedia({ colorScheme: 'dark' })
  await page.goto('/tasks?view=upcoming')
  await page.getByRole('link', { name: 'Order seeds' }).waitFor()
  await keep(page, 'tasks-dark')

  await page.emulateMedia({ colorScheme: 'light' })
  await page.goto('/tasks')
  await page.getByRole('link', { name: 'Send the tax papers' }).click()
  await page.getByRole('tab', { name: 'History' }).click()
  await page.getByText('added the task').waitFor()
  await keep(page, 'task-history')

  await page.goto('/connect')
  await page.getByText('Last used').waitFor()
  await page.getByRole('textbox', { name: 'Name' }).fill('desktop')
  await page.getByRole('button', { name: 'Create key' }).click()
  await page.getByRole('tabpanel').waitFor()
  await page.getByText('See your tasks').nth(1).waitFor()
  await keep(page, 'connect-agent')
}

/** A device of its own: what a finger cannot do looks different. */
async function takePhonePicture(browser: Browser, { url, context }: Person): Promise<void> {
  const storageState = await context.storageState()
  const device = { viewport: phone, isMobile: true, hasTouch: true }
  const phoneContext = await browser.newContext({
    ...settings,
    ...device,
    baseURL: url,
    storageState,
  })
  const page = await phoneContext.newPage()
  await page.goto('/tasks')
  await page.getByRole('link', { name: 'Renew the library card' }).waitFor()
  await keep(page, 'phone')
}

/** Takes what shows on the screen, without what blinks and what the pointer lights up. */
async function keep(page: Page, name: string): Promise<void> {
  const path = join(images, `${name}.png`)
  await page.mouse.move(0, 0)
  await page.evaluate('document.activeElement?.blur(); document.fonts.ready')
  await page.screenshot({ path, animations: 'disabled', caret: 'hide' })
  const { size } = await stat(path)
  if (size > bytesMax) throw new Error(`${path} has ${size} bytes; at most ${bytesMax} are loaded`)
  console.log(`${name}.png ${Math.round(size / 1000)} kB`)
}

await main()
