import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { addTask } from '../../apps/src/tasks/operations/add-task.ts'
import { eventually, screens, test } from './browser-test.ts'

/** Calls a tool of /mcp as an agent's client does. */
async function callTool(
  url: string,
  { key, tool, input }: { key: string; tool: string; input: object },
): Promise<number> {
  const response = await fetch(`${url}/mcp`, {
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
      params: { name: tool, arguments: input },
    }),
  })
  expect(await response.text()).not.toMatch(/"isError":\s*true|"error"/)
  return response.status
}

/** Does what a shell would do with the curl snippet, on the address and key that stand in it. */
async function runCurl(snippet: string): Promise<Response> {
  const url = snippet.match(/curl (\S+)/)?.[1] ?? ''
  const authorization = snippet.match(/--header "Authorization: ([^"]+)"/)?.[1] ?? ''
  const body = snippet.match(/--json '([^']+)'/)?.[1] ?? ''
  return fetch(url, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json', accept: 'application/json' },
    body,
  })
}

const snippet = (page: Page) => page.getByRole('tabpanel').locator('code').textContent()

describe.each(screens)('On $screen', (screen) => {
  test('what an agent adds shows by itself, and its history says through which key', async ({
    visit,
    plinth,
  }) => {
    const ada = await plinth.createPerson('Ada')
    const key = await ada.key({ name: 'laptop', usedBy: 'agent' })
    const { page } = await visit({ screen, as: ada })
    await page.clock.install()
    await page.goto('/tasks')
    await page.getByRole('heading', { name: 'No open tasks' }).waitFor()
    const loads: string[] = []
    page.on('load', () => loads.push(page.url()))

    const input = { title: 'Book the dentist', priority: 'high' }
    expect(await callTool(plinth.url, { key, tool: 'tasks_add_task', input })).toBe(200)
    await page.clock.fastForward(5_000)
    await page.getByRole('link', { name: 'Book the dentist' }).click()
    expect(loads).toEqual([])

    const panel = page.getByRole('complementary', { name: 'Task 1' })
    await panel.getByRole('tab', { name: 'History' }).click()
    const history = panel.getByRole('list', { name: 'History' })
    await history.getByText("Ada through key 'laptop' added the task").waitFor()

    const change = { taskId: '1', title: 'Book the dentist for June' }
    expect(await callTool(plinth.url, { key, tool: 'tasks_update_task', input: change })).toBe(200)
    await page.clock.fastForward(5_000)
    await history.getByText("through key 'laptop' changed the task").waitFor()
    await history.getByText('Book the dentist for June').waitFor()
  })

  test('one click makes a key that works, is shown once, and stops when it is revoked', async ({
    visit,
    plinth,
  }) => {
    const ada = await plinth.createPerson('Ada')
    const { page } = await visit({ screen, as: ada })
    await page.goto('/connect')
    await page.getByText('No keys yet').waitFor()
    await page.getByRole('button', { name: 'Create key' }).click()
    await page.getByRole('heading', { name: 'Key “laptop” is ready' }).waitFor()
    const key = await page.getByRole('textbox', { name: 'Key', exact: true }).inputValue()
    expect(key).toMatch(/^plk_/)

    for (const name of ['Claude Code', 'Other MCP clients', 'TypeScript', 'curl']) {
      await page.getByRole('tab', { name }).click()
      await eventually(() => snippet(page)).toContain(key)
      expect(await snippet(page)).toContain(plinth.url)
    }
    const curl = (await snippet(page)) ?? ''
    expect((await runCurl(curl)).status).toBe(201)
    await page.getByRole('button', { name: 'I have copied it' }).click()
    await page.getByRole('button', { name: 'Create key' }).waitFor()
    expect(await page.content()).not.toContain(key)

    await page.reload()
    await page.getByRole('button', { name: 'Revoke key “laptop”' }).waitFor()
    expect(await page.content()).not.toContain(key)
    const kept = await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }])')
    expect(kept).not.toContain(key)

    await page.getByRole('button', { name: 'Revoke key “laptop”' }).click()
    const dialog = page.getByRole('dialog', { name: 'Revoke key “laptop”?' })
    await dialog.getByRole('button', { name: 'Revoke key' }).click()
    await page.getByText('Revoked', { exact: true }).waitFor()
    expect((await runCurl(curl)).status).toBe(401)
    await page.goto('/tasks')
    await page.getByRole('link', { name: 'Added by curl' }).waitFor()
  })

  test('a field that an agent changed too is asked about, and nothing is lost', async ({
    visit,
    plinth,
  }) => {
    const ada = await plinth.createPerson('Ada')
    const key = await ada.key({ name: 'laptop' })
    await ada.call(addTask, { title: 'Dinner with Grace' })
    const { page, problems } = await visit({ screen, as: ada })
    problems.allow(/status of 412 .*\/tasks\//, 'the conflict that this is about')
    await page.goto('/tasks/1')
    const title = page.getByRole('complementary', { name: 'Task 1' }).getByLabel('Title')
    await eventually(() => title.inputValue()).toBe('Dinner with Grace')
    await title.fill('Dinner with Grace at eight')
    const theirs = { taskId: '1', title: 'Dinner with Grace and Tom', priority: 'high' }
    await callTool(plinth.url, { key, tool: 'tasks_update_task', input: theirs })
    await title.press('Enter')

    const question = page.getByRole('alert', { name: 'This was changed while you were' })
    await question.getByText('Dinner with Grace at eight').waitFor()
    await question.getByText('Dinner with Grace and Tom').waitFor()
    await question.getByRole('button', { name: 'Keep mine' }).click()
    await question.waitFor({ state: 'detached' })
    await eventually(() => title.inputValue()).toBe('Dinner with Grace at eight')
    await page.getByRole('button', { name: 'Priority: High' }).waitFor()

    await page.getByRole('tab', { name: 'History' }).click()
    const history = page.getByRole('list', { name: 'History' })
    await history.getByText('Dinner with Grace and Tom').first().waitFor()
    await history.getByText('Dinner with Grace at eight').first().waitFor()
  })
})

