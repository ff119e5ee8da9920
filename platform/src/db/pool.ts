import type { Socket } from 'node:net'
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

const sweepMilliseconds = 250
/** How long a caller waits for a connection. */
const acquireMilliseconds = 5_000
/** Everybody waits in memory, so there is an end to it; who stands further back gets nothing anyway. */
const waitingMax = 10_000
/** For making a connection: as long as the server has said nothing, and once it has. */
const silenceMilliseconds = 5_000
const connectMilliseconds = 15_000
/** The server itself cancels at the deadline. Where that does not arrive there is no server. */
const graceMilliseconds = 250
const goodbyeMilliseconds = 2_000
const idleMilliseconds = 60_000
const lifetimeMilliseconds = 300_000
/** Until a connection on which nothing moves is probed, so that a dead machine is noticed. */
const probeMilliseconds = 10_000

/** A pool of connections of one login. Whatever fails on the way to the server is 503 or 504. */
export function createPool(options: PoolOptions): Pool {
  return new ConnectionPool(options)
}

/** A caller who waits for a connection. All times are in milliseconds of `performance.now()`. */
interface Waiter {
  readonly deadline: number
  readonly givesUpAt: number
  resolve(lease: Lease): void
  reject(error: Error): void
}

/**
 * Our own, because node-postgres' pool binds a caller to the one connection that is being made for
 * it, and sets a timer or two for each loan. Here one timer watches over everything that has a limit,
 * a caller gets whichever connection is there first, and an attempt outlives whoever asked for it.
 */
class ConnectionPool implements Pool {
  readonly #options: PoolOptions
  /** All whose socket is not closed. */
  readonly #connections = new Set<Connection>()
  /** Open and used by nobody; the one used last is taken first, so that the others can age. */
  readonly #idle: Connection[] = []
  /** In the order in which they came. Nobody waits while a connection is idle. */
  readonly #waiting = new Set<Waiter>()
  #open = 0
  #connecting = 0
  /** Why the last attempt to connect failed; undefined when it did not. */
  #failure: Error | undefined
  #sweptAt = performance.now()
  readonly #sweeper: NodeJS.Timeout
  #closed: PromiseWithResolvers<void> | undefined

  constructor(options: PoolOptions) {
    this.#options = options
    this.#sweeper = setInterval(() => this.#sweep(), sweepMilliseconds)
    this.#sweeper.unref()
  }

