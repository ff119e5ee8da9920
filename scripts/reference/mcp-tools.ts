import type { Tool } from '@modelcontextprotocol/server'
import { nobody } from '../../platform/src/identity/caller.ts'
import type { AnyOperation } from '../../platform/src/operation/define.ts'
import { type App, type Registry, scopeOf } from '../../platform/src/operation/registry.ts'
import type { JsonSchema } from '../../platform/src/schema/json-schema.ts'
import { createCatalogue } from '../../platform/src/surfaces/mcp/tools.ts'
import { mcpExample } from './examples.ts'
import { fieldTable } from './fields.ts'
import { code, heading, pageText, shell, table } from './markdown.ts'

/** Whoever may see every tool. */
const holder = { ...nobody, scopes: ['*'] }

interface ListedTool {
  readonly tool: Tool
  readonly operation: AnyOperation
}

function toolsOf(registry: Registry, app: App | undefined): readonly ListedTool[] {
  const catalogue = createCatalogue(registry, app)
  return catalogue.visibleTo(holder).flatMap((tool) => {
    const operation = catalogue.find(tool.name, holder)
    return operation ? [{ tool, operation }] : []
  })
}

/** docs/reference/mcp-tools.md: every tool of every endpoint. */
export async function mcpToolsPage(registry: Registry): Promise<string> {
  const own = new Map(
    registry.apps.flatMap((app) =>
      toolsOf(registry, app).map(({ tool, operation }) => [operation, { app, tool }] as const),
    ),
  )
  const all = toolsOf(registry, undefined)
  const sections = await Promise.all(
    all.map((listed) => toolSection(listed, own.get(listed.operation))),
  )
  return pageText([
    '# MCP tools',
    `Streamable HTTP at \`/mcp\` with the tools of all apps, and at an address of each app with its own,
for revisions 2026-07-28 and 2025-11-25. The credential is an API key; a list has the tools that the
scopes of the key allow. What only a person may do is no tool.`,
    table(
      ['endpoint', 'tools'],
      [
        ['`/mcp`', all.map(({ tool }) => `[${code(tool.name)}](#${tool.name})`).join(', ')],
        ...registry.apps.map((app) => [
          `\`/mcp/${app.name}\``,
          toolsOf(registry, app)
            .map(({ tool }) => code(tool.name))
            .join(', '),
        ]),
      ],
    ),
    `A refused call is a result with \`isError\`: its text says the code, what was wrong and the next step,
and \`_meta["plinth/problem"]\` has the problem document. Writes take \`idempotencyKey\` beside their
own fields. In the examples \`PLINTH_KEY\` holds an API key, and ids stand for those of your own things.`,
    ...sections,
  ])
}

async function toolSection(
  { tool, operation }: ListedTool,
  own: { readonly app: App; readonly tool: Tool } | undefined,
): Promise<string> {
  const { readOnlyHint, destructiveHint, idempotentHint, openWorldHint } = tool.annotations ?? {}
  const input = fieldTable(tool.inputSchema as JsonSchema, { side: 'input' })
  const scope = scopeOf(operation)
  return [
    heading(2, tool.name, tool.name),
    `${tool.title}. ${tool.description}`,
    table(
      ['', ''],
      [
        ['operation', `[${operation.name}](operations.md#${operation.name})`],
        ['in its app', own ? `${code(own.tool.name)} at \`/mcp/${own.app.name}\`` : 'not there'],
        ['scope', scope === undefined ? 'none is needed' : code(scope)],
        [
          'hints',
          Object.entries({ readOnlyHint, destructiveHint, idempotentHint, openWorldHint })
            .map(([name, value]) => `${name} ${value}`)
            .join(', '),
        ],
      ],
    ),
    input === '' ? 'It takes no arguments.' : input,
    `It answers what [${operation.name}](operations.md#${operation.name}) answers.`,
    shell(await mcpExample(operation)),
  ].join('\n\n')
}
