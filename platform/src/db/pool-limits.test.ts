import { createServer, type Server, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { PlinthError } from '../errors/define.ts'
import { createScratchDatabase, type ScratchDatabase } from '../testing/scratch.ts'
import { createPool, type Lease, type Pool, type PoolOptions } from './pool.ts'

let database: ScratchDatabase
let server: Server | undefined
const pools: Pool[] = []
/** Connections to a server of a test's own. */
const sockets: Socket[] = []

beforeAll(async () => {
  database = await createScratchDatabase()
})
afterAll(() => database.drop())

// The pool's own time stands still until a test moves it; that of the server and the network goes on.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance', 'setInterval', 'clearInterval'] })
})
afterEach(() => {
  for (const pool of pools.splice(0)) pool.abandon()
  for (const socket of sockets.splice(0)) socket.destroy()
  server?.close()
  server = undefined
  vi.useRealTimers()
})

function createTestPool(options: Partial<PoolOptions> = {}): Pool {
  const pool = createPool({
    connection: database.config('owner'),
    max: 2,
    name: 'pool test',
    onIdleError: () => {},
    ...options,
  })
  pools.push(pool)
  return pool
}

const inA = (seconds: number) => performance.now() + seconds * 1000
const pass = (seconds: number) => vi.advanceTimersByTime(seconds * 1000)

const ask = async (lease: Lease, text: string) => {
  const results = await lease.run([{ text, values: [] }])
  return results.at(-1)?.rows[0]
}
const backendOf = async (lease: Lease) =>
  (await ask(lease, 'select pg_backend_pid() as pid'))?.pid as number

/** How a promise ended: the code of the refusal, or that it was kept. */
const outcomeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'kept',
    (error: PlinthError) => error.kind?.code ?? String(error),
  )

/** Lets everything happen that needs no more time to pass. */
const settle = () => new Promise((resolve) => setImmediate(resolve))

/** Starts a server that is not PostgreSQL and does with each connection what it is told. */
async function connectionTo(answers: (socket: Socket) => void) {
  const started = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => {})
    answers(socket)
  })
  server = started
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve))
  const address = started.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  return { ...database.config('owner'), host: '127.0.0.1', port }
}

describe('whoever waits for a connection', () => {
  test('gets one in the order of coming, as soon as one is given back', async () => {
    const pool = createTestPool({ max: 1 })
    const first = await pool.lease(inA(60))
    const pid = await backendOf(first)
    const order: string[] = []
    const wait = async (name: string) => {
      const lease = await pool.lease(inA(60))
      order.push(name)
      expect(await backendOf(lease)).toBe(pid)
      lease.release()
    }
    const waiting = [wait('second'), wait('third'), wait('fourth')]
    expect(pool.stats()).toEqual({ open: 1, waiting: 3 })
    first.release()
    await Promise.all(waiting)
    expect(order).toEqual(['second', 'third', 'fourth'])
    expect(pool.stats()).toEqual({ open: 1, waiting: 0 })
  })

  test('never makes the pool open more than it may', async () => {
    const pool = createTestPool({ max: 2 })
    let most = 0
    const use = async () => {
      const lease = await pool.lease(inA(60))
      await ask(lease, 'select pg_sleep(0.01)')
      most = Math.max(most, pool.stats().open)
      lease.release()
    }
    await Promise.all(Array.from({ length: 20 }, use))
    expect(most).toBe(2)
  })

  test('gets another where the one that was used broke', async () => {
    const pool = createTestPool({ max: 1 })
    const first = await pool.lease(inA(60))
    const pid = await backendOf(first)
    const next = pool.lease(inA(60))
    first.release(true)
    expect(await backendOf(await next)).not.toBe(pid)
  })

  test('gives up after five seconds, and no sooner', async () => {
    const pool = createTestPool({ max: 1 })
    await pool.lease(inA(600))
    const outcome = outcomeOf(pool.lease(inA(60)))
    pass(4.9)
    expect(pool.stats().waiting).toBe(1)
    pass(0.4)
    expect(pool.stats().waiting).toBe(0)
    expect(await outcome).toBe('UNAVAILABLE')
  })

  test('gives up at its deadline where that comes first, which is its own time that is over', async () => {
    const pool = createTestPool({ max: 1 })
    await pool.lease(inA(600))
    const outcome = outcomeOf(pool.lease(inA(2)))
    pass(1.9)
    expect(pool.stats().waiting).toBe(1)
    pass(0.4)
    expect(await outcome).toBe('TIMEOUT')
  })

  test('is turned away where ten thousand wait already', async () => {
    const pool = createTestPool({ max: 1 })
    await pool.lease(inA(60))
    const waiting = Array.from({ length: 10_000 }, () => outcomeOf(pool.lease(inA(60))))
    expect(pool.stats().waiting).toBe(10_000)
    expect(await outcomeOf(pool.lease(inA(60)))).toBe('UNAVAILABLE')
    expect(pool.stats().waiting).toBe(10_000)
    pool.abandon()
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(['UNAVAILABLE']))
  })
})

