import {
  type CallToolResult,
  Client,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client'
import { startTestPlinth } from '@plinth/platform/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { apps } from '../../apps/src/all.ts'
import { revisions } from './not-applicable.ts'

type Plinth = Awaited<ReturnType<typeof startTestPlinth>>

let plinth: Plinth
let ada: Awaited<ReturnType<Plinth['createPerson']>>
let grace: Awaited<ReturnType<Plinth['createPerson']>>
beforeAll(async () => {
  plinth = await startTestPlinth({ apps })
  ada = await plinth.createPerson('Ada')
  grace = await plinth.createPerson('Grace')
})
afterAll(() => plinth?.stop())

const clients: Client[] = []
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close()
})

describe.each(revisions)('the official client, revision %s', (revision) => {
  async function connect(key: string, path = '/mcp/tasks') {
    const mode = revision === '2025-11-25' ? 'legacy' : { pin: revision }
    const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } })
    const requestInit = { headers: { authorization: `Bearer ${key}` } }
    await client.connect(
      new StreamableHTTPClientTransport(new URL(plinth.url + path), { requestInit }),
    )
    expect(client.getNegotiatedProtocolVersion()).toBe(revision)
    clients.push(client)
    // The client validates what it gets against the output schemas once it knows the list.
    await client.listTools()
    return (name: string, given: Record<string, unknown> = {}) =>
      client.callTool({ name, arguments: given })
  }

  it('keeps a task from adding it to completing it', async () => {
    const call = await connect(await ada.key({}))
    const title = `Tom & Jerry <3 😀 שלום ${revision}`
    const added = await call('add_task', { title, priority: 'high', labels: ['agents'] })
    expect(added.isError).toBeFalsy()
    expect(added.structuredContent).toMatchObject({ title, priority: 'high', status: 'open' })
    const { id, number } = added.structuredContent as { id: string; number: number }

    const listed = await call('list_tasks', { status: 'open', q: revision })
    expect(listed.structuredContent).toMatchObject({ items: [{ id, number, title }] })

    const done = await call('complete_task', { taskId: String(number) })
    expect(done.structuredContent).toMatchObject({ id, status: 'done' })
    expect((await call('complete_task', { taskId: id })).structuredContent).toMatchObject({
      id,
      status: 'done',
    })
  })
  it('gives the first answer to a write that is sent again with its key', async () => {
    const call = await connect(await ada.key({}))
    const given = { title: 'Once', idempotencyKey: `once-${revision}` }
    const first = await call('add_task', given)
    const again = await call('add_task', given)
    expect(again.structuredContent).toEqual(first.structuredContent)
    expect(first._meta?.['plinth/replayed']).toBeUndefined()
    expect(again._meta?.['plinth/replayed']).toBe(true)
    const other = await call('add_task', { ...given, title: 'Twice' })
    expect(problemOf(other)).toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' })
  })
  it.each([
    ['a text for a number', 'list_tasks', { limit: '5' }, 'limit'],
    ['an unknown field', 'add_task', { title: 'A', userId: 'someone' }, 'userId'],
    ['a title that is too long', 'add_task', { title: 'a'.repeat(201) }, 'title'],
    ['a key that is no text', 'add_task', { title: 'A', idempotencyKey: 7 }, 'idempotencyKey'],
  ])('is refused %s, with the field in words', async (_, name, given, field) => {
    const call = await connect(await ada.key({}))
    const refused = await call(name, given)
    expect(refused.isError).toBe(true)
    expect(refused.structuredContent).toBeUndefined()
    expect(textOf(refused)).toMatch(/^INVALID_INPUT: .* Next: .*\(request /)
    expect(textOf(refused)).toContain(`${field}:`)
    expect(problemOf(refused)).toMatchObject({ status: 422, errors: [{ field }] })
  })
  it('cannot tell the task of another person from one that does not exist', async () => {
    const mine = await connect(await ada.key({}))
    const theirs = await connect(await grace.key({}))
    const added = await mine('add_task', { title: 'Private' })
    const { id } = added.structuredContent as { id: string }
    const nowhere = '0199b7a2-6c1e-7a3c-9f7e-2f1a4d5b6c7d'
    const words = async (taskId: string) =>
      textOf(await theirs('get_task', { taskId })).replace(/\(request .*\)/, '')
    expect(await words(id)).toBe(await words(nowhere))
    expect(await words(id)).toMatch(/^NOT_FOUND: /)
  })
  it('sees and calls no more than its key is scoped for', async () => {
    const call = await connect(await ada.key({ scopes: ['tasks:read'] }))
    await expect(call('add_task', { title: 'A' })).rejects.toMatchObject({ code: -32602 })
    expect((await call('list_tasks')).isError).toBeFalsy()
  })
  it('finds the same operations on /mcp under names that carry their app', async () => {
    const call = await connect(await ada.key({}), '/mcp')
    expect((await call('tasks_list_tasks')).isError).toBeFalsy()
    expect((await call('auth_get_me')).structuredContent).toMatchObject({ email: ada.email })
  })
  it('is given no tool name that some client would refuse the list for', async () => {
    await connect(await ada.key({}), '/mcp')
    const { tools } = (await clients.at(-1)?.listTools()) ?? { tools: [] }
    expect(tools.length).toBeGreaterThan(9)
    for (const { name } of tools) expect(name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/)
  })
  it('is not let in with a key that is unknown', async () => {
    await expect(connect('plk_unknown')).rejects.toThrow()
  })
})

function textOf({ content }: CallToolResult): string {
  const block = content[0]
  return block?.type === 'text' ? block.text : ''
}

function problemOf({ _meta }: CallToolResult): unknown {
  return _meta?.['plinth/problem']
}
