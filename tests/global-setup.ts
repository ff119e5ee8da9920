import { startTestCluster } from '@plinth/platform/testing/cluster'
import type { TestProject } from 'vitest/node'
import { apps } from '../apps/src/all.ts'

/** One PostgreSQL for the whole run; each test file works on a clone of its migrated template. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { cluster, stop } = await startTestCluster(apps)
  project.provide('cluster', cluster)
  return stop
}
