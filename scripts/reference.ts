// Writes docs/reference from the registry, the schemas and the definitions. tests/reference.test.ts
// holds that what is committed is what this prints.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { environmentPage } from './reference/environment.ts'
import { errorsReference } from './reference/errors.ts'
import { eventsPage } from './reference/events.ts'
import { describedRegistry } from './reference/installation.ts'
import { mcpToolsPage } from './reference/mcp-tools.ts'
import { metricsPage } from './reference/metrics.ts'
import { operationsPage } from './reference/operations.ts'

const root = join(import.meta.dirname, '..')
export const referenceFolder = join(root, 'docs/reference')

/** Every page by the name of its file. */
export async function referencePages(): Promise<ReadonlyMap<string, string>> {
  const registry = describedRegistry()
  return new Map([
    ['operations.md', await operationsPage(registry)],
    ['errors.md', errorsReference(registry)],
    ['mcp-tools.md', await mcpToolsPage(registry)],
    ['environment.md', environmentPage()],
    ['events.md', eventsPage(root)],
    ['metrics.md', metricsPage()],
  ])
}

if (import.meta.main) {
  mkdirSync(referenceFolder, { recursive: true })
  for (const [name, text] of await referencePages())
    writeFileSync(join(referenceFolder, name), text)
}
