import { afterEach, describe, expect, it } from 'vitest'
import { platformErrors } from '../../errors/platform.ts'
import { errorsOf } from '../../operation/refusals.ts'
import { registry, startFakeRoad } from './fake-road.ts'
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
  it('says when each is given, whether waiting helps, and which operations answer it', async () => {
    const { url } = await start()
    const { text } = await send(`${url}/docs/errors`)
    const entry = (code: string) => text.split('<section id="').find((one) => one.startsWith(code))
    expect(entry('note_locked"')).toMatch(/is refused again[\s\S]*by<\/strong> notes.change_note\./)
    expect(entry('rate_limited"')).toMatch(/may succeed[\s\S]*by<\/strong> every operation\./)
    expect(entry('host_not_allowed"')).toMatch(/no operation: it is refused before one is called/)
    const onlyOpen = 'every operation but auth.sign_in.'
    expect(entry('unauthenticated"')).toContain(`There is no cookie and no key`)
    expect(entry('unauthenticated"')).toContain(onlyOpen)
  })
})

describe('where the docs are not public', () => {
  const hidden = { PLINTH_DOCS: 'false' }
  it('shows nothing of them', async () => {
    const { url } = await start({ environment: hidden })
    const paths = ['/docs', '/docs/assets/plinth.js', '/redoc', '/openapi.json', '/llms.txt']
    for (const path of [...paths, '/api/v1/openapi.json', '/api/v1/docs']) {
      expect((await send(url + path)).status, path).toBe(404)
    }
    expect((await send(`${url}/`)).json).not.toHaveProperty('documentation')
  })
  it('still explains every code where a problem leads, and names no operation', async () => {
    const { url } = await start({ environment: hidden })
    const problem = (await send(`${url}/nowhere`)).json
    const target = new URL(String(problem.type))
    const page = await send(url + target.pathname)
    expect(page.status).toBe(200)
    for (const { kind } of errorsOf(registry)) {
      expect(page.text).toContain(`<section id="${kind.code.toLowerCase()}">`)
    }
    expect(page.text).toContain(`<section id="${target.hash.slice(1)}">`)
    for (const { name } of registry.operations) expect(page.text).not.toContain(name)
    const links = [...page.text.matchAll(/(?:href|src)="(\/[^"]*)"/g)].map(([, path]) => path)
    expect(links).toHaveLength(2)
    for (const path of links) expect((await send(url + path)).status, path).toBe(200)
  })
})

describe('the page for language models', () => {
  it('has the form of llmstxt.org', async () => {
    const { url } = await start()
    const { text, headers } = await send(`${url}/llms.txt`)
    expect(headers['content-type']).toBe('text/plain; charset=utf-8')
    const [opening = '', ...sections] = text.split(/^## /m)
    expect(opening).toMatch(/^# Plinth\n\n> .+\n> .+\n\n/)
    expect(opening).not.toMatch(/\n#/)
    expect(sections.map((section) => section.split('\n')[0])).toEqual([
      'Descriptions',
      'Accounts',
      'Notes',
    ])
    for (const section of sections) {
      const [, empty, ...lines] = section.trimEnd().split('\n')
      expect(empty).toBe('')
      for (const line of lines) expect(line).toMatch(/^- \[[^\]]+\]\(http[^)\s]+\): .+$/)
    }
  })
  it('says of every operation how to call it, in place of leaving one out', async () => {
    const { url } = await start()
    const { text } = await send(`${url}/llms.txt`)
    const document = (await send(`${url}/openapi.json`)).json
    for (const { name, summary } of registry.operations) {
      const link = new RegExp(`^- \\[${name}\\]\\(([^)]+)\\): ${summary} `, 'm').exec(text)?.[1]
      const pointer = decodeURI(new URL(link ?? '').hash.slice(1))
      let found: unknown = document
      for (const part of pointer.slice(1).split('/')) {
        found = (found as Record<string, unknown>)[part.replaceAll('~1', '/')]
      }
      expect(found).toMatchObject({ operationId: name })
    }
    expect(text).toContain('`PATCH /api/v1/notes/{noteId}`, tool `notes_change_note`')
    expect(text).toContain('`POST /api/v1/auth/sign_in`, open to anyone')
  })
})
