import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { addTask } from '../../apps/src/tasks/operations/add-task.ts'
import { desktop, eventually, screens, test } from './browser-test.ts'

const titles = (page: Page) => page.locator('[data-task-link]').allTextContents()
const quickAdd = (page: Page) => page.getByLabel('Task title')

async function openTasks(page: Page): Promise<void> {
  await page.goto('/tasks')
  await page.getByRole('heading', { name: 'All tasks', level: 1 }).waitFor()
}

describe.each(screens)('On $screen', (screen) => {
  test('a task is added with a due date, a priority and a label', async ({ visit, plinth }) => {
    const ada = await plinth.createPerson('Ada')
    const { page } = await visit({ screen, as: ada })
    await openTasks(page)
    await quickAdd(page).fill('Send the tax papers')
    await page.getByRole('button', { name: 'Due: no date' }).click()
    await page.getByRole('button', { name: 'Tomorrow', exact: true }).click()
    await page.getByRole('button', { name: 'Priority: Medium' }).click()
    await page.getByRole('menuitem', { name: 'Urgent' }).click()
    await page.getByRole('combobox', { name: 'Labels' }).fill('money')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Add task' }).click()

    const row = page.getByRole('listitem').filter({ hasText: 'Send the tax papers' })
    await row.waitFor()
    await row.getByText('Tomorrow').waitFor()
    await row.getByText('money').waitFor()
    await row.getByText('Urgent priority').waitFor({ state: 'attached' })
    await eventually(() => quickAdd(page).inputValue()).toBe('')
    const [task] = await plinth.sql(
      'select title, priority, labels from tasks.task where owner_id = $1',
      [ada.personId],
    )
    expect(task).toEqual({ title: 'Send the tax papers', priority: 'urgent', labels: ['money'] })
  })

  test('a task is edited, and every field saves itself', async ({ visit, plinth }) => {
    const ada = await plinth.createPerson('Ada')
    await ada.call(addTask, { title: 'Water the plnats' })
    const { page } = await visit({ screen, as: ada })
    await openTasks(page)
    await page.getByRole('link', { name: 'Water the plnats' }).click()
    const panel = page.getByRole('complementary', { name: 'Task 1' })
    await panel.getByLabel('Title').fill('Water the plants')
    await panel.getByLabel('Title').press('Enter')
    await panel.getByLabel('Description').fill('The fern twice.')
    await panel.getByLabel('Description').press('Control+Enter')
    await panel.getByRole('button', { name: 'Priority: Medium' }).click()
    await page.getByRole('menuitem', { name: 'Low' }).click()
    await panel.getByRole('button', { name: 'Priority: Low' }).waitFor()
    // A change shows before it is saved, and a page that is left saves no more.
    const priority = 'select priority from tasks.task where owner_id = $1'
    await eventually(() => plinth.sql(priority, [ada.personId])).toEqual([{ priority: 'low' }])
    await panel.getByRole('button', { name: 'Close task' }).click()
    await page.getByRole('link', { name: 'Water the plants' }).waitFor()

    await page.goto('/tasks/1')
    await eventually(() => panel.getByLabel('Title').inputValue()).toBe('Water the plants')
    expect(await panel.getByLabel('Description').inputValue()).toBe('The fern twice.')
    await panel.getByRole('button', { name: 'Priority: Low' }).waitFor()
  })

  test('a task is completed, and Undo or its checkbox reopens it', async ({ visit, plinth }) => {
    const ada = await plinth.createPerson('Ada')
    await ada.call(addTask, { title: 'Book the train' })
    const { page } = await visit({ screen, as: ada })
    await openTasks(page)
    await page.getByRole('checkbox', { name: 'Complete “Book the train”' }).click()
    await page.getByText('Completed “Book the train”').waitFor()
    await page.getByRole('heading', { name: 'No open tasks' }).waitFor()
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByRole('checkbox', { name: 'Complete “Book the train”' }).click()
    await page.getByRole('heading', { name: 'No open tasks' }).waitFor()

    await page.goto('/tasks?view=done')
    await page.getByRole('checkbox', { name: 'Reopen “Book the train”' }).click()
    await page.getByRole('heading', { name: 'Nothing is done yet' }).waitFor()
    await openTasks(page)
    await eventually(() => titles(page)).toEqual(['Book the train'])
  })

  test('a task goes to the trash and comes back, by Undo or from there', async ({
    visit,
    plinth,
  }) => {
    const ada = await plinth.createPerson('Ada')
    await ada.call(addTask, { title: 'Old idea' })
    const { page } = await visit({ screen, as: ada })
    await openTasks(page)
    const trash = page.getByRole('button', { name: 'Move to the trash: “Old idea”' })
    await trash.click()
    await page.getByText('Moved “Old idea” to the trash').waitFor()
    await page.getByRole('button', { name: 'Undo' }).click()
    await eventually(() => titles(page)).toEqual(['Old idea'])
    await trash.click()
    await page.getByRole('heading', { name: 'No open tasks' }).waitFor()

    await page.goto('/tasks?view=trash')
    await page.getByRole('button', { name: 'Restore: “Old idea”' }).click()
    await page.getByRole('heading', { name: 'The trash is empty' }).waitFor()
    await openTasks(page)
    await eventually(() => titles(page)).toEqual(['Old idea'])
  })

  test('tasks are searched, filtered and sorted, and the address keeps it', async ({
    visit,
    plinth,
  }) => {
    const ada = await plinth.createPerson('Ada')
    await ada.call(addTask, { title: 'Call the bank', labels: ['money'], priority: 'high' })
    await ada.call(addTask, { title: 'Call Grace', labels: ['friends'] })
    await ada.call(addTask, { title: 'Answer the letter', labels: ['money'] })
    const { page } = await visit({ screen, as: ada })
    await openTasks(page)
    await eventually(() => titles(page)).toEqual([
      'Answer the letter',
      'Call Grace',
      'Call the bank',
    ])

    await page.getByLabel('Filter these tasks').fill('call')
    await eventually(() => titles(page)).toEqual(['Call Grace', 'Call the bank'])
    await page.getByRole('button', { name: 'Filter by label' }).click()
    await page.getByRole('menuitem', { name: 'money' }).click()
    await eventually(() => titles(page)).toEqual(['Call the bank'])
    await page.reload()
    await eventually(() => titles(page)).toEqual(['Call the bank'])
    expect(await page.getByLabel('Filter these tasks').inputValue()).toBe('call')

    await page.getByRole('button', { name: 'Clear filters' }).click()
    await eventually(() => titles(page)).toHaveLength(3)
    await page.getByRole('button', { name: 'Filter by priority' }).click()
    await page.getByRole('menuitem', { name: 'High' }).click()
    await eventually(() => titles(page)).toEqual(['Call the bank'])
    await page.getByRole('button', { name: 'Filter by priority: High' }).click()
    await page.getByRole('menuitem', { name: 'Any priority' }).click()
    await page.getByRole('button', { name: 'Sort: Newest first' }).click()
    await page.getByRole('menuitem', { name: 'Oldest first' }).click()
    await eventually(() => titles(page)).toEqual([
      'Call the bank',
      'Call Grace',
      'Answer the letter',
    ])
  })
})

