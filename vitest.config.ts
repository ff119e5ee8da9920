import { defineConfig } from 'vitest/config'

/** Rules about the sources themselves: they need no database. */
const rules = ['tests/tidy/**/*.test.ts', 'tests/tidy.test.ts', 'tests/types.test.ts']

export default defineConfig({
  test: {
    pool: 'forks',
    // Each worker has a server and browsers of its own; more of them only wait for each other.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // A test that passes at the second try hides what is wrong at the first.
    retry: 0,
    projects: [
      { extends: true, test: { name: 'rules', include: rules } },
      {
        extends: true,
        test: {
          name: 'code',
          include: [
            'platform/src/**/*.test.ts',
            'apps/src/**/*.test.ts',
            'web/src/**/*.test.{ts,tsx}',
            'tests/**/*.test.ts',
          ],
          exclude: rules,
          globalSetup: ['./tests/global-setup.ts'],
        },
      },
    ],
  },
})
