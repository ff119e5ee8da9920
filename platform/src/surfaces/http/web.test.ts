import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startFakeRoad } from './fake-road.ts'
import { send } from './raw-request-for-tests.ts'

let webFolder = ''
const script = `console.log(${'1+'.repeat(2_000)}1)`
beforeAll(async () => {
  webFolder = await mkdtemp(join(tmpdir(), 'plinth-web-'))
  await mkdir(join(webFolder, 'assets'))
  await writeFile(
    join(webFolder, 'index.html'),
    '<title>Plinth</title><script nonce="__CSP_NONCE__"></script><style nonce="__CSP_NONCE__">',
  )
  await writeFile(join(webFolder, 'favicon.svg'), '<svg/>')
  await writeFile(join(webFolder, 'assets', 'main-abc123.js'), script)
  await writeFile(join(webFolder, 'assets', 'packed-abc123.js'), script)
  await writeFile(join(webFolder, 'assets', 'packed-abc123.js.gz'), gzipSync(script))
})
afterAll(() => rm(webFolder, { recursive: true }))

const started: { stop(): Promise<unknown> }[] = []
afterEach(async () => {
  for (const one of started.splice(0)) await one.stop()
})
async function start(folder: string | undefined = webFolder) {
  const road = await startFakeRoad({ webFolder: folder, clientRoutes: ['tasks', 'sign-in'] })
  started.push(road)
  return road
}
const browser = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' }

describe('the page', () => {
  it.each([
    ['/', 200],
    ['/tasks', 200],
    ['/tasks/3?view=x', 200],
    ['/sign-in', 200],
    ['/nothing', 404],
    ['/nothing/tasks', 404],
  ])('is what a browser gets at %s, with status %i', async (path, status) => {
    const { url } = await start()
    const answer = await send(url + path, { headers: browser })
    expect(answer.status).toBe(status)
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(answer.text).toContain('<title>Plinth</title>')
  })
  it('has a fresh nonce each time, the one that its policy names', async () => {
    const { url } = await start()
    const nonces = []
    for (let visit = 0; visit < 2; visit += 1) {
      const { text, headers } = await send(`${url}/tasks`, { headers: browser })
      const [first, second] = [...text.matchAll(/nonce="([^"]+)"/g)].map((match) => match[1])
      expect(first).toMatch(/^[A-Za-z0-9+/]{22}==$/)
      expect(second).toBe(first)
      expect(headers['content-security-policy']).toBe(
        `default-src 'self'; script-src 'self' 'nonce-${first}'; style-src 'self' ` +
          `'nonce-${first}'; img-src 'self' data:; connect-src 'self'; font-src 'self'; ` +
          "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
      )
      nonces.push(first)
    }
    expect(nonces[0]).not.toBe(nonces[1])
  })
  it.each(['/api/nothing', '/mcp/nothing', '/docs/nothing', '/assets/nothing.js'])(
    'is not what %s gives, whoever asks',
    async (path) => {
      const { url } = await start()
      const answer = await send(url + path, { headers: browser })
      expect(answer.status).toBe(404)
      expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/)
    },
  )
  it('is not for programs, nor for what is posted', async () => {
    const { url } = await start()
    expect((await send(`${url}/tasks`)).json.code).toBe('ROUTE_NOT_FOUND')
    expect((await send(`${url}/tasks`, { method: 'POST', headers: browser })).status).toBe(404)
  })
})

describe('the root', () => {
  it.each([undefined, '*/*', 'application/json', 'application/json, text/html;q=0.5'])(
    'tells a program that accepts %j where everything is',
    async (accept) => {
      const { url } = await start()
      const answer = await send(`${url}/`, { headers: accept === undefined ? {} : { accept } })
      expect(answer.json).toEqual({
        name: 'Plinth',
        version: '1.2.3',
        documentation: 'http://localhost:3000/docs',
        openapi: 'http://localhost:3000/openapi.json',
        api: 'http://localhost:3000/api/v1',
        mcp: 'http://localhost:3000/mcp',
        health: 'http://localhost:3000/health',
      })
    },
  )
  it.each(['/nowhere', undefined])(
    'tells a browser so where no web was built (%s)',
    async (folder) => {
      const road = await startFakeRoad({ webFolder: folder })
      started.push(road)
      const answer = await send(`${road.url}/`, { headers: browser })
      expect(answer.json.name).toBe('Plinth')
      expect((await send(`${road.url}/tasks`, { headers: browser })).status).toBe(404)
    },
  )
})

describe('files', () => {
  it('with their hash in the name are kept for a year, others are asked for again', async () => {
    const { url } = await start()
    const asset = await send(`${url}/assets/main-abc123.js`)
    expect(asset.status).toBe(200)
    expect(asset.text).toBe(script)
    expect(asset.headers['cache-control']).toBe('public, max-age=31536000, immutable')
    const icon = await send(`${url}/favicon.svg`)
    expect(icon.headers['cache-control']).toBe('public, no-cache')
    expect(icon.headers['content-type']).toMatch(/^image\/svg\+xml/)
  })
  it('come packed, by what was packed before or packed now', async () => {
    const { url } = await start()
    const headers = { 'accept-encoding': 'gzip' }
    const packed = await send(`${url}/assets/packed-abc123.js`, { headers })
    expect(packed.headers['content-encoding']).toBe('gzip')
    expect(packed.headers['content-length']).toBe(String(gzipSync(script).length))
    const now = await send(`${url}/assets/main-abc123.js`, { headers })
    expect(now.headers['content-encoding']).toBe('gzip')
    expect(now.bytes.length).toBeLessThan(script.length / 2)
  })
  it('that are removed while the server runs are not found, and are not kept as such', async () => {
    const { url } = await start()
    const path = join(webFolder, 'assets', 'main-abc123.js')
    await rm(path)
    try {
      for (const method of ['GET', 'HEAD']) {
        const gone = await send(`${url}/assets/main-abc123.js`, { method })
        expect(gone.status, method).toBe(404)
        expect(gone.headers['cache-control']).toBe('no-store')
      }
      const posted = await send(`${url}/assets/main-abc123.js`, { method: 'POST' })
      expect(posted.status).toBe(405)
      expect(posted.headers.allow).toBe('GET, HEAD, OPTIONS')
    } finally {
      await writeFile(path, script)
    }
  })
  it('do not include the page without its nonce, nor what lies outside', async () => {
    const { url } = await start()
    for (const path of ['/index.html', '/assets/packed-abc123.js.gz', '/assets/..%2findex.html']) {
      expect((await send(url + path)).status, path).toBe(404)
    }
  })
})
