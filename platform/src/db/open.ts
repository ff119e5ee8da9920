import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded/postgres.ts'
import { inspectDatabase } from './inspect.ts'
import { ensureLogins, type Login, logins, passwordOf, roleOf } from './logins.ts'
import { type MigrationSource, migrate } from './migrate.ts'
import { createPool, type Pool, socketOf } from './pool.ts'
import type { UnitStatement } from './unit.ts'

/** Where PostgreSQL is: ours to start, somebody else's, or one of ours that runs already. */
export type DatabasePlace =
  | { readonly kind: 'embedded'; readonly dataFolder: string }
  | { readonly kind: 'external'; readonly url: string; readonly ownerUrl: string }
  | RunningPlace

export interface RunningPlace {
  readonly kind: 'running'
  /** The folder of the server's socket. */
  readonly host: string
  readonly port: number
  readonly database: string
}

export interface DatabaseOptions {
  readonly place: DatabasePlace
  readonly poolMax: number
  readonly secret: Buffer
  readonly sources: readonly MigrationSource[]
  readonly log: (message: string, fields?: Record<string, unknown>) => void
}

export interface Database {
  readonly app: Pool
  readonly identity: Pool
  /** Names of the migrations that this start applied. */
  readonly migrated: readonly string[]
  /** Whether the server answers. */
  isReady(): Promise<boolean>
  /** Breaks off all calls that still run, which then fail as UNAVAILABLE, and begins no more. */
  abandon(): void
  close(): Promise<void>
  /** For a process that ends at once: tells a server of ours to stop, and waits for nothing. */
  dismiss(): Promise<void>
}

const connectMilliseconds = 10_000
const goodbyeMilliseconds = 2_000
/** How long the server may say nothing during a start. */
const silenceMilliseconds = 10_000
/** An index on a large table takes its time, and so does another process that makes it. */
const migrationSilenceMilliseconds = 1_800_000

/** The database's name on a server of ours. */
export const databaseName = 'plinth'

/** Starts or finds PostgreSQL, brings it to this release, checks it, and opens the pools. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const server = await findServer(options)
  const { connect, stop } = server
  try {
    const prepare = async (client: pg.Client) => {
      const names = await migrate(client, options.sources)
      await client.query('select platform.prepare_partitions(2)')
      await refuseFindings(client, options.sources)
      return names
    }
    const migrated = await withClient(connect('owner'), prepare, migrationSilenceMilliseconds)
    return openPools(options, { ...server, migrated })
  } catch (error) {
    await stop()
    throw error
  }
}

type Connect = (login: Login) => pg.ClientConfig

interface FoundServer {
  readonly connect: Connect
  readonly stop: () => Promise<void>
  readonly dismiss: () => Promise<void>
}

/** A server that is not ours to stop. */
const leftAlone = { stop: async () => {}, dismiss: async () => {} }

async function findServer({ place, secret, log }: DatabaseOptions): Promise<FoundServer> {
  if (place.kind === 'running') return { connect: connectTo(place, secret), ...leftAlone }
  if (place.kind === 'external') {
    const connect = connectOutside(place, secret)
    await prepareExternal(place, connect('owner'), secret)
    return { connect, ...leftAlone }
  }
  const server = await startEmbeddedPostgres({ dataFolder: place.dataFolder, log })
  try {
    await prepareEmbedded(server, { secret, database: databaseName })
  } catch (error) {
    await server.stop()
    throw error
  }
  const running = { ...server, kind: 'running', database: databaseName } as const
  return { connect: connectTo(running, secret), stop: server.stop, dismiss: server.dismiss }
}

function openPools(
  { poolMax, log }: DatabaseOptions,
  { connect, migrated, stop, dismiss }: FoundServer & Pick<Database, 'migrated'>,
): Database {
  const onIdleError = (error: Error) =>
    log('an idle database connection broke', { reason: error.message })
  const app = createPool({ connection: connect('app'), max: poolMax, name: 'plinth', onIdleError })
  const identity = createPool({
    connection: connect('identity'),
    max: Math.max(2, Math.ceil(poolMax / 3)),
    name: 'plinth identity',
    onIdleError,
  })
  return {
    app,
    identity,
    migrated,
    isReady: () => answers(app),
    abandon() {
      app.abandon()
      identity.abandon()
    },
    async close() {
      await Promise.all([app.close(), identity.close()])
      await stop()
    },
    dismiss,
  }
}

const ping: UnitStatement = { text: 'select 1', values: [] }

