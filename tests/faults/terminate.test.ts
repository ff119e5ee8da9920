import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { Client as Connection } from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { createChance, seedOfRun } from './chance.ts'
import { connectAsOwner, postmasterOf, processesOf, remainsOf, serverLogOf } from './inside.ts'
import { createInstallation, type Installation, type Running } from './installation.ts'
import { committedOf, complaintsAbout } from './kill-verdict.ts'
import {
  type Asked,
  createLoad,
  createLoadPerson,
  isSuccess,
  type Load,
  learn,
  type Sent,
} from './load.ts'

// Somebody updates Plinth, presses Ctrl-C, or the machine is shut down, while people and agents work.

// Each start is a process or two, which take their time on a busy machine.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

const environment = { RATE_LIMIT_ENABLED: 'false' }
const patience = { timeout: 60_000, interval: 20 }

let installation: Installation
let plinth: Running
let load: Load
/** Connections past Plinth and raw ones, closed after each test. */
let holder: Connection | undefined
const sockets: Socket[] = []

beforeAll(async () => {
  installation = await createInstallation()
})
afterAll(() => installation.remove())

beforeEach(async () => {
  plinth = await installation.start(environment)
  if (load) return
  const people = await Promise.all(['Ada', 'Grace'].map(() => createLoadPerson(plinth.url)))
  load = createLoad({ people, clients: 12, chance: createChance(seedOfRun()) })
})
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await holder?.end().catch(() => {})
  holder = undefined
  await plinth.end('SIGTERM')
})

/** Resolves when nobody is taken any more: the end has begun. */
const untilRefused = () =>
  expect
    .poll(
      () =>
        dial().then(
          () => 'taken',
          (error: Error) => error.message,
        ),
      patience,
    )
    .toContain('ECONNREFUSED')

async function dial(): Promise<{ readonly socket: Socket; heard(): string }> {
  const { hostname, port } = new URL(plinth.url)
  const socket = connect(Number(port), hostname)
  sockets.push(socket)
  let text = ''
  socket.on('data', (part: Buffer) => {
    text += part.toString()
  })
  await once(socket, 'connect')
  socket.on('error', () => {})
  return { socket, heard: () => text }
}

/** The database ended as it should when the next start has nothing to recover. */
async function expectCleanRestart(): Promise<void> {
  const before = (await serverLogOf(installation.dataFolder)).length
  plinth = await installation.start(environment)
  const said = (await serverLogOf(installation.dataFolder)).slice(before)
  expect(said).toContain('database system was shut down at')
  expect(said).not.toMatch(/recovery|interrupted|properly/)
}

/** Locks tasks from outside, so that calls about them wait. */
async function lockTasks(...ids: (string | undefined)[]): Promise<Connection> {
  const client = await connectAsOwner(installation.dataFolder)
  await client.query('begin')
  await client.query('select from tasks.task where id = any($1) for update', [ids])
  return client
}

/** Resolves when so many calls of Plinth's wait for a lock. */
async function untilWaiting(count: number): Promise<void> {
  const observer = await connectAsOwner(installation.dataFolder)
  const waiting = async () => {
    const { rows } = await observer.query('select distinct pid from pg_locks where not granted')
    return rows.length
  }
  await expect
    .poll(waiting, patience)
    .toBe(count)
    .finally(() => observer.end())
}

/** Adds a task for each surface and gives the book's entries that changed nothing so far. */
async function addTasks(): Promise<Record<Sent['surface'], Sent>> {
  const from = load.book.length
  const run = load.run(plinth.url)
  await run.succeeded(24)
  run.stop()
  await run.ended
  const added = load.book.slice(from).filter((sent) => sent.task.id && sent.task.status === 'open')
  const of = (surface: Sent['surface']) => {
    const found = added.find((sent) => sent.surface === surface)
    if (!found) throw new Error(`Nothing was added over ${surface}.`)
    return found
  }
  return { http: of('http'), mcp: of('mcp') }
}

const completing = (sent: Sent, id: string): Asked => ({
  ...sent,
  id,
  kind: 'complete',
  key: undefined,
  title: sent.task.title,
})