test('Changes of different fields at the same time both stand, and nobody is asked', async ({
  visit,
  plinth,
}) => {
  const ada = await plinth.createPerson('Ada')
  const key = await ada.key({ name: 'laptop' })
  await ada.call(addTask, { title: 'Pack for the trip' })
  const { page, problems } = await visit({ as: ada })
  problems.allow(/status of 412 .*\/tasks\//, 'the server says that the task moved on')
  await page.goto('/tasks/1')
  const panel = page.getByRole('complementary', { name: 'Task 1' })
  await panel.getByLabel('Description').fill('Passport, charger')
  const input = { taskId: '1', title: 'Pack for Lisbon' }
  await callTool(plinth.url, { key, tool: 'tasks_update_task', input })
  await panel.getByLabel('Description').press('Control+Enter')
  await eventually(() => panel.getByLabel('Title').inputValue()).toBe('Pack for Lisbon')
  const stored = () =>
    plinth.sql('select title, description from tasks.task where owner_id = $1', [ada.personId])
  await eventually(stored).toEqual([{ title: 'Pack for Lisbon', description: 'Passport, charger' }])
  expect(await page.getByRole('alert').count()).toBe(0)
})

test('Whoever takes the other version keeps it, and finds their own in their hands before', async ({
  visit,
  plinth,
}) => {
  const ada = await plinth.createPerson('Ada')
  const key = await ada.key({ name: 'laptop' })
  await ada.call(addTask, { title: 'Paint the door' })
  const { page, problems } = await visit({ as: ada })
  problems.allow(/status of 412 .*\/tasks\//, 'the conflict that this is about')
  await page.goto('/tasks/1')
  const title = page.getByRole('complementary', { name: 'Task 1' }).getByLabel('Title')
  await title.fill('Paint the door green')
  const input = { taskId: '1', title: 'Paint the door blue' }
  await callTool(plinth.url, { key, tool: 'tasks_update_task', input })
  await title.press('Enter')
  await page.getByRole('button', { name: 'Take theirs' }).click()
  await eventually(() => title.inputValue()).toBe('Paint the door blue')
})
