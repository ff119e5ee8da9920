export interface Snippet {
  readonly id: string
  readonly title: string
  /** What to do with it. */
  readonly hint: string
  readonly text: string
}

interface SnippetInput {
  /** Where Plinth is open, for example `http://localhost:3000`. */
  readonly origin: string
  readonly key: string
}

/** Ready texts that connect something through a key. A key has no character that needs quoting. */
export function snippetsOf({ origin, key }: SnippetInput): Snippet[] {
  const servers = {
    mcpServers: {
      plinth: { type: 'http', url: `${origin}/mcp`, headers: { Authorization: `Bearer ${key}` } },
    },
  }
  return [
    {
      id: 'claude',
      title: 'Claude Code',
      hint: 'Run this once in a terminal; then ask Claude to add a task.',
      text:
        `claude mcp add --transport http plinth ${origin}/mcp \\\n` +
        `  --header "Authorization: Bearer ${key}"`,
    },
    {
      id: 'json',
      title: 'Other MCP clients',
      hint: 'Put this into the client’s MCP settings, often a file named mcp.json.',
      text: JSON.stringify(servers, null, 2),
    },
    {
      id: 'curl',
      title: 'curl',
      hint: 'Adds a task from a terminal.',
      text:
        `curl ${origin}/api/v1/tasks \\\n` +
        `  --header "Authorization: Bearer ${key}" \\\n` +
        `  --json '{"title": "Added by curl"}'`,
    },
    {
      id: 'typescript',
      title: 'TypeScript',
      hint: 'Adds a task from any program with fetch.',
      text: typescriptOf(origin, key),
    },
  ]
}

function typescriptOf(origin: string, key: string): string {
  return `const response = await fetch('${origin}/api/v1/tasks', {
  method: 'POST',
  headers: {
    'authorization': 'Bearer ${key}',
    'content-type': 'application/json',
    // The same key on a retry makes sure that the task is added once.
    'idempotency-key': crypto.randomUUID(),
  },
  body: JSON.stringify({ title: 'Added by a script' }),
})
const task = await response.json()
if (!response.ok) throw new Error(task.detail)
console.log(\`Task \${task.number}: \${task.title}\`)`
}
