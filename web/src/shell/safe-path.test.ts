import { expect, test } from 'vitest'
import { safePath } from './safe-path.ts'

// A link to our sign-in page must not be able to send somebody who trusts it to another site.
test.each([
  '//evil.example',
  '/\\evil.example',
  'https://evil.example',
  'javascript:alert(1)',
  '',
  undefined,
  3,
])('signing in with next %j leads to the tasks', (next) => {
  expect(safePath(next)).toBe('/tasks')
})

test('signing in leads back to the page that asked for it', () => {
  expect(safePath('/tasks/3?view=today')).toBe('/tasks/3?view=today')
})

test('signing in does not lead back to the sign-in page', () => {
  expect(safePath('/sign-in?next=/tasks')).toBe('/tasks')
})
