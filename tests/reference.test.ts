import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createClient } from '@plinth/platform/client'
import { startTestPlinth, type TestPerson, type TestPlinth } from '@plinth/platform/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apps } from '../apps/src/all.ts'
import { everyLine, type LogEvent, logEvents } from '../platform/src/observability/events.ts'
import { errorsOf } from '../platform/src/operation/refusals.ts'
import {
  clientExample,
  exampleUrl,
  httpExample,
  mcpExample,
} from '../scripts/reference/examples.ts'
import { describedRegistry } from '../scripts/reference/installation.ts'
import { printedBy } from '../scripts/reference/markdown.ts'
import { referenceFolder, referencePages } from '../scripts/reference.ts'
import { type Contract, routes } from '../web/src/api/contract.ts'
import { hasCurl, runByFetch, runInShell, shellWords } from './curl.ts'

const root = join(import.meta.dirname, '..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')

let plinth: TestPlinth
let ada: TestPerson
let key: string
beforeAll(async () => {
  plinth = await startTestPlinth({ apps })
  ada = await plinth.createPerson('Ada')
  key = await ada.key()
})
afterAll(() => plinth.stop())

describe('docs/reference', () => {
  test('is what the registry, the schemas and the definitions say now', async () => {
    const pages = await referencePages()
    expect(readdirSync(referenceFolder).sort()).toEqual([...pages.keys()].sort())
    for (const [name, text] of pages) {
      const committed = read(`docs/reference/${name}`)
      expect(committed, `${name} is out of date. To print it anew: ${printedBy}`).toBe(text)
    }
  })

  test('has an entry for every code at the place where its problem’s type ends', () => {
    const page = read('docs/reference/errors.md')
    const codes = errorsOf(plinth.server.registry).map(({ kind }) => kind.code)
    const entries = [...page.matchAll(/^<a id="(\w+)"><\/a>\n\n## (\w+)$/gm)]
    expect(entries.map(([, , code]) => code)).toEqual(codes)
    for (const [, anchor, code = ''] of entries) expect(anchor).toBe(code.toLowerCase())
  })
})

/** Every link of a page that leads somewhere in the repository and nowhere. */
function brokenLinks(path: string): readonly string[] {
  const links = [...read(path).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target)
  return links.filter((link) => {
    if (/^https?:/.test(link)) return false
    const [file = '', anchor] = link.split('#')
    const target = file === '' ? path : join(dirname(path), file)
    if (!existsSync(join(root, target))) return true
    return anchor !== undefined && !anchorsOf(target).has(anchor)
  })
}

/** Where links into a page can lead: named places, and headings as GitHub names them. */
function anchorsOf(path: string): ReadonlySet<string> {
  const text = read(path)
  const named = [...text.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id)
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, words = '']) =>
    words
      .toLowerCase()
      .replaceAll(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  )
  return new Set([...named, ...headings])
}

const pages = readdirSync(referenceFolder).map((name) => `docs/reference/${name}`)

test.each(['AGENTS.md', 'README.md', ...pages])('no link of %s leads nowhere', (path) => {
  expect(brokenLinks(path)).toEqual([])
})

const operations = describedRegistry().operations
const tools = operations.filter(({ actors }) => actors === 'any')

/** The input of an operation's example, with real things of a person. */
async function realInput(name: string, person: TestPerson): Promise<Record<string, unknown>> {
  const operation = plinth.server.registry.find(name)
  if (!operation) throw new Error(`${name} is not served.`)
  const kit = plinth.exampleKit({ person, other: person })
  const input = (await operation.example(kit)) as Record<string, unknown>
  if (name !== 'auth.set_up') return input
  // The one example that needs what only the terminal has, and an installation that is new.
  await plinth.sql('delete from identity.role_grant')
  return { ...input, token: plinth.server.setupUrl?.split('#')[1] }
}

function section(page: string, name: string): string {
  const parts = read(`docs/reference/${page}`).split('<a id="')
  return parts.find((part) => part.startsWith(`${name}">`)) ?? ''
}

const ways = [
  ...(hasCurl ? ([['a shell with curl', runInShell]] as const) : []),
  ['fetch', runByFetch],
] as const

describe.each(ways)('a command of the reference, run by %s', (_, run) => {
  const runAs = (person: TestPerson, command: string) =>
    run(command.replaceAll(exampleUrl, plinth.url), {
      variables: { PLINTH_KEY: key, PLINTH_SESSION: person.cookie.split('=')[1] ?? '' },
    })

  test.each(operations.map((operation) => [operation.name, operation] as const))(
    'calls %s, which answers as the page says',
    async (name, operation) => {
      const text = section('operations.md', name)
      expect(text).toContain(`\`\`\`sh\n${await httpExample(operation)}\n\`\`\``)
      const status = Number(/answers `(\d+)`/.exec(text)?.[1])
      // Signing out ends the session, so it has one of its own.
      const person = operation.actors === 'person' ? await plinth.createPerson('Grace') : ada
      const command = await httpExample(operation, await realInput(name, person))
      const answer = await runAs(person, command)
      expect(answer.status, `${command}\n${answer.body}`).toBe(status)
      const output = operation.output.safeParse(JSON.parse(answer.body))
      expect(output.error).toBe(undefined)
    },
  )

  test.each(tools.map((operation) => [operation.name, operation] as const))(
    'calls the tool of %s, which answers without an error',
    async (name, operation) => {
      const text = section('mcp-tools.md', name.replace('.', '_'))
      expect(text).toContain(`\`\`\`sh\n${await mcpExample(operation)}\n\`\`\``)
      const command = await mcpExample(operation, await realInput(name, ada))
      const answer = await runAs(ada, command)
      expect(answer.status, command).toBe(200)
      const { result } = JSON.parse(answer.body)
      expect(result?.isError, answer.body).toBe(undefined)
      expect(operation.output.safeParse(result.structuredContent).error).toBe(undefined)
    },
  )
})

