import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { afterEach, describe, expect, it } from 'vitest'
import { invalidInput, rateLimited } from '../../errors/platform.ts'
import { done, startFakeRoad } from './fake-road.ts'

const started: { stop(): Promise<unknown> }[] = []
afterEach(async () => {
  for (const one of started.splice(0).reverse()) await one.stop()
})

async function start(answer?: Parameters<typeof startFakeRoad>[0]) {
  const server = await startFakeRoad(answer)
  started.push(server)
  return server
}

const revisions = [
  { revision: '2026-07-28', mode: { pin: '2026-07-28' } },
  { revision: '2025-11-25', mode: 'legacy' },
] as const

describe.each(revisions)('MCP, revision $revision', ({ revision, mode }) => {
  async function connect(url: string, key = 'plk_all') {
    const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } })
    const headers = { authorization: `Bearer ${key}`, 'x-request-id': 'r1' }
    await client.connect(
      new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }),
    )
    started.push({ stop: () => client.close() })
    return client
  }

  it('serves the client in the revision it asks for, and says who it is', async () => {
    const { url } = await start()
    const client = await connect(`${url}/mcp/notes`)
    expect(client.getNegotiatedProtocolVersion()).toBe(revision)
    expect(client.getServerVersion()).toEqual({
      name: 'plinth',
      title: 'Plinth: Notes',
      version: '1.2.3',
    })
    expect(client.getServerCapabilities()).toEqual({ tools: { listChanged: false } })
    expect(client.getInstructions()).toContain('Notes that are kept.')
  })
  it('lists what the scopes allow, in registry order and never what is for persons only', async () => {
    const { url } = await start()
    const names = async (path: string, key: string) =>
      (await (await connect(url + path, key)).listTools()).tools.map(({ name }) => name)
    expect(await names('/mcp', 'plk_all')).toEqual([
      'auth_get_me',
      'notes_add_note',
      'notes_get_note',
      'notes_drop_note',
    ])
    expect(await names('/mcp/notes', 'plk_all')).toEqual(['add_note', 'get_note', 'drop_note'])
    expect(await names('/mcp/notes', 'plk_read')).toEqual(['get_note'])
    expect(await names('/mcp', 'plk_none')).toEqual(['auth_get_me'])
    expect(await names('/mcp/notes', 'plk_none')).toEqual([])
  })
  it('describes a tool with its schemas and honest hints', async () => {
    const { url } = await start()
    const { tools } = await (await connect(`${url}/mcp/notes`)).listTools()
    const [add, get, drop] = tools
    expect(add).toMatchObject({
      title: 'Add note',
      description: expect.stringMatching(/^Add a note\. .*NOT_FOUND/),
      inputSchema: {
        type: 'object',
        additionalProperties: false,
        required: ['text'],
        properties: { text: { maxLength: 100 }, idempotencyKey: { type: 'string' } },
      },
      outputSchema: { type: 'object', required: ['id', 'text'] },
    })
    expect(get?.inputSchema.properties).not.toHaveProperty('idempotencyKey')
    const hints = { readOnlyHint: false, destructiveHint: false, idempotentHint: false }
    expect(add?.annotations).toEqual({ ...hints, openWorldHint: false })
    expect(get?.annotations).toEqual({
      ...hints,
      readOnlyHint: true,
      idempotentHint: true,
      openWorldHint: false,
    })
    expect(drop?.annotations).toEqual({ ...hints, destructiveHint: true, openWorldHint: true })
  })
  it('hands a call to the road as it came, without its idempotency key', async () => {
    const { url, calls } = await start(() => done(undefined, true))
    const client = await connect(`${url}/mcp/notes`)
    const result = await client.callTool({
      name: 'add_note',
      arguments: { text: 'Tom & Jerry <3 😀', idempotencyKey: 'once' },
    })
    expect(calls[0]).toMatchObject({
      operation: { name: 'notes.add_note' },
      surface: 'mcp',
      credential: { kind: 'bearer', token: 'plk_all' },
      input: { text: 'Tom & Jerry <3 😀' },
      idempotencyKey: 'once',
      requestId: 'r1',
      address: '127.0.0.1',
    })
    expect(calls[0]?.input).not.toHaveProperty('idempotencyKey')
    expect(result.structuredContent).toEqual({ id: 1, text: 'kept' })
    expect(result.content).toEqual([{ type: 'text', text: '{"id":1,"text":"kept"}' }])
    expect(result._meta).toMatchObject({ 'plinth/replayed': true })
  })
  it('coerces nothing and leaves a key among the arguments of a read to its schema', async () => {
    const { url, calls } = await start()
    const client = await connect(`${url}/mcp/notes`)
    await client.callTool({ name: 'get_note', arguments: { id: '1', idempotencyKey: 'k' } })
    expect(calls[0]?.input).toEqual({ id: '1', idempotencyKey: 'k' })
    expect(calls[0]?.idempotencyKey).toBeUndefined()
  })
  it('leaves it to the road to refuse a key that is no text', async () => {
    const { url, calls } = await start()
    const client = await connect(`${url}/mcp/notes`)
    const given = { text: 'a', idempotencyKey: 7 }
    await client.callTool({ name: 'add_note', arguments: given })
    expect(calls[0]).toMatchObject({ input: { text: 'a' }, idempotencyKey: '' })
  })
  it('answers the same for a tool that is hidden and one that does not exist', async () => {
    const { url, calls } = await start()
    const client = await connect(`${url}/mcp/notes`, 'plk_read')
    const refusal = (name: string) =>
      client.callTool({ name, arguments: {} }).catch((error) => ({
        code: error.code,
        message: String(error.message).replace(name, ''),
      }))
    const unknown = await refusal('no_such_tool')
    expect(unknown).toMatchObject({
      code: -32602,
      message: expect.stringContaining('Unknown tool'),
    })
    expect(await refusal('drop_note')).toEqual(unknown)
    expect(await refusal('share_notes')).toEqual(unknown)
    expect(calls).toHaveLength(0)
  })
  it('gives a refusal as a tool error with words, next step and problem', async () => {
    const errors = [{ field: 'text', code: 'too_big', message: 'must have at most 100 characters' }]
    const { url } = await start(() => ({
      ok: false,
      error: invalidInput({ errors }),
      limit: undefined,
    }))
    const client = await connect(`${url}/mcp/notes`)
    const result = await client.callTool({ name: 'add_note', arguments: { text: 'a' } })
    expect(result.isError).toBe(true)
    expect(result.structuredContent).toBeUndefined()
    expect(result.content).toEqual([
      {
        type: 'text',
        text: `INVALID_INPUT: ${invalidInput.title} text: must have at most 100 characters. Next: ${invalidInput.nextStep} (request r1)`,
      },
    ])
    expect(result._meta?.['plinth/problem']).toMatchObject({
      code: 'INVALID_INPUT',
      status: 422,
      errors,
      requestId: 'r1',
    })
  })
  it('says how long to wait when there were too many calls', async () => {
    const error = rateLimited({ retryAfterSeconds: 12 })
    const { url } = await start(() => ({ ok: false, error, limit: undefined }))
    const client = await connect(`${url}/mcp/notes`)
    const result = await client.callTool({ name: 'get_note', arguments: { id: 1 } })
    expect(result.content).toMatchObject([{ text: expect.stringContaining('after 12 s') }])
    expect(result._meta?.['plinth/problem']).toMatchObject({ retryAfter: 12 })
  })
  it('aborts the call when the client hangs up, and not before', async () => {
    const started = Promise.withResolvers<void>()
    const ended = Promise.withResolvers<string[]>()
    const { url } = await start(async ({ signal }) => {
      const seen: string[] = []
      signal.addEventListener('abort', () => ended.resolve([...seen, 'aborted']))
      // Two turns of the loop and a timer are enough for a body that was read to be closed.
      await new Promise((resolve) => setTimeout(resolve, 20))
      seen.push(signal.aborted ? 'aborted early' : 'ran')
      started.resolve()
      await ended.promise
      return done()
    })
    const client = await connect(`${url}/mcp/notes`)
    const hangUp = new AbortController()
    const call = client
      .callTool({ name: 'get_note', arguments: { id: 1 } }, { signal: hangUp.signal })
      .catch(() => 'gone')
    await started.promise
    hangUp.abort()
    if (mode === 'legacy') await client.close()
    expect(await ended.promise).toEqual(['ran', 'aborted'])
    expect(await call).toBe('gone')
  })
})
