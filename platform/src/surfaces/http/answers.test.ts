import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { codingOf } from './compress.ts'
import { done, startFakeRoad } from './fake-road.ts'
import { send } from './raw-request-for-tests.ts'

const started: { stop(): Promise<unknown> }[] = []
afterEach(async () => {
  for (const one of started.splice(0)) await one.stop()
})
async function start(given?: Parameters<typeof startFakeRoad>[0]) {
  const road = await startFakeRoad(given)
  started.push(road)
  return { ...road, notes: `${road.url}/api/v1/notes` }
}

describe('compression', () => {
  const long = { text: 'Straße '.repeat(500) }
  it.each([
    ['br', brotliDecompressSync],
    ['gzip', gunzipSync],
  ] as const)('packs a long answer with %s', async (coding, unpack) => {
    const { notes } = await start({ answer: () => done({ output: long }) })
    const answer = await send(notes, { headers: { 'accept-encoding': coding } })
    expect(answer.headers['content-encoding']).toBe(coding)
    expect(answer.headers['content-length']).toBe(String(answer.bytes.length))
    expect(answer.headers.vary).toBe('Accept-Encoding')
    expect(answer.bytes.length).toBeLessThan(500)
    expect(JSON.parse(unpack(answer.bytes).toString('utf8'))).toEqual(long)
  })
  it('leaves short answers alone, and long ones for who cannot unpack them', async () => {
    const short = await start()
    const packed = { headers: { 'accept-encoding': 'br, gzip' } }
    expect((await send(short.notes, packed)).headers['content-encoding']).toBeUndefined()
    const { notes } = await start({ answer: () => done({ output: long }) })
    const answer = await send(notes)
    expect(answer.headers['content-encoding']).toBeUndefined()
    expect(answer.headers.vary).toBe('Accept-Encoding')
    expect(answer.json).toEqual(long)
  })
  it('leaves event streams alone: each event must leave at once', async () => {
    const { url } = await start({
      register: [
        (app) => {
          app.get('/stream', async (_request, reply) =>
            reply.header('content-type', 'text/event-stream').send(`data: ${'x'.repeat(3000)}\n\n`),
          )
        },
      ],
    })
    const answer = await send(`${url}/stream`, { headers: { 'accept-encoding': 'gzip' } })
    expect(answer.headers['content-encoding']).toBeUndefined()
  })
  it.each([
    ['br;q=0, gzip', 'gzip'],
    ['gzip;q=0.8, br;q=0.5', 'gzip'],
    ['gzip, deflate, br, zstd', 'br'],
    ['GZIP', 'gzip'],
    ['gzip;q=0', undefined],
    ['identity', undefined],
    ['bright, gzipped', undefined],
    [undefined, undefined],
  ])('understands %j as %s', (header, coding) => {
    expect(codingOf(header)).toBe(coding)
  })
})

describe('/health', () => {
  it('says that the process lives, without asking anybody', async () => {
    const { url } = await start({
      isReady: async () => {
        throw new Error('asked')
      },
      now: () => Temporal.Instant.from('2026-03-02T09:00:00Z'),
    })
    const answer = await send(`${url}/health`)
    expect(answer.status).toBe(200)
    expect(answer.json).toEqual({
      status: 'healthy',
      version: '1.2.3',
      app: 'plinth',
      service: 'plinth',
      environment: 'test',
      timestamp: '2026-03-02T09:00:00Z',
    })
  })
})

describe('/ready', () => {
  it('says that calls can be answered', async () => {
    const { url } = await start()
    const answer = await send(`${url}/ready`)
    expect(answer.status).toBe(200)
    expect(answer.json).toEqual({ status: 'ready' })
  })
  it.each([
    ['says no', async () => false],
    [
      'fails',
      async () => {
        throw new Error('connection refused')
      },
    ],
  ])('says why, and when to ask again, where the database %s', async (_what, isReady) => {
    const { url } = await start({ isReady })
    const answer = await send(`${url}/ready`)
    expect(answer.status).toBe(503)
    const reason = 'The database does not answer.'
    expect(answer.json).toEqual({ status: 'unavailable', reason })
    expect(answer.headers['retry-after']).toBe('5')
    expect(answer.text).not.toContain('refused')
  })
  it('looks at the database once for all who ask at the same time', async () => {
    let looks = 0
    const look = Promise.withResolvers<boolean>()
    const { url, app } = await start({
      isReady: () => {
        looks += 1
        return look.promise
      },
    })
    let arrived = 0
    const all = Promise.withResolvers<void>()
    app.server.on('request', () => {
      arrived += 1
      if (arrived === 5) all.resolve()
    })
    const asking = Array.from({ length: 5 }, () => send(`${url}/ready`))
    await all.promise
    look.resolve(true)
    expect((await Promise.all(asking)).map(({ status }) => status)).toEqual([
      200, 200, 200, 200, 200,
    ])
    expect(looks).toBe(1)
  })
})