test.each(tools.map((operation) => [operation.name, operation] as const))(
  'the typed call of %s in the reference works',
  async (name, operation) => {
    expect(section('operations.md', name)).toContain(await clientExample(operation))
    const client = createClient<Contract>({ baseUrl: plinth.url, routes, key })
    const call = await clientExample(operation, await realInput(name, ada))
    const output = await runScript(call, client)
    expect(operation.output.safeParse(output).error).toBe(undefined)
  },
)

/** Runs one line of a page, as somebody would who pastes it below the line that makes the client. */
function runScript(text: string, client: object): Promise<unknown> {
  const run: (client: object) => Promise<unknown> = new Function(
    'client',
    `return (async () => ${text})()`,
  ) as never
  return run(client)
}

test('the tools of the reference are those that each endpoint lists to whoever holds all scopes', async () => {
  const rows = [...read('docs/reference/mcp-tools.md').matchAll(/^\| `(\/mcp[^`]*)` \| (.*) \|$/gm)]
  expect(rows.length).toBe(plinth.server.registry.apps.length + 1)
  for (const [, path = '', names = ''] of rows) {
    const response = await fetch(plinth.url + path, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        accept: 'application/json, text/event-stream',
        'content-type': 'application/json',
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} }),
    })
    const { result } = (await response.json()) as { result: { tools: { name: string }[] } }
    const told = [...names.matchAll(/`(\w+)`/g)].map(([, name]) => name)
    expect(
      result.tools.map(({ name }) => name),
      path,
    ).toEqual(told)
  }
})

test('every line that these calls left in the log is in the catalogue, with its level and fields', async () => {
  // One of each kind that a client can cause.
  await fetch(`${plinth.url}/nowhere`)
  await fetch(`${plinth.url}/api/v1/auth/me?nonsense=1`, {
    headers: { authorization: `Bearer ${key}`, 'x-correlation-id': 'all-of-it' },
  })
  const known = new Map<string, LogEvent>(Object.entries(logEvents))
  const texts = new Set(plinth.logs.map(({ message }) => String(message)))
  expect([...texts].sort()).toEqual(expect.arrayContaining(['call done', 'request refused']))
  for (const line of plinth.logs) {
    const event = known.get(String(line.message))
    expect(event?.level, String(line.message)).toBe(line.level)
    const allowed = new Set<string>([...everyLine, ...(event?.fields ?? [])])
    expect(Object.keys(line).filter((field) => !allowed.has(field))).toEqual([])
  }
})

test('every link of /llms.txt answers', async () => {
  const text = await (await fetch(`${plinth.url}/llms.txt`)).text()
  const links = [...text.matchAll(/\]\((http[^)\s]+)\)/g)].map(
    ([, link = '']) => link.split('#')[0],
  )
  expect(links.length).toBeGreaterThan(operations.length)
  for (const link of new Set(links)) {
    expect((await fetch(link ?? '')).status, link).toBe(200)
  }
  for (const { title, summary } of apps) expect(text).toContain(`- ${title}: ${summary}\n`)
})

describe('AGENTS.md', () => {
  const text = read('AGENTS.md')
  test('names only files and folders that are there', () => {
    const form = /`((?:platform|apps|web|tests|scripts|docs)\/[\w./-]*)`/g
    const paths = [...text.matchAll(form)].map(([, path = '']) => path)
    expect(paths.length).toBeGreaterThan(10)
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([])
  })
  test('names only commands that are there', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    const named = [...text.matchAll(/`npm run (\w+)/g)].map(([, name = '']) => name)
    expect(named.filter((name) => !(name in scripts))).toEqual([])
    const started = [...text.matchAll(/launch\.mjs ([\w./-]+)/g)].map(([, path = '']) => path)
    expect(started.filter((path) => !existsSync(join(root, path)))).toEqual([])
  })
})

test('words of a command are read as a shell reads them, and what it might run is refused', () => {
  const variables = { KEY: 'plk_1' }
  const command = `curl --data 'a "b" $KEY\nc' \\\n  "x $KEY" 'it'\\''s' plain`
  expect(shellWords(command, variables)).toEqual([
    'curl',
    '--data',
    'a "b" $KEY\nc',
    'x plk_1',
    "it's",
    'plain',
  ])
  for (const bad of ['curl `id`', 'curl $(id)', 'curl x; id', 'curl "`id`"', 'curl x | sh']) {
    expect(() => shellWords(bad, variables)).toThrow('A shell would')
  }
})
