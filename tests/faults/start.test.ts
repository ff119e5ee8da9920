import { readFile, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createInstallation, type Installation, type Running, signUp } from './installation.ts'

let installation: Installation
let running: Running[] = []

beforeEach(async () => {
  installation = await createInstallation()
  running = []
})
afterEach(async () => {
  for (const each of running) await each.end('SIGTERM')
  await installation.remove()
})

async function start(environment?: Record<string, string>): Promise<Running> {
  const started = await installation.start(environment)
  running.push(started)
  return started
}

describe('a start', () => {
  test('says where it is, and lets the first administrator in exactly once', async () => {
    const plinth = await start()
    const [, url, token] = plinth.output().match(/First administrator: (\S+)\/setup#(\S+)/) ?? []
    expect(url).toBe(plinth.url)
    const setUp = (email: string) =>
      fetch(`${plinth.url}/api/v1/auth/set_up`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: plinth.url },
        body: JSON.stringify({ token, email, password: 'wrought iron railing', name: 'Grace' }),
      })
    const first = await setUp('grace@example.com')
    expect(first.status).toBe(201)
    const cookie = first.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    const me = await fetch(`${plinth.url}/api/v1/auth/me`, { headers: { cookie } })
    expect(await me.json()).toMatchObject({ roles: ['platform:admin'] })
    expect((await setUp('tom@example.com')).status).toBeGreaterThanOrEqual(400)
    await plinth.end('SIGTERM')

    const again = await start()
    expect(again.output()).not.toContain('First administrator')
  })

  test('on a data folder in use says so and ends', async () => {
    await start()
    await expect(installation.start()).rejects.toThrow(/already/i)
  })

  test('keeps its secret from everybody else on the machine', async () => {
    await start()
    const { mode } = await stat(join(installation.dataFolder, 'secret'))
    expect(mode & 0o077).toBe(0)
  })

  test('takes the next port when the usual one is taken, and says so', async () => {
    const occupier = createServer()
    const isOurs = await new Promise<boolean>((resolve) => {
      occupier.once('error', () => resolve(false))
      occupier.listen(3000, '127.0.0.1', () => resolve(true))
    })
    try {
      const plinth = await start({ PORT: '' })
      expect(plinth.output()).toContain('Port 3000 is taken')
      expect(plinth.url).toMatch(/^http:\/\/localhost:300[1-9]$/)
      expect((await fetch(`${plinth.url}/health`)).status).toBe(200)
    } finally {
      if (isOurs) occupier.close()
    }
  })

  test('with a setting that is wrong names it and ends', async () => {
    await expect(installation.start({ PLINTH_PORT: '80' })).rejects.toThrow(/PLINTH_PORT/)
  })
})

describe('an end', () => {
  test('by SIGINT answers what it took, loses none of it, and leaves no database behind', async () => {
    const plinth = await start()
    const ada = await signUp(plinth.url)
    const titles = Array.from({ length: 50 }, (_, n) => `in flight ${n}`)
    const adding = titles.map(async (title) => {
      const response = await ada.add(title).catch(() => undefined)
      return { title, status: response?.status }
    })
    // The first answer shows that calls are under way.
    await Promise.race(adding)
    await plinth.end('SIGINT')
    const answers = await Promise.all(adding)
    const taken = answers.filter(({ status }) => status !== undefined)
    expect(taken.filter(({ status }) => status !== 201)).toEqual([])
    const home = await readFile(join(installation.dataFolder, 'postgres-location'), 'utf8').catch(
      () => join(installation.dataFolder, 'postgres'),
    )
    await expect(stat(join(home.trim(), 'cluster', 'postmaster.pid'))).rejects.toThrow(/ENOENT/)

    const again = await start()
    const kept = await ada.titles(again.url)
    expect(kept).toEqual(expect.arrayContaining(taken.map(({ title }) => title)))
  })

  test('by kill -9 loses nothing that was acknowledged, and the next start just works', async () => {
    const plinth = await start()
    const ada = await signUp(plinth.url)
    const acknowledged: string[] = []
    const writing = Array.from({ length: 8 }, async (_, writer) => {
      for (let n = 0; n < 200; n++) {
        const title = `writer ${writer} task ${n}`
        const response = await ada.add(title).catch(() => undefined)
        if (response?.status !== 201) return
        acknowledged.push(title)
        if (acknowledged.length === 60) void plinth.end('SIGKILL')
      }
    })
    await Promise.all(writing)
    expect(acknowledged.length).toBeGreaterThanOrEqual(60)

    const again = await start()
    const kept = await ada.titles(again.url)
    const counts = Map.groupBy(kept, (title) => title)
    for (const title of acknowledged.slice(-40)) expect(counts.get(title)?.length, title).toBe(1)
  })
})
