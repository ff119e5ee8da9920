import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { createInstallation, type Running, signUp } from './installation.ts'
import {
  type Approach,
  ask,
  type ExternalPostgres,
  startExternalPostgres,
} from './outage-external.ts'

// An external database that is away when Plinth starts, or goes away while it stops. Real processes:
// what they print and how they end is the point.

// Some of them wait for what hangs, on a machine that may be busy.
vi.setConfig({ testTimeout: 180_000 })

let external: ExternalPostgres

beforeAll(async () => {
  external = await startExternalPostgres()
})
afterAll(() => external.stop())

function expectNoSecrets(output: string): void {
  expect(external.passwords.filter((password) => output.includes(password))).toEqual([])
  expect(output).not.toMatch(/postgres(ql)?:\/\//)
}

/** Starts where the database is away, and gives what was said. */
async function startInVain(environment: Readonly<Record<string, string>>): Promise<string> {
  const installation = await createInstallation()
  try {
    const { exitCode, output } = installation.launch(environment)
    expect(await exitCode).toBe(1)
    expectNoSecrets(output())
    return output()
  } finally {
    await installation.remove()
  }
}

describe.concurrent('a start', () => {
  test('says that the database fell silent in between, and ends', async () => {
    const { door, environment } = await external.approach()
    door.loseAnswersAfter('from pg_roles')
    expect(await startInVain(environment)).toContain(`${door.address} does not answer`)
    expect(door.harmed()).toBe(1)
  })

  test('says that the database refuses, and ends', async () => {
    const { door, environment } = await external.approach()
    await door.refuse()
    const said = await startInVain(environment)
    expect(said).toContain(`The database at ${door.address} cannot be reached`)
    expect(said).toContain('ECONNREFUSED')
  })

  test('says so where the name of the server has two addresses', async () => {
    const { door, environment } = await external.approach()
    await door.refuse()
    const said = await startInVain({
      DATABASE_URL: environment.DATABASE_URL.replace('127.0.0.1', 'localhost'),
      DATABASE_OWNER_URL: environment.DATABASE_OWNER_URL.replace('127.0.0.1', 'localhost'),
    })
    expect(said).toContain(`localhost:${door.port} cannot be reached`)
    expect(said).toContain('ECONNREFUSED')
  })

  test('says that the database takes the connection and stays silent, and ends', async () => {
    const { door, environment } = await external.approach()
    door.swallow('toServer', 'toClient')
    const said = await startInVain(environment)
    expect(said).toContain(`${door.address} cannot be reached: timeout`)
  })

  test.for([
    ['acme_owner', 'DATABASE_OWNER_URL'],
    ['acme_app', 'DATABASE_URL'],
  ] as const)('says that the password of %s is wrong, and ends', async ([user, name]) => {
    const { environment } = await external.approach()
    const wrong = environment[name].replace('%20secret', '-quiet-harbour-lantern')
    const said = await startInVain({ ...environment, [name]: wrong })
    expect(said).toMatch(new RegExp(`cannot be reached: password .+ "${user}"`))
  })
})

describe('a Plinth that runs', () => {
  async function start({ environment }: Approach): Promise<Running> {
    const installation = await createInstallation()
    const starting = installation.launch(environment)
    onTestFinished(async () => {
      await starting.end('SIGKILL')
      await installation.remove()
    })
    return starting.ready
  }

  test('lives through an outage, and says what happened without saying secrets', async () => {
    const approach = await external.approach()
    const { door } = approach
    const plinth = await start(approach)
    const ada = await signUp(plinth.url)
    const ready = async () => (await fetch(`${plinth.url}/ready`)).status
    expect(await ready()).toBe(200)
    await door.refuse()
    await expect.poll(ready, { timeout: 20_000 }).toBe(503)
    expect((await ada.add('while it is away')).status).toBe(503)
    expect((await fetch(`${plinth.url}/health`)).status).toBe(200)
    await door.admit()
    await expect.poll(ready, { timeout: 20_000 }).toBe(200)
    expect((await ada.add('once it is back')).status).toBe(201)
    expect(await ada.titles()).toEqual(['once it is back'])

    await ask(external.superuser, terminateAll)
    await expect.poll(async () => (await ada.add('after the second')).status).toBe(201)
    expect(await plinth.end('SIGTERM')).toBe(0)
    const said = plinth.output()
    expectNoSecrets(said)
    expect(said).toContain('UNAVAILABLE')
    expect(said).not.toMatch(/nobody (waited for|caught)/)
  })

  test('ends when it is told to, though the database hangs', async () => {
    const approach = await external.approach()
    const plinth = await start(approach)
    const ada = await signUp(plinth.url)
    approach.door.swallow('toServer', 'toClient')
    const adding = ada.add('it hangs')
    // Seconds later that call has certainly arrived.
    expect((await fetch(`${plinth.url}/ready`)).status).toBe(503)
    const ended = plinth.end('SIGTERM')
    expect([503, 504]).toContain((await adding).status)
    expect(await ended).toBe(0)
    expectNoSecrets(plinth.output())
  })
})

const terminateAll = `select pg_terminate_backend(pid) from pg_stat_activity
  where datname = 'acme' and pid <> pg_backend_pid()`
