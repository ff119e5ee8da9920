import { stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { remainsOf } from './inside.ts'
import {
  createInstallation,
  type Installation,
  type Running,
  type Starting,
} from './installation.ts'

// Each start is a process or two, which take their time on a busy machine.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

let installation: Installation
let running: Running[] = []

beforeAll(async () => {
  installation = await createInstallation()
})
afterAll(() => installation.remove())

beforeEach(() => {
  running = []
})
afterEach(async () => {
  for (const each of running) await each.end('SIGTERM')
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

  test('keeps its secret from everybody else, and its data folder from another start', async () => {
    await start()
    const { mode } = await stat(join(installation.dataFolder, 'secret'))
    expect(mode & 0o077).toBe(0)
    await expect(installation.start()).rejects.toThrow(/already runs/)
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

/** Starts twice in the same moment: exactly one becomes ready, and the other ends. */
async function race(on: Installation): Promise<{ winner: Running; loser: Starting }> {
  const both = [on.launch(), on.launch()]
  const ready = await Promise.allSettled(both.map((each) => each.ready))
  const winners = ready.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
  running.push(...winners)
  const losers = both.filter((_, at) => ready[at]?.status === 'rejected')
  const said = both.map((each) => each.output()).join('\n')
  expect([winners.length, losers.length], said).toEqual([1, 1])
  const [winner, loser] = [winners[0], losers[0]]
  if (!winner || !loser) throw new Error('Somebody wins and somebody loses.')
  return { winner, loser }
}

test('of two starts at once exactly one wins and the other says so, ten times', async () => {
  // A new one, so that the first time both find nothing and want to make the database.
  const contested = await createInstallation()
  try {
    for (let round = 0; round < 10; round++) {
      const { winner, loser } = await race(contested)
      expect(await loser.exitCode).toBe(1)
      expect(loser.output()).toMatch(/already runs on the data folder .+ Stop that one first/)
      expect((await fetch(`${winner.url}/ready`)).status).toBe(200)
      expect(await winner.end('SIGTERM')).toBe(0)
    }
    expect(await remainsOf(contested.dataFolder)).toEqual([])
  } finally {
    for (const each of running) await each.end('SIGTERM')
    await contested.remove()
  }
}, 600_000)