describe('an end under load', () => {
  test.each([
    ['SIGTERM, as a terminal or a service manager sends it to all', 'SIGTERM', 'all'],
    ['SIGINT, as Ctrl-C sends it to all', 'SIGINT', 'all'],
    ['SIGTERM for the launcher alone', 'SIGTERM', 'launcher'],
    ['SIGINT for the launcher alone', 'SIGINT', 'launcher'],
  ] as const)('by %s loses no answer and needs no recovery', async (_, signal, whom) => {
    const from = load.book.length
    const run = load.run(plinth.url)
    await run.succeeded(60)
    const exitCode =
      whom === 'all' ? plinth.end(signal) : once(plinth.process, 'exit').then(([code]) => code)
    if (whom === 'launcher') plinth.process.kill(signal)
    // Every client goes on until it is not served any more.
    await run.ended
    expect(await exitCode).toBe(0)

    const sent = load.book.slice(from)
    const answered = sent.filter(({ outcome }) => outcome === 'answered')
    expect(answered.filter((each) => !isSuccess(each))).toEqual([])
    expect(sent.filter(({ outcome }) => outcome === 'torn' || outcome === 'in flight')).toEqual([])
    // Whoever was answered while the end had begun was told to come back on another connection.
    expect(answered.filter(({ connection }) => connection === 'close').length).toBeGreaterThan(0)
    expect(await remainsOf(installation.dataFolder)).toEqual([])
    await expectCleanRestart()
    // A connection may be closed under a request that was not read: it was not done, and may be sent
    // again.
    const cut = sent.filter(({ outcome }) => outcome === 'cut')
    expect([...(await committedOf(installation.dataFolder, cut))]).toEqual([])
    expect(await complaintsAbout(installation.dataFolder, load.book)).toEqual([])
  })
})

describe('an end while calls wait', () => {
  test('answers what comes through in time, and 503 to what does not', async () => {
    const added = await addTasks()
    const other = (await addTasks()).http
    holder = await lockTasks(added.http.task.id, added.mcp.task.id)
    const brief = await lockTasks(other.task.id)
    const calls = [added.http, added.mcp, other].map((sent, at) =>
      load.send(plinth.url, completing(sent, `held-${at}-${load.book.length}`)),
    )
    await untilWaiting(3)
    const late = await dial()
    const { host } = new URL(plinth.url)
    late.socket.write(`GET /ready HTTP/1.1\r\nHost: ${host}\r\n`)
    // Answered on another connection, so what was written before has been read.
    expect((await fetch(`${plinth.url}/ready`)).status).toBe(200)

    const exitCode = plinth.end('SIGTERM')
    await untilRefused()
    await brief.query('rollback')
    late.socket.write('\r\n')
    await expect.poll(late.heard, patience).toContain('HTTP/1.1 503')
    expect(late.heard().toLowerCase()).toContain('connection: close')
    await brief.end()
    const [http, mcp, inTime] = await Promise.all(calls)
    expect(inTime).toMatchObject({ status: 200, connection: 'close', answer: { status: 'done' } })
    if (inTime) learn(inTime)
    const cutShort = { outcome: 'answered', status: 503, connection: 'close' }
    expect(http).toMatchObject({ ...cutShort, answer: { code: 'UNAVAILABLE' } })
    expect(mcp).toMatchObject({ ...cutShort, answer: { code: 'UNAVAILABLE' } })
    expect(await exitCode).toBe(0)

    expect(await remainsOf(installation.dataFolder)).toEqual([])
    await expectCleanRestart()
    expect(await complaintsAbout(installation.dataFolder, load.book)).toEqual([])
  })

  test('is over at once when Ctrl-C is pressed again, and takes the database along', async () => {
    const { http } = await addTasks()
    holder = await lockTasks(http.task.id)
    const call = load.send(plinth.url, completing(http, `impatient-${load.book.length}`))
    await untilWaiting(1)
    let isOver = false
    const exitCode = plinth.end('SIGINT').finally(() => {
      isOver = true
    })
    // Pressed until it works: right after the first time it counts as an echo of it.
    while (!isOver) {
      await pause(100)
      void plinth.end('SIGINT')
    }
    expect(await exitCode).toBe(130)
    // It did not wait for this call, which would have been answered 503 in the end.
    expect(await call).toMatchObject({ outcome: 'cut' })
    await expect.poll(() => processesOf(installation.dataFolder), patience).toEqual([])

    await expectCleanRestart()
    expect(await complaintsAbout(installation.dataFolder, load.book)).toEqual([])
  })
})

test('an end in the middle of a start leaves nothing behind', async () => {
  await plinth.end('SIGTERM')
  const starting = installation.launch(environment)
  await expect.poll(() => postmasterOf(installation.dataFolder), patience).toBeDefined()
  expect(await starting.end('SIGTERM')).toBe(0)
  expect(await remainsOf(installation.dataFolder)).toEqual([])
  await expectCleanRestart()
})