  lease(deadline: number): Promise<Lease> {
    const connection = this.#idle.pop()
    return connection ? Promise.resolve(this.#lend(connection, deadline)) : this.#wait(deadline)
  }

  stats(): { readonly open: number; readonly waiting: number } {
    return { open: this.#open, waiting: this.#waiting.size }
  }

  abandon(): void {
    if (this.#closed) return
    this.#closed = Promise.withResolvers()
    const cause = new Error('Plinth is stopping.')
    for (const waiter of this.#waiting) this.#turnAway(waiter, cause)
    for (const connection of this.#idle.splice(0)) this.#retire(connection)
    for (const connection of this.#connections) {
      if (connection.state !== 'ending') this.#drop(connection, cause.message)
    }
    this.#settleClose()
  }

  async close(): Promise<void> {
    this.abandon()
    await this.#closed?.promise
  }

  /** Takes a connection back from its lease. */
  takeBack(connection: Connection, isBroken: boolean): void {
    if (connection.state !== 'open') return
    const isOld = this.#sweptAt - connection.startedAt > lifetimeMilliseconds
    if (isBroken || isOld) this.#retire(connection)
    else this.#offer(connection)
  }

  #lend(connection: Connection, deadline: number): Lease {
    connection.deadline = deadline + graceMilliseconds
    return new ConnectionLease(this, connection, deadline)
  }

  #wait(deadline: number): Promise<Lease> {
    return new Promise((resolve, reject) => {
      const givesUpAt = Math.min(deadline, performance.now() + acquireMilliseconds)
      const waiter = { deadline, givesUpAt, resolve, reject }
      if (this.#closed || this.#waiting.size >= waitingMax) {
        this.#turnAway(waiter, new Error('The pool takes nobody in.'))
        return
      }
      this.#waiting.add(waiter)
      // A server that just refused is asked again by the sweep, not by everybody who comes.
      if (this.#failure === undefined || this.#open === 0) this.#connectMore()
    })
  }

  #turnAway(waiter: Waiter, cause: Error): void {
    this.#waiting.delete(waiter)
    const isLate = performance.now() >= waiter.deadline
    waiter.reject(isLate ? timedOut({ cause }) : unavailable({ cause, retryAfterSeconds: 1 }))
  }

  /** Gives a free connection to whoever waits longest, or keeps it. */
  #offer(connection: Connection): void {
    if (this.#waiting.size === 0) {
      connection.deadline = Number.POSITIVE_INFINITY
      connection.idleSince = this.#sweptAt
      this.#idle.push(connection)
      return
    }
    const [first] = this.#waiting
    if (!first) return
    this.#waiting.delete(first)
    first.resolve(this.#lend(connection, first.deadline))
  }

  /** As many attempts as there are callers who wait, as far as there is room. */
  #connectMore(): void {
    while (this.#connecting < this.#waiting.size && this.#hasRoom()) void this.#connect()
  }

  #hasRoom(): boolean {
    return !this.#closed && this.#open + this.#connecting < this.#options.max
  }

  async #connect(): Promise<void> {
    this.#connecting += 1
    const connection = await this.#attempt().catch(toError)
    this.#connecting -= 1
    if (connection instanceof Error) {
      this.#fail(connection)
      return
    }
    connection.state = 'open'
    this.#open += 1
    this.#failure = undefined
    this.#offer(connection)
  }

  async #attempt(): Promise<Connection> {
    // Reads the certificates that the address may name, so even this can fail.
    const connection = new Connection(this.#options)
    this.#connections.add(connection)
    connection.client.on('error', (error) => this.#lose(connection, error))
    connection.client.once('end', () => this.#forget(connection))
    try {
      await connection.client.connect()
    } catch (error) {
      connection.destroy('It could not be made.')
      throw error
    }
    if (connection.state === 'connecting') return connection
    throw new Error('The connection ended as soon as it was made.')
  }

  /**
   * With other connections open, those who wait get one of them sooner or later, and the sweep tries
   * again. With none, one attempt stands for one caller, who is told at once.
   */
  #fail(error: Error): void {
    this.#failure = error
    if (this.#open > 0) return
    const [first] = this.#waiting
    if (first) this.#turnAway(first, error)
    this.#connectMore()
  }

  /** The connection broke. The unit that runs on it is told by the client. */
  #lose(connection: Connection, error: Error): void {
    const at = this.#idle.indexOf(connection)
    if (at >= 0) {
      this.#idle.splice(at, 1)
      this.#options.onIdleError(error)
    }
    this.#drop(connection, error.message)
  }

  #drop(connection: Connection, reason: string): void {
    if (connection.state === 'open') this.#open -= 1
    connection.destroy(reason)
    this.#connectMore()
  }

  /** Says goodbye to the server, which may not listen; the sweep sees to that. */
  #retire(connection: Connection): void {
    this.#open -= 1
    connection.state = 'ending'
    connection.deadline = performance.now() + goodbyeMilliseconds
    void connection.client.end()
    this.#connectMore()
  }

