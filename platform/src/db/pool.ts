import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { timedOut, unavailable } from '../errors/platform.ts'
import { isStale, runUnit, type StatementResult, type UnitStatement } from './unit.ts'

export interface PoolOptions {
  /** A connection string, or the parts of one. */
  readonly connection: pg.ClientConfig
  readonly max: number
  readonly name: string
  /** Told of connections that broke while idle, which nobody else would hear of. */
  readonly onIdleError: (error: Error) => void
}

/** A checked-out connection. It is given back exactly once. */
export interface Lease {
  run(statements: readonly UnitStatement[]): Promise<readonly StatementResult[]>
  /** Gives the connection back, or destroys it when something is wrong with it. */
  release(isBroken?: boolean): void
}

export interface Pool {
  /** `deadline` is in milliseconds of `performance.now()`; past it the connection is destroyed. */
  lease(deadline: number): Promise<Lease>
  /** Connections now open, and callers now waiting for one. */
  stats(): { readonly open: number; readonly waiting: number }
  /** Breaks off whatever runs, which then fails as UNAVAILABLE, and gives no more leases. */
  abandon(): void
  /** Abandons what is left, and resolves when no connection is open, after 2 seconds at most. */
  close(): Promise<void>
}

const acquireMilliseconds = 5_000
const sweepMilliseconds = 250
const closeMilliseconds = 2_000

/** A pool of connections of one login. Whatever fails on the way to the server is 503 or 504. */
export function createPool({ connection, max, name, onIdleError }: PoolOptions): Pool {
  const pool = new pg.Pool({
    ...connection,
    max,
    application_name: name,
    connectionTimeoutMillis: acquireMilliseconds,
    idleTimeoutMillis: 60_000,
    maxLifetimeSeconds: 300,
    keepAlive: true,
  })
  let isAbandoned = false
  pool.on('error', (error) => {
    if (!isAbandoned) onIdleError(error)
  })
  const deadlines = new Map<pg.PoolClient, number>()
  // One timer for all connections: a server that hangs cannot be told to stop, only left.
  const sweep = setInterval(() => {
    const now = performance.now()
    for (const [client, deadline] of deadlines) if (now > deadline) destroy(client, lateWords)
  }, sweepMilliseconds)
  sweep.unref()
  const abandon = () => {
    isAbandoned = true
    for (const client of deadlines.keys()) destroy(client, 'Plinth is stopping.')
  }

  return {
    async lease(deadline) {
      const client = await connect(pool)
      if (isAbandoned) {
        client.release()
        throw unavailable({ retryAfterSeconds: 1 })
      }
      client.on('error', ignoreBecauseTheUnitFails)
      deadlines.set(client, deadline)
      let isBroken = false
      return {
        async run(statements) {
          try {
            return await runUnit(client, statements)
          } catch (error) {
            if (isStale(error)) throw error
            if (isSqlError(error)) throw error
            isBroken = true
            throw performance.now() > deadline
              ? timedOut({ cause: error })
              : unavailable({ cause: error, retryAfterSeconds: 1 })
          }
        },
        release(shouldDestroy = false) {
          if (!deadlines.delete(client)) return
          client.off('error', ignoreBecauseTheUnitFails)
          client.release(isBroken || shouldDestroy)
        },
      }
    },
    stats: () => ({ open: pool.totalCount, waiting: pool.waitingCount }),
    abandon,
    async close() {
      abandon()
      clearInterval(sweep)
      await Promise.race([pool.end(), sleep(closeMilliseconds, undefined, { ref: false })])
    },
  }
}

async function connect(pool: pg.Pool): Promise<pg.PoolClient> {
  try {
    return await pool.connect()
  } catch (error) {
    throw unavailable({ cause: error, retryAfterSeconds: 1 })
  }
}

const lateWords = 'The deadline of the call has passed.'

function destroy(client: pg.PoolClient, reason: string): void {
  // The types hide the connection; ending the socket fails the running unit, which is the point.
  const { connection } = client as unknown as {
    connection: { stream: { destroy(error: Error): void } }
  }
  connection.stream.destroy(new Error(reason))
}

/** The unit that runs on the connection gets the same error; this only keeps the process alive. */
function ignoreBecauseTheUnitFails(): void {}

// Classes in which the server itself says that it is going away or overloaded.
const serverTrouble = /^(08|53|57P|58|XX)/

/** True for what the server said of a statement, false for whatever means that it is not there. */
export function isSqlError(error: unknown): error is pg.DatabaseError {
  return error instanceof pg.DatabaseError && !serverTrouble.test(error.code ?? '')
}
