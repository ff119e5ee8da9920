import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, test } from 'vitest'
import { startTestCluster } from './cluster.ts'

test('the database of a run is gone with the run, wherever it lay', async () => {
  const { cluster, stop } = await startTestCluster([])
  const home = dirname(cluster.host)
  expect(existsSync(home)).toBe(true)
  await stop()
  expect(existsSync(home)).toBe(false)
})