  #forget(connection: Connection): void {
    if (connection.state === 'open') this.#lose(connection, new Error('The connection ended.'))
    this.#connections.delete(connection)
    this.#settleClose()
  }

  #settleClose(): void {
    if (!this.#closed || this.#connections.size > 0) return
    clearInterval(this.#sweeper)
    this.#closed.resolve()
  }

  #sweep(): void {
    const now = performance.now()
    this.#sweptAt = now
    this.#endOverdue(now)
    for (const waiter of this.#waiting) {
      if (now < waiter.givesUpAt) continue
      this.#turnAway(waiter, new Error('No connection came free.', { cause: this.#failure }))
    }
    for (const connection of this.#idle.filter((each) => isWornOut(each, now))) {
      this.#idle.splice(this.#idle.indexOf(connection), 1)
      this.#retire(connection)
    }
    if (this.#waiting.size > 0 && this.#connecting === 0 && this.#hasRoom()) void this.#connect()
  }

  #endOverdue(now: number): void {
    let isSilent = false
    for (const connection of this.#connections) {
      if (!connection.isOverdue(now)) continue
      isSilent ||= connection.state === 'open'
      this.#drop(connection, 'The deadline has passed.')
    }
    if (!isSilent) return
    // A server that did not even cancel in time may have forgotten the others as well, and each of
    // them would cost somebody a deadline.
    for (const connection of this.#idle.splice(0)) this.#drop(connection, 'The server is silent.')
  }
}

const toError = (error: unknown): Error =>
  error instanceof Error ? error : new Error(String(error))

const isWornOut = ({ idleSince, startedAt }: Connection, now: number): boolean =>
  now - idleSince > idleMilliseconds || now - startedAt > lifetimeMilliseconds

/** A connection to the server, from the first byte to the last. */
class Connection {
  readonly client: pg.Client
  readonly startedAt = performance.now()
  state: 'connecting' | 'open' | 'ending' = 'connecting'
  /** Past it the connection is destroyed. One that nobody uses has none. */
  deadline = Number.POSITIVE_INFINITY
  idleSince = 0

  constructor({ connection, name }: PoolOptions) {
    this.client = new pg.Client({
      ...connection,
      application_name: name,
      keepAlive: true,
      keepAliveInitialDelayMillis: probeMilliseconds,
    })
  }

  isOverdue(now: number): boolean {
    if (this.state !== 'connecting') return now > this.deadline
    const hasHeard = socketOf(this.client).bytesRead > 0
    return now > this.startedAt + (hasHeard ? connectMilliseconds : silenceMilliseconds)
  }

  /** Cuts it off, whatever runs on it. */
  destroy(reason: string): void {
    this.state = 'ending'
    socketOf(this.client).destroy(new Error(reason))
  }
}

/** The types hide it. */
export function socketOf(client: pg.Client): Socket {
  return (client as unknown as { connection: { stream: Socket } }).connection.stream
}

class ConnectionLease implements Lease {
  readonly #pool: ConnectionPool
  readonly #connection: Connection
  readonly #deadline: number
  #isBroken = false
  #isReleased = false

  constructor(pool: ConnectionPool, connection: Connection, deadline: number) {
    this.#pool = pool
    this.#connection = connection
    this.#deadline = deadline
  }

  async run(statements: readonly UnitStatement[]): Promise<readonly StatementResult[]> {
    // By now it may be somebody else's, in the middle of a transaction.
    if (this.#isReleased) throw new Error('A lease that was given back runs nothing.')
    try {
      return await runUnit(this.#connection.client, statements)
    } catch (error) {
      if (isStale(error)) throw error
      if (isSqlError(error)) throw error.code === cancelled ? timedOut({ cause: error }) : error
      this.#isBroken = true
      throw performance.now() > this.#deadline
        ? timedOut({ cause: error })
        : unavailable({ cause: error, retryAfterSeconds: 1 })
    }
  }

  release(isBroken = false): void {
    if (this.#isReleased) return
    this.#isReleased = true
    this.#pool.takeBack(this.#connection, isBroken || this.#isBroken)
  }
}

/** The server's own word for a statement that took longer than the call had left. */
const cancelled = '57014'

// Classes and codes with which the server says that it is overloaded, or that this was its last word.
const serverTrouble = /^(08|25P0[34]|53|57P|58|XX)/

/** True for what the server said of a statement, false for whatever means that it is not there. */
export function isSqlError(error: unknown): error is pg.DatabaseError {
  return error instanceof pg.DatabaseError && !serverTrouble.test(error.code ?? '')
}