async function answers(pool: Pool): Promise<boolean> {
  try {
    const lease = await pool.lease(performance.now() + 2_000)
    try {
      await lease.run([ping])
      return true
    } finally {
      lease.release()
    }
  } catch {
    return false
  }
}

/** The superuser makes the logins and the database, and is not used again. */
export async function prepareEmbedded(
  { host, port, user, password }: Pick<EmbeddedPostgres, 'host' | 'port' | 'user' | 'password'>,
  { secret, database }: { readonly secret: Buffer; readonly database: string },
): Promise<void> {
  await withClient({ host, port, user, password, database: 'postgres' }, async (client) => {
    const found = await client.query('select from pg_database where datname = $1', [database])
    if (found.rowCount !== 0) return
    await ensureLogins(client, { secret, logins })
    // Last, so that a start that was cut off in between begins again.
    await client.query(
      `create database ${client.escapeIdentifier(database)} owner ${roleOf('owner')}`,
    )
  })
}

/** How each login reaches a server of ours. */
export function connectTo({ host, port, database }: RunningPlace, secret: Buffer): Connect {
  return (login) => {
    return { host, port, database, user: roleOf(login), password: passwordOf(secret, login) }
  }
}

type ExternalPlace = Extract<DatabasePlace, { kind: 'external' }>

function connectOutside({ url, ownerUrl }: ExternalPlace, secret: Buffer): Connect {
  return (login) => {
    if (login === 'owner') return { connectionString: ownerUrl }
    if (login === 'app') return { connectionString: url }
    const own = new URL(url)
    own.username = roleOf(login)
    own.password = passwordOf(secret, login)
    return { connectionString: own.href }
  }
}

/** On an external server the owner makes the other logins; the given two may have their own names. */
async function prepareExternal(
  { url, ownerUrl }: ExternalPlace,
  owner: pg.ClientConfig,
  secret: Buffer,
): Promise<void> {
  await withClient(owner, async (client) => {
    await ensureLogins(client, { secret, logins: ['identity', 'worker', 'sealer'] })
    for (const [address, role] of [
      [ownerUrl, roleOf('owner')],
      [url, roleOf('app')],
    ] as const) {
      await ensureRole(client, role)
      const user = decodeURIComponent(new URL(address).username)
      if (user !== role) await client.query(`grant ${role} to ${client.escapeIdentifier(user)}`)
    }
  })
  // A mistake in the other address would show with the first call only.
  await withClient({ connectionString: url }, async () => {})
}

async function ensureRole(client: pg.Client, role: string): Promise<void> {
  const { rowCount } = await client.query('select from pg_roles where rolname = $1', [role])
  if (rowCount === 0) await client.query(`create role ${role}`)
}

async function refuseFindings(
  client: pg.Client,
  sources: readonly MigrationSource[],
): Promise<void> {
  const findings = await inspectDatabase(
    client,
    sources.flatMap((source) => source.schemas),
  )
  if (findings.length === 0) return
  throw new Error(`The database is not as safe as Plinth promises:\n- ${findings.join('\n- ')}`)
}

/**
 * A visit at a start, as one login. It has an end even where the server hangs, so that whoever starts
 * Plinth hears of it.
 */
async function withClient<T>(
  config: pg.ClientConfig,
  use: (client: pg.Client) => Promise<T>,
  silenceMax = silenceMilliseconds,
): Promise<T> {
  const client = new pg.Client({ ...config, connectionTimeoutMillis: connectMilliseconds })
  const place = `${client.host}:${client.port}`
  client.on('error', () => {})
  try {
    await client.connect()
  } catch (error) {
    const reason = reasonOf(error)
    throw new Error(`The database at ${place} cannot be reached: ${reason}`, { cause: error })
  }
  let heard = 0
  let isSilent = false
  const watch = setInterval(() => {
    const { bytesRead } = socketOf(client)
    isSilent ||= bytesRead === heard
    if (isSilent) void client.end()
    heard = bytesRead
  }, silenceMax)
  try {
    return await use(client)
  } catch (error) {
    throw isSilent
      ? new Error(`The database at ${place} does not answer.`, { cause: error })
      : error
  } finally {
    clearInterval(watch)
    await Promise.race([client.end(), sleep(goodbyeMilliseconds, undefined, { ref: false })])
  }
}

/** A name with two addresses fails with two errors, and a message of its own that is empty. */
function reasonOf(error: unknown): string {
  const errors = error instanceof AggregateError ? error.errors : [error]
  return errors.map((one) => (one instanceof Error ? one.message : String(one))).join('; ')
}
