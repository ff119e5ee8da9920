import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest'
import { createPool, type Lease, type Pool } from '../../platform/src/db/pool.ts'
import { createScratchDatabase, type ScratchDatabase } from '../../platform/src/testing/scratch.ts'
import { type Door, openDoor } from './tcp-door.ts'

// What the pool of connections does when the server behind it refuses, hangs, lingers and dies. Each
// test has a door and a pool of its own.

let database: ScratchDatabase

beforeAll(async () => {
  database = await createScratchDatabase()
})
afterAll(() => database.drop())

interface Besieged {
  readonly door: Door
  readonly pool: Pool
  readonly name: string
  readonly broken: Error[]
}

async function besiege(max: number): Promise<Besieged> {
  const { host, port } = database.place
  const door = await openDoor(() => join(host, `.s.PGSQL.${port}`))
  const name = `pool ${randomBytes(4).toString('hex')}`
  const broken: Error[] = []
  const pool = createPool({
    connection: { ...database.config('app'), host: door.host, port: door.port },
    max,
    name,
    onIdleError: (error) => broken.push(error),
  })
  onTestFinished(async () => {
    door.cutAll()
    await pool.close()
    await door.close()
  })
  return { door, pool, name, broken }
}

const soon = (milliseconds = 20_000) => performance.now() + milliseconds

async function say(lease: Lease, text = "select 'here' as word"): Promise<unknown> {
  const [result] = await lease.run([{ text, values: [] }])
  return result?.rows[0]?.word
}

async function call(pool: Pool, text?: string): Promise<unknown> {
  const lease = await pool.lease(soon())
  try {
    return await say(lease, text)
  } finally {
    lease.release()
  }
}

/** As many connections as the pool may have, all idle. */
async function fill(pool: Pool, max: number): Promise<void> {
  const leases = await Promise.all(Array.from({ length: max }, () => pool.lease(soon())))
  for (const lease of leases) lease.release()
  expect(pool.stats()).toEqual({ open: max, waiting: 0 })
}

const isUnavailable = { kind: { code: 'UNAVAILABLE' } }
const isTimedOut = { kind: { code: 'TIMEOUT' } }

async function asSuperuser(text: string, values: readonly unknown[] = []): Promise<void> {
  const { secret: _secret, ...connection } = inject('cluster')
  const client = new pg.Client({ ...connection, database: 'postgres' })
  await client.connect()
  await client.query(text, [...values])
  await client.end()
}

describe('whoever waits for a connection', () => {
  test('waits no longer than the call has time', async () => {
    const { pool } = await besiege(1)
    const taken = await pool.lease(soon())
    await expect(pool.lease(soon(300))).rejects.toMatchObject(isTimedOut)
    expect(pool.stats()).toEqual({ open: 1, waiting: 0 })
    taken.release()
    expect(await call(pool)).toBe('here')
  })

  test('is told at once where the server refuses', async () => {
    const { door, pool } = await besiege(3)
    await door.refuse()
    const asking = Array.from({ length: 50 }, () => pool.lease(soon()))
    const outcomes = await Promise.allSettled(asking)
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(['rejected']))
    await expect(pool.lease(soon())).rejects.toMatchObject(isUnavailable)
    await door.admit()
    expect(await call(pool)).toBe('here')
  })

  test('is told where not even an attempt can be made', async () => {
    // A certificate that is read anew for each connection, and gone.
    const connectionString = 'postgresql://ada@127.0.0.1:1/nowhere?sslrootcert=/nowhere/root.crt'
    const connection = { connectionString }
    const pool = createPool({ connection, max: 1, name: 'none', onIdleError: () => {} })
    for (let call = 0; call < 3; call++) {
      await expect(pool.lease(soon())).rejects.toMatchObject(isUnavailable)
    }
    await pool.close()
  })

  test('gets the connection that comes free, though another one was begun for it', async () => {
    const { door, pool } = await besiege(2)
    const first = await pool.lease(soon())
    door.hold()
    const waiting = pool.lease(soon())
    await expect.poll(() => door.clients()).toBe(2)
    first.release()
    const second = await waiting
    door.pass()
    expect(await say(second)).toBe('here')
    second.release()
  })

  test('is served by what is open where the server takes no more', async () => {
    const { pool } = await besiege(4)
    await fill(pool, 1)
    await asSuperuser(`alter database ${database.place.database} connection limit 1`)
    try {
      const words = await Promise.all(Array.from({ length: 12 }, () => call(pool)))
      expect(words).toEqual(Array(12).fill('here'))
      expect(pool.stats()).toEqual({ open: 1, waiting: 0 })
    } finally {
      await asSuperuser(`alter database ${database.place.database} connection limit -1`)
    }
    await fill(pool, 4)
  })

  test('is not kept from a server that is slow by those who gave up', async () => {
    const { door, pool } = await besiege(1)
    // Three round trips to a connection, then one to the answer.
    door.delay(1_000)
    await expect(pool.lease(soon())).rejects.toMatchObject(isUnavailable)
    expect(await call(pool)).toBe('here')
  })

  test('is turned away where too many wait already', async () => {
    const { pool } = await besiege(1)
    const taken = await pool.lease(soon())
    const asking = Array.from({ length: 10_000 }, () => pool.lease(soon()))
    await expect(pool.lease(soon())).rejects.toMatchObject(isUnavailable)
    expect(pool.stats()).toEqual({ open: 1, waiting: 10_000 })
    const outcomes = Promise.allSettled(asking.map(async (lease) => (await lease).release()))
    taken.release()
    expect(new Set((await outcomes).map(({ status }) => status))).toEqual(new Set(['fulfilled']))
  })
})