test('The keyboard alone adds, moves, opens, completes, trashes and undoes', async ({
  visit,
  plinth,
}) => {
  const ada = await plinth.createPerson('Ada')
  const { page } = await visit({ screen: desktop, as: ada })
  const { keyboard } = page
  const focused = () => page.locator(':focus').textContent()
  await openTasks(page)
  await page.getByRole('heading', { name: 'No open tasks' }).waitFor()

  await keyboard.press('n')
  await eventually(() => quickAdd(page).evaluate((field) => field.matches(':focus'))).toBe(true)
  for (const title of ['First', 'Second', 'Third']) {
    await keyboard.type(title)
    await keyboard.press('Enter')
    await page.getByRole('link', { name: title }).waitFor()
    await eventually(() => quickAdd(page).inputValue()).toBe('')
  }
  await keyboard.press('Escape')

  await keyboard.press('j')
  await eventually(focused).toBe('Third')
  await keyboard.press('j')
  await eventually(focused).toBe('Second')
  await keyboard.press('k')
  await eventually(focused).toBe('Third')
  await keyboard.press('x')
  await eventually(() => titles(page)).toEqual(['Second', 'First'])
  await eventually(focused).toBe('Second')
  await page.getByText('Completed “Third”').waitFor()
  await keyboard.press('z')
  await eventually(() => titles(page)).toEqual(['Third', 'Second', 'First'])

  await keyboard.press('ArrowDown')
  await eventually(focused).toBe('First')
  await keyboard.press('Enter')
  await page.getByRole('complementary', { name: 'Task 1' }).waitFor()
  await keyboard.press('Escape')
  await page.getByRole('complementary', { name: 'Task 1' }).waitFor({ state: 'detached' })
  await eventually(focused).toBe('First')
  await keyboard.press('Delete')
  await eventually(() => titles(page)).toEqual(['Third', 'Second'])
})