describe('a connection', () => {
  test('has until its call’s deadline and a moment more, in which the server may cancel', async () => {
    const pool = createTestPool()
    const lease = await pool.lease(inA(10))
    const outcome = outcomeOf(ask(lease, 'select pg_sleep(600)'))
    pass(10.2)
    await settle()
    expect(pool.stats().open).toBe(1)
    pass(0.5)
    expect(await outcome).toBe('TIMEOUT')
    expect(pool.stats().open).toBe(0)
  })

  test('that the server cancelled in time says 504, and is used again', async () => {
    const pool = createTestPool({ max: 1 })
    const lease = await pool.lease(inA(60))
    const pid = await backendOf(lease)
    await ask(lease, "select set_config('statement_timeout', '100', false)")
    expect(await outcomeOf(ask(lease, 'select pg_sleep(600)'))).toBe('TIMEOUT')
    lease.release()
    expect(await backendOf(await pool.lease(inA(60)))).toBe(pid)
  })

  test('takes those with it that are idle when the server does not cancel in time', async () => {
    const pool = createTestPool({ max: 2 })
    const [stuck, other] = await Promise.all([pool.lease(inA(1)), pool.lease(inA(60))])
    other?.release()
    expect(pool.stats().open).toBe(2)
    const outcome = outcomeOf(ask(stuck!, 'select pg_sleep(600)'))
    pass(2)
    expect(await outcome).toBe('TIMEOUT')
    expect(pool.stats().open).toBe(0)
  })

  test('that nobody uses for a minute is closed', async () => {
    const pool = createTestPool()
    const lease = await pool.lease(inA(60))
    lease.release()
    pass(59)
    expect(pool.stats().open).toBe(1)
    pass(2)
    expect(pool.stats().open).toBe(0)
  })

  test('that is used is kept, and replaced after five minutes', async () => {
    const pool = createTestPool({ max: 1 })
    const use = async () => {
      const lease = await pool.lease(inA(60))
      const pid = await backendOf(lease)
      lease.release()
      return pid
    }
    const pid = await use()
    for (let time = 0; time < 9; time++) {
      pass(30)
      expect(await use()).toBe(pid)
    }
    pass(40)
    expect(await use()).not.toBe(pid)
  })

  test('that has grown old while it was used is closed when it is given back', async () => {
    const pool = createTestPool()
    const lease = await pool.lease(inA(600))
    pass(301)
    expect(pool.stats().open).toBe(1)
    lease.release()
    expect(pool.stats().open).toBe(0)
  })

  test('runs nothing for a lease that was given back', async () => {
    const pool = createTestPool()
    const lease = await pool.lease(inA(60))
    lease.release()
    await expect(ask(lease, 'select 1')).rejects.toThrow(
      'A lease that was given back runs nothing.',
    )
  })
})

describe('a server', () => {
  test('that says nothing is given up after five seconds', async () => {
    let asked = 0
    const connection = await connectionTo(() => {
      asked += 1
    })
    const pool = createTestPool({ connection })
    const outcome = outcomeOf(pool.lease(inA(60)))
    await expect.poll(() => asked, { timeout: 20_000 }).toBe(1)
    pass(4.9)
    await settle()
    expect(pool.stats().waiting).toBe(1)
    pass(0.6)
    expect(await outcome).toBe('UNAVAILABLE')
  })

  test('that refuses is asked once for each who comes, and none of them waits', async () => {
    let asked = 0
    const connection = await connectionTo((socket) => {
      asked += 1
      socket.destroy()
    })
    const pool = createTestPool({ connection })
    for (let time = 1; time <= 3; time++) {
      expect(await outcomeOf(pool.lease(inA(60)))).toBe('UNAVAILABLE')
      expect(asked).toBe(time)
    }
    expect(pool.stats()).toEqual({ open: 0, waiting: 0 })
  })
})

describe('a pool that is abandoned', () => {
  test('breaks off what runs, turns away who waits, and takes nobody in', async () => {
    const pool = createTestPool({ max: 1 })
    const lease = await pool.lease(inA(60))
    const running = outcomeOf(ask(lease, 'select pg_sleep(600)'))
    const waiting = outcomeOf(pool.lease(inA(60)))
    pool.abandon()
    expect(await Promise.all([running, waiting])).toEqual(['UNAVAILABLE', 'UNAVAILABLE'])
    expect(await outcomeOf(pool.lease(inA(60)))).toBe('UNAVAILABLE')
    expect(pool.stats()).toEqual({ open: 0, waiting: 0 })
  })

  test('says that the time is over to whom it is', async () => {
    const pool = createTestPool({ max: 1 })
    await pool.lease(inA(60))
    const outcome = outcomeOf(pool.lease(performance.now()))
    pool.abandon()
    expect(await outcome).toBe('TIMEOUT')
  })

  test('closes what is idle, and is closed when all of it is', async () => {
    const pool = createTestPool({ max: 2 })
    const [one, other] = await Promise.all([pool.lease(inA(60)), pool.lease(inA(60))])
    one?.release()
    const closed = pool.close()
    await expect(ask(other!, 'select 1')).rejects.toMatchObject({ kind: { code: 'UNAVAILABLE' } })
    other?.release()
    await closed
    await pool.close()
    expect(pool.stats()).toEqual({ open: 0, waiting: 0 })
    expect(vi.getTimerCount()).toBe(0)
  })

  test('does not wait for a connection that was never used', async () => {
    await createTestPool().close()
  })

  test('gives up a connection that is only just being made', async () => {
    const connection = await connectionTo(() => {})
    const pool = createTestPool({ connection })
    const outcome = outcomeOf(pool.lease(inA(60)))
    await pool.close()
    expect(await outcome).toBe('UNAVAILABLE')
  })
})