describe('a connection', () => {
  test('that no longer answers is left at the deadline, and with it all that are idle', async () => {
    const { door, pool } = await besiege(4)
    await fill(pool, 4)
    door.swallow('toServer', 'toClient')
    const lease = await pool.lease(soon(500))
    await expect(say(lease)).rejects.toMatchObject(isTimedOut)
    lease.release()
    expect(pool.stats()).toEqual({ open: 0, waiting: 0 })
    door.pass()
    // The ones from before stay dead; whoever met one of them would wait in vain.
    expect(await Promise.all(Array.from({ length: 4 }, () => call(pool)))).toEqual(
      Array(4).fill('here'),
    )
  })

  test('whose server cancels a statement in time stays in use', async () => {
    const { pool } = await besiege(1)
    const lease = await pool.lease(soon())
    const limit = { text: "select set_config('statement_timeout', '50', true)", values: [] }
    const sleep = { text: 'select pg_sleep(30)', values: [] }
    await expect(lease.run([limit, sleep])).rejects.toMatchObject(isTimedOut)
    expect(await say(lease)).toBe('here')
    lease.release()
    expect(pool.stats()).toEqual({ open: 1, waiting: 0 })
  })

  test('that the server ends because its transaction took too long is left', async () => {
    const { pool } = await besiege(1)
    const lease = await pool.lease(soon())
    const limit = { text: "select set_config('transaction_timeout', '50', true)", values: [] }
    const sleep = { text: 'select pg_sleep(30)', values: [] }
    await expect(lease.run([limit, sleep])).rejects.toMatchObject(isUnavailable)
    lease.release()
    expect(await call(pool)).toBe('here')
  })

  test('that breaks while it is idle leaves the pool, and is told of once', async () => {
    const { pool, name, broken } = await besiege(3)
    await fill(pool, 3)
    await asSuperuser(
      'select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1',
      [name],
    )
    await expect.poll(() => pool.stats()).toEqual({ open: 0, waiting: 0 })
    expect(broken.map(({ message }) => message)).toEqual(
      Array(3).fill('terminating connection due to administrator command'),
    )
    await fill(pool, 3)
  })

  test('that breaks while it is used fails that call only', async () => {
    const { door, pool } = await besiege(2)
    const lease = await pool.lease(soon())
    const sleeping = say(lease, 'select pg_sleep(30)')
    door.cutAll()
    await expect(sleeping).rejects.toMatchObject(isUnavailable)
    expect(await call(pool)).toBe('here')
    // Whoever undoes a transaction asks once more.
    await expect(say(lease)).rejects.toMatchObject(isUnavailable)
    lease.release()
    await fill(pool, 2)
  })

  test('that was given back serves its old holder no more', async () => {
    const { pool } = await besiege(1)
    const first = await pool.lease(soon())
    first.release()
    const second = await pool.lease(soon())
    await expect(say(first)).rejects.toThrow(/given back/)
    // A second time says nothing about whoever has it now.
    first.release(true)
    expect(await say(second)).toBe('here')
    second.release()
    await fill(pool, 1)
  })

  test('that the server ends together with its first words is not used', async () => {
    const { door, pool } = await besiege(2)
    door.cutAfter(() => 100)
    await expect(pool.lease(soon())).rejects.toMatchObject(isUnavailable)
    door.pass()
    await fill(pool, 2)
  })
})

describe('the end of a pool', () => {
  test('comes though the server hangs, and leaves no socket behind', async () => {
    const { door, pool } = await besiege(3)
    await fill(pool, 2)
    const used = await pool.lease(soon(300_000))
    const idle = await pool.lease(soon())
    door.swallow('toServer', 'toClient')
    const hanging = say(used)
    const connecting = pool.lease(soon())
    await expect.poll(() => door.clients()).toBe(3)
    // Whoever waits is served by it, so the attempt goes on for nobody.
    idle.release()
    const served = await connecting
    served.release()

    pool.abandon()
    await expect(hanging).rejects.toMatchObject(isUnavailable)
    await expect(pool.lease(soon())).rejects.toMatchObject(isUnavailable)
    used.release()
    await pool.close()
    expect(pool.stats()).toEqual({ open: 0, waiting: 0 })
    await expect.poll(() => door.clients()).toBe(0)
    expect(await pool.close()).toBeUndefined()
  })
})
