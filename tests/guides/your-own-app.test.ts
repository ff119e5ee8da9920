import { readFileSync } from 'node:fs'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchChromium } from '../browser/chromium.ts'
import { signUp } from '../faults/installation.ts'
import { createFollower, type Follower, type Hands } from './follower.ts'
import { readGuide } from './guide.ts'
import { makeScratchCopy, type ScratchCopy } from './scratch-copy.ts'

// Somebody clones Plinth and does what the guide says, block by block and to the letter. What is
// printed there must be what comes. Each step is a test, so that the one that no longer works has its
// name in the report.

const guide = readFileSync(new URL('../../docs/guides/your-own-app.md', import.meta.url), 'utf8')
const steps = readGuide(guide)

let copy: ScratchCopy
let follower: Follower

beforeAll(async () => {
  copy = await makeScratchCopy()
  follower = createFollower(copy, supply)
})
afterAll(async () => {
  await follower.end()
  await copy.remove()
})

/** Does in the place of the reader's browser what the guide lets them do there. */
async function supply(name: string, { origin, answer }: Hands): Promise<string> {
  if (name === 'PLANT') return (answer as { readonly id: string }).id
  if (name !== 'PLINTH_KEY') throw new Error(`Nobody knows what to put into ${name}.`)
  const { cookie } = await signUp(origin)
  const made = await fetch(`${origin}/api/v1/auth/api_keys`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin, cookie },
    body: JSON.stringify({ name: 'laptop', scopes: await plantScopes(), usedBy: 'script' }),
  })
  return ((await made.json()) as { readonly key: string }).key
}

/** The scopes that the form offers for plants: those of the contract that the guide lets print. */
async function plantScopes(): Promise<readonly string[]> {
  const contract = await copy.read('web/src/api/contract.ts')
  return [...contract.matchAll(/scope: '(plants:[a-z]+)'/g)].map(([, scope]) => scope ?? '')
}

describe('Your own app', { timeout: 600_000 }, () => {
  let failed: string | undefined
  const follow = async (title: string, run: () => Promise<void>) => {
    if (failed !== undefined) throw new Error(`Not reached, because "${failed}" failed.`)
    failed = title
    await run()
    failed = undefined
  }

  test('the guide has its ten steps and is short enough for fifteen minutes', () => {
    expect(steps.map(({ title }) => title.split(':')[0])).toEqual(
      Array.from({ length: 10 }, (_, index) => `Step ${index + 1}`),
    )
    const files = steps.flatMap(({ blocks }) => blocks.filter(({ kind }) => kind === 'file'))
    const lengths = files.map(({ text }) => text.trimEnd().split('\n').length)
    expect(Math.max(...lengths)).toBeLessThanOrEqual(60)
  })

  test.each(steps)('$title', (step) => follow(step.title, () => follower.follow(step)))

  test('is all there over HTTP and over MCP, and nobody else sees it', () =>
    follow('what there is in the end', async () => {
      const origin = follower.origin()
      const document = (await (await fetch(`${origin}/openapi.json`)).json()) as {
        readonly paths: Readonly<Record<string, object>>
      }
      const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
        Object.keys(methods).map((method) => `${method} ${path}`),
      )
      const reference = await copy.read('docs/reference/operations.md')
      expect(reference).toContain('plants.water_plant')
      expect(routes).toEqual(
        expect.arrayContaining([
          'post /api/v1/plants',
          'get /api/v1/plants',
          'post /api/v1/plants/{plantId}/water',
          'get /api/v1/plants/{plantId}/log',
        ]),
      )
      const client = new Client({ name: 'test', version: '1' })
      const headers = { authorization: `Bearer ${follower.variable('PLINTH_KEY')}` }
      await client.connect(
        new StreamableHTTPClientTransport(new URL('/mcp', origin), { requestInit: { headers } }),
      )
      const { tools } = await client.listTools()
      expect(tools.map(({ name }) => name).filter((name) => name.startsWith('plants_'))).toEqual([
        'plants_add_plant',
        'plants_list_plants',
        'plants_water_plant',
        'plants_get_plant_log',
      ])
      const plantId = follower.variable('PLANT')
      const call = { name: 'plants_water_plant', arguments: { plantId, soilIsDry: true } }
      const watered = await client.callTool(call)
      expect(watered.structuredContent).toMatchObject({ id: plantId, version: 3 })
      await client.close()

      const stranger = await signUp(origin)
      const asStranger = { headers: { cookie: stranger.cookie } }
      const list = await fetch(`${origin}/api/v1/plants`, asStranger)
      expect(await list.json()).toEqual({ items: [], nextCursor: null })
      const log = await fetch(`${origin}/api/v1/plants/${plantId}/log`, asStranger)
      expect(log.status).toBe(404)
    }))

  test('has the page that the guide describes', () =>
    follow('the page', async () => {
      const { cookie: newcomer } = await signUp(follower.origin())
      const browser = await launchChromium()
      try {
        await seePage(await openAs(browser, newcomer))
      } finally {
        await browser.close()
      }
    }))
})

async function openAs(browser: Browser, session: string): Promise<Page> {
  const context = await browser.newContext({
    baseURL: follower.origin(),
    locale: 'en-GB',
    reducedMotion: 'reduce',
  })
  context.setDefaultTimeout(30_000)
  const [name = '', value = ''] = session.split('=')
  await context.addCookies([{ name, value, url: follower.origin() }])
  const page = await context.newPage()
  await page.goto('/')
  return page
}

/** A word that the guide promises to be on the screen. */
function promised(words: string): string {
  expect(guide.replaceAll('\n', ' '), 'the guide').toContain(`*${words}*`)
  return words
}

async function seePage(page: Page): Promise<void> {
  await page.getByRole('button', { name: `Switch app, now ${promised('Tasks')}` }).click()
  await page.getByRole('menuitem', { name: promised('Plants') }).click()
  await page.getByText(promised('No plants yet')).waitFor()
  expect(new URL(page.url()).pathname).toBe('/plants')

  await page.keyboard.press('n')
  await page.locator('#plant-name:focus').waitFor()
  await page.keyboard.type('Fern')
  await page.keyboard.press('Enter')
  const fern = page.getByRole('group', { name: 'Fern' })
  await fern.getByText(promised('wants water in 7 days')).waitFor()

  // All answers are held back: what the row says meanwhile, it says before the server has spoken.
  const held = Promise.withResolvers<void>()
  await page.clock.install()
  await page.clock.fastForward('48:00:00')
  await page.reload()
  await fern.getByText('wants water in 5 days').waitFor()
  await page.route('**/api/v1/plants**', async (route) => {
    await held.promise
    await route.continue()
  })
  await fern.getByRole('button', { name: promised('Water'), exact: true }).click()
  await fern.getByText('wants water in 7 days').waitFor()
  held.resolve()
  await page.getByText(promised('“Fern” got no water')).waitFor()
  await fern.getByText('wants water in 5 days').waitFor()

  const watered = page.waitForResponse((answer) => answer.url().endsWith('/water') && answer.ok())
  await fern.getByRole('button', { name: promised('The soil is dry: water') }).click()
  await watered

  // Its address is a page of its own, and the navigation has it.
  await page.reload()
  await page.getByRole('navigation', { name: 'Plants' }).getByRole('link').waitFor()
}