test('Undo is there at once, and waits for what it undoes', async ({ visit, plinth }) => {
  const ada = await plinth.createPerson('Ada')
  await ada.call(addTask, { title: 'Feed the cat' })
  const { page } = await visit({ screen: desktop, as: ada })
  const called: string[] = []
  const held = Promise.withResolvers<void>()
  await page.route(/\/(complete|reopen)$/, async (route) => {
    called.push(new URL(route.request().url()).pathname.split('/').at(-1) ?? '')
    await held.promise
    await route.continue()
  })
  await openTasks(page)
  await page.getByRole('link', { name: 'Feed the cat' }).focus()
  await page.keyboard.press('x')
  await page.getByText('Completed “Feed the cat”').waitFor()
  await page.keyboard.press('z')
  await page.getByText('Completed “Feed the cat”').waitFor({ state: 'hidden' })
  expect(called).toEqual(['complete'])
  held.resolve()
  await eventually(() => titles(page)).toEqual(['Feed the cat'])
  expect(called).toEqual(['complete', 'reopen'])
})

test('The labels in the navigation are the same on every page', async ({ visit, plinth }) => {
  const ada = await plinth.createPerson('Ada')
  await ada.call(addTask, { title: 'Pay the rent', labels: ['money'] })
  const due = { kind: 'date', date: '2099-01-01' } as const
  await ada.call(addTask, { title: 'See the comet', labels: ['sky'], due })
  const { page } = await visit({ screen: desktop, as: ada })
  const navigation = page.getByRole('navigation', { name: 'Tasks' })
  for (const path of ['/tasks', '/tasks?view=upcoming', '/connect', '/account']) {
    await page.goto(path)
    for (const label of ['money', 'sky']) {
      await navigation.getByRole('link', { name: label, exact: true }).waitFor()
    }
  }
})

test('The keyboard finds its own help, and every command in the palette', async ({
  visit,
  plinth,
}) => {
  const ada = await plinth.createPerson('Ada')
  await ada.call(addTask, { title: 'Paint the fence' })
  const { page } = await visit({ screen: desktop, as: ada })
  await openTasks(page)
  await page.keyboard.press('?')
  const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
  await help.getByText('Complete or reopen the task').waitFor()
  await page.keyboard.press('Escape')
  await help.waitFor({ state: 'hidden' })

  await page.keyboard.press('Control+k')
  await page.getByLabel('Search or command').fill('upcoming')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Upcoming', level: 1 }).waitFor()

  await page.keyboard.press('Control+k')
  await page.getByLabel('Search or command').fill('fence')
  await page.getByText('Search tasks for “fence”').waitFor()
  await page.keyboard.press('Enter')
  await eventually(() => titles(page)).toEqual(['Paint the fence'])
})

test('Whatever is typed shows as text, and nothing of it runs', async ({ visit, plinth }) => {
  const hostile = [
    '<img src=x onerror=alert(1)>',
    '"><svg/onload=alert(1)>',
    '</script><script>alert(1)</script>',
    '{{constructor.constructor("alert(1)")()}}',
    'javascript:alert(1)//',
    'Tom & Jerry <3 😀 &amp;',
    'שלום עולם',
  ]
  const ada = await plinth.createPerson('Ada <b>Byron</b>')
  for (const title of hostile) {
    await ada.call(addTask, { title, description: title, labels: [title.slice(0, 30)] })
  }
  const { page } = await visit({ as: ada })
  const dialogs: string[] = []
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message())
    void dialog.dismiss()
  })
  await openTasks(page)
  await eventually(() => titles(page)).toEqual(hostile.toReversed())
  await page.getByRole('button', { name: 'Account menu of Ada <b>Byron</b>' }).waitFor()
  for (const [index, title] of hostile.entries()) {
    await page.getByRole('main').getByRole('link', { name: title, exact: true }).click()
    const panel = page.getByRole('complementary', { name: `Task ${index + 1}` })
    await eventually(() => panel.getByLabel('Title').inputValue()).toBe(title)
    expect(await panel.getByLabel('Description').inputValue()).toBe(title)
    await panel.getByRole('tab', { name: 'History' }).click()
    await panel.getByRole('list', { name: 'History' }).getByText(title).first().waitFor()
  }
  await page.goto(`/tasks?q=${encodeURIComponent('<img src=x onerror=alert(1)>')}`)
  await eventually(() => titles(page)).toEqual([hostile[0]])
  expect(dialogs).toEqual([])
})
