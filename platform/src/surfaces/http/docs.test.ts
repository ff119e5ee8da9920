import { afterEach, describe, expect, it } from 'vitest'
import { platformErrors } from '../../errors/platform.ts'
import { startFakeRoad } from './fake-road.ts'
import { send } from './raw-request-for-tests.ts'

const started: { stop(): Promise<unknown> }[] = []
afterEach(async () => {
  for (const one of started.splice(0)) await one.stop()
})
async function start(given?: Parameters<typeof startFakeRoad>[0]) {
  const road = await startFakeRoad(given)
  started.push(road)
  return road
}

describe('the OpenAPI document', () => {
  it.each(['/openapi.json', '/api/v1/openapi.json'])('is at %s', async (path) => {
    const { url } = await start()
    const answer = await send(url + path)
    expect(answer.status).toBe(200)
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8')
    expect(answer.headers['cache-control']).toBe('no-cache')
    expect(answer.json).toMatchObject({ openapi: '3.1.0', info: { version: '1.2.3' } })
  })
  it('is not sent again to somebody who has it', async () => {
    const { url } = await start()
    const { etag } = (await send(`${url}/openapi.json`)).headers
    const answer = await send(`${url}/openapi.json`, { headers: { 'if-none-match': etag } })
    expect(answer.status).toBe(304)
    expect(answer.text).toBe('')
    const other = await send(`${url}/openapi.json`, { headers: { 'if-none-match': '"other"' } })
    expect(other.status).toBe(200)
  })
})

describe('the docs page', () => {
  it('has all it needs at this server, and may load nothing from anywhere else', async () => {
    const { url } = await start()
    const page = await send(`${url}/docs`)
    expect(page.status).toBe(200)
    expect(page.text).toContain('<title>Plinth API</title>')
    expect(page.headers['content-security-policy']).toContain("script-src 'self';")
    expect(page.text).not.toMatch(/https?:\/\//)
    // An inline script would be stopped by the policy.
    expect(page.text).not.toMatch(/<script>|<style|\son\w+=/)
    const files = [...page.text.matchAll(/(?:href|src)="(\/docs\/assets\/[^"]+)"/g)]
    expect(files).toHaveLength(5)
    for (const [, path] of files) {
      const file = await send(url + path)
      expect(file.status, path).toBe(200)
      expect(file.bytes.length, path).toBeGreaterThan(100)
      expect(file.headers['content-type'], path).toMatch(/^(text\/(css|javascript); |image\/png)/)
    }
  })
  it.each(['/docs/', '/redoc', '/api/v1/docs'])('is where %s leads', async (path) => {
    const { url } = await start()
    const answer = await send(url + path)
    expect(answer.status).toBe(308)
    expect(answer.headers.location).toBe('/docs')
  })
})

describe('the page of error codes', () => {
  it('has an entry for every code, at the place that a problem links to', async () => {
    const { url } = await start()
    const page = await send(`${url}/docs/errors`)
    expect(page.status).toBe(200)
    for (const { code } of platformErrors) {
      expect(page.text).toContain(`<section id="${code.toLowerCase()}">`)
    }
    const problem = (await send(`${url}/nowhere`)).json
    expect(problem.type).toBe('http://localhost:3000/docs/errors#route_not_found')
  })
  it('tells the errors of the apps, too, with their text escaped', async () => {
    const { url } = await start()
    const { text } = await send(`${url}/docs/errors`)
    expect(text).toContain('<section id="note_locked">')
    expect(text).toContain('The note is locked &amp; cannot change.')
  })
})

it('shows none of this where the docs are not public', async () => {
  const { url } = await start({ environment: { PLINTH_DOCS: 'false' } })
  const paths = ['/docs', '/docs/errors', '/docs/assets/plinth.css', '/redoc', '/openapi.json']
  for (const path of [...paths, '/api/v1/openapi.json', '/api/v1/docs']) {
    expect((await send(url + path)).status, path).toBe(404)
  }
  expect((await send(`${url}/`)).json).not.toHaveProperty('documentation')
})
