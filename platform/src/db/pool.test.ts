import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createScratchDatabase, type ScratchDatabase } from '../testing/scratch.ts'
import { createPool, isSqlError, type Lease, type Pool, type PoolOptions } from './pool.ts'

let database: ScratchDatabase
let owner: pg.Client
const pools: Pool[] = []
const leases: Lease[] = []

beforeAll(async () => {
  database = await createScratchDatabase()
  owner = await database.connect('owner')
})
afterEach(() => {
  for (const lease of leases.splice(0)) lease.release(true)
  // Not waited for: a pool that does not end is a finding of its own test, below.
  for (const pool of pools.splice(0)) void pool.close()
})
afterAll(() => database.drop())

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

const inAMinute = () => performance.now() + 60_000

async function leaseOf(pool: Pool, deadline = inAMinute()): Promise<Lease> {
  const lease = await pool.lease(deadline)
  leases.push(lease)
  return lease
}

const ask = async (lease: Lease, text: string) => {
  const results = await lease.run([{ text, values: [] }])
  return results.at(-1)?.rows
}

const backendOf = async (lease: Lease) =>
  (await ask(lease, 'select pg_backend_pid() as pid'))?.[0]?.pid as number

/** Ends a connection from the server's side, as a restart of it would, and waits until it is gone. */
async function endBackend(pid: number): Promise<void> {
  await owner.query('select pg_terminate_backend($1, 10000)', [pid])
}

describe('a lease', () => {
  test('runs on a connection that says whose it is', async () => {
    const lease = await leaseOf(createTestPool())
    expect(await ask(lease, "select current_setting('application_name') as name")).toEqual([
      { name: 'pool test' },
    ])
    lease.release()
  })

  test('gives its connection to the next one', async () => {
    const pool = createTestPool()
    const first = await leaseOf(pool)
    const pid = await backendOf(first)
    first.release()
    const second = await leaseOf(pool)
    expect(await backendOf(second)).toBe(pid)
    second.release()
    expect(pool.stats()).toEqual({ open: 1, waiting: 0 })
  })

  test('that is given back twice gives its connection to one other, not to two', async () => {
    const pool = createTestPool()
    const first = await leaseOf(pool)
    first.release()
    first.release()
    const [second, third] = await Promise.all([leaseOf(pool), leaseOf(pool)])
    expect(await backendOf(second)).not.toBe(await backendOf(third))
    second.release()
    third.release()
  })

  test('that is given back as broken takes its connection out of the pool', async () => {
    const pool = createTestPool()
    const first = await leaseOf(pool)
    const pid = await backendOf(first)
    first.release(true)
    expect(pool.stats().open).toBe(0)
    const second = await leaseOf(pool)
    expect(await backendOf(second)).not.toBe(pid)
    second.release()
  })

  test('passes on what the server says of a statement, and stays good', async () => {
    const pool = createTestPool()
    const lease = await leaseOf(pool)
    const pid = await backendOf(lease)
    await expect(ask(lease, 'select 1 / 0')).rejects.toMatchObject({ code: '22012' })
    expect(await backendOf(lease)).toBe(pid)
    lease.release()
    expect(pool.stats().open).toBe(1)
  })

  test('whose connection breaks says 503, and its connection is not used again', async () => {
    const pool = createTestPool()
    const lease = await leaseOf(pool)
    const pid = await backendOf(lease)
    const running = ask(lease, 'select pg_sleep(60)')
    const refused = expect(running).rejects.toMatchObject({
      kind: { code: 'UNAVAILABLE' },
      details: { retryAfterSeconds: 1, cause: expect.any(Error) },
    })
    await endBackend(pid)
    await refused
    lease.release()
    expect(pool.stats().open).toBe(0)
    const next = await leaseOf(pool)
    expect(await ask(next, 'select 7 as x')).toEqual([{ x: 7 }])
    next.release()
  })

  test('past its deadline says 504, though the server has not answered', async () => {
    const pool = createTestPool()
    const lease = await leaseOf(pool, performance.now() + 500)
    await expect(ask(lease, 'select pg_sleep(600)')).rejects.toMatchObject({
      kind: { code: 'TIMEOUT' },
      details: { cause: expect.any(Error) },
    })
    lease.release()
    expect(pool.stats().open).toBe(0)
  })

  test('that was given back has no deadline any more', async () => {
    const pool = createTestPool()
    const deadline = performance.now() + 3_000
    const lease = await leaseOf(pool, deadline)
    lease.release()
    const isPast = () => performance.now() > deadline + 1_000
    await expect.poll(isPast, { timeout: 30_000, interval: 250 }).toBe(true)
    expect(pool.stats().open).toBe(1)
  })
})

describe('a pool', () => {
  test('tells how many connections are open and how many callers wait', async () => {
    const pool = createTestPool({ max: 1 })
    expect(pool.stats()).toEqual({ open: 0, waiting: 0 })
    const first = await leaseOf(pool)
    const waiting = leaseOf(pool)
    expect(pool.stats()).toEqual({ open: 1, waiting: 1 })
    first.release()
    const second = await waiting
    expect(pool.stats()).toEqual({ open: 1, waiting: 0 })
    second.release()
  })

  test('says 503 where there is no server', async () => {
    const nowhere = { ...database.config('owner'), host: '127.0.0.1', port: 1 }
    const pool = createTestPool({ connection: nowhere })
    await expect(leaseOf(pool)).rejects.toMatchObject({
      kind: { code: 'UNAVAILABLE' },
      details: { retryAfterSeconds: 1, cause: expect.any(Error) },
    })
  })

  test('tells of a connection that broke while nobody used it', async () => {
    const errors: Error[] = []
    const pool = createTestPool({ onIdleError: (error) => void errors.push(error) })
    const lease = await leaseOf(pool)
    const pid = await backendOf(lease)
    lease.release()
    await endBackend(pid)
    await expect.poll(() => errors.length, { timeout: 20_000 }).toBeGreaterThan(0)
    expect(pool.stats().open).toBe(0)
    const next = await leaseOf(pool)
    expect(await backendOf(next)).not.toBe(pid)
    next.release()
  })

  test('tells of nothing that breaks because it closes', async () => {
    const errors: Error[] = []
    const pool = createTestPool({ onIdleError: (error) => void errors.push(error) })
    const lease = await leaseOf(pool)
    const pid = await backendOf(lease)
    lease.release()
    pools.length = 0
    await Promise.all([pool.close(), endBackend(pid)])
    expect(errors).toEqual([])
    await expect(leaseOf(pool)).rejects.toMatchObject({ kind: { code: 'UNAVAILABLE' } })
  })
})

describe('an error', () => {
  const fromServer = (code: string | undefined) =>
    Object.assign(new pg.DatabaseError('x', 1, 'error'), { code })

  test.for([
    '23505',
    '40001',
    '57014',
    '22012',
    '26000',
    '25P02',
    '42501',
    '10800',
    'A08',
    undefined,
  ])('of class %s is about a statement', (code) => {
    expect(isSqlError(fromServer(code))).toBe(true)
  })

  test.for(['08006', '53300', '57P01', '58030', 'XX000'])(
    'of class %s means that the server is going away or overloaded',
    (code) => {
      expect(isSqlError(fromServer(code))).toBe(false)
    },
  )

  test('that the server did not send is about no statement', () => {
    expect(isSqlError(Object.assign(new Error('x'), { code: '23505' }))).toBe(false)
    expect(isSqlError(undefined)).toBe(false)
  })
})
