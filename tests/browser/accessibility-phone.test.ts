import { AxeBuilder } from '@axe-core/playwright'
import { expect } from 'vitest'
import { describeAccessibility, furnish } from './accessibility.ts'
import { phone, test } from './browser-test.ts'

describeAccessibility(phone)

test('A phone’s controls are large enough to be hit', async ({ visit, plinth }) => {
  const ada = await furnish(plinth)
  const { page } = await visit({ screen: phone, as: ada })
  await page.goto('/tasks')
  await page.getByRole('link', { name: 'Send the' }).waitFor()
  const { violations } = await new AxeBuilder({ page }).withRules(['target-size']).analyze()
  expect(violations).toEqual([])
})
