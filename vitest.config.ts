import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** Rules about the sources themselves: they need no database. */
const rules = ['tests/tidy/**/*.test.ts', 'tests/tidy.test.ts', 'tests/types.test.ts']

const platform = fileURLToPath(new URL('platform/src/', import.meta.url))

/** A run that is one of many, as in scripts/mutate.ts, is given the PostgreSQL that they share. */
const cluster = process.env.TEST_CLUSTER
const database = cluster
  ? { provide: { cluster: JSON.parse(cluster) } }
  : { globalSetup: ['./tests/global-setup.ts'] }

export default defineConfig({
  resolve: {
    // The platform beside this file, also where a copy of the repository borrows its node_modules.
    alias: [
      { find: /^@plinth\/platform$/, replacement: `${platform}index.ts` },
      { find: /^@plinth\/platform\/(.+)$/, replacement: `${platform}$1.ts` },
    ],
  },
  test: {
    pool: 'forks',
    // Each worker has a server and browsers of its own; more of them only wait for each other.
    maxWorkers: 2,
    // A mutant that hangs is told by these, and costs as much each time.
    testTimeout: cluster ? 20_000 : 60_000,
    hookTimeout: cluster ? 30_000 : 120_000,
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
          ...database,
        },
      },
    ],
    // What is left out, and why, stands in docs/quality.md; scripts/coverage.ts judges the figures.
    coverage: {
      provider: 'v8',
      include: ['platform/src/**/*.ts', 'apps/src/**/*.ts'],
      exclude: [
        '**/*.{test,test-d}.ts',
        'apps/src/{main,cli}.ts',
        '**/*-for-tests.ts',
        '**/fake-road.ts',
        'platform/src/testing.ts',
        'platform/src/testing/**',
      ],
      reportsDirectory: 'coverage/lines',
      reporter: ['json-summary', 'json'],
      reportOnFailure: true,
    },
  },
})
