import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { createRefusalCounter, type Refusal } from './audit/refusals.ts'
import type { Config } from './config/config.ts'
import { explainDiskTrouble } from './config/disk-trouble.ts'
import { ensureSecret } from './config/secret.ts'
import { explainWrongSecret, refuseLostSecret } from './db/embedded/secret-trouble.ts'
import { type Database, type DatabasePlace, openDatabase } from './db/open.ts'
import type { Pool } from './db/pool.ts'
import type { UnitStatement } from './db/unit.ts'
import { startUpkeep } from './db/upkeep.ts'
import { openRead, writeAlone } from './db/work.ts'
import { createAuthApp } from './identity/app.ts'
import { nobody } from './identity/caller.ts'
import { warmEngine } from './identity/engine.ts'
import { createIdentifier } from './identity/identify.ts'
import { hasAdministrator, setupTokenOf } from './identity/set-up.ts'
import { addressBucket, limitAddress } from './limits/address.ts'
import { createLimiter, type Limiter, type LimitState } from './limits/limiter.ts'
import { type Clock, createClock } from './observability/clock.ts'
import { createLogger } from './observability/log.ts'
import { createMeters, type Meters } from './observability/metrics.ts'
import { createExecute } from './operation/execute.ts'
import {
  type App,
  createRegistry,
  type Registry,
  scopesOf,
  sourcesOf,
} from './operation/registry.ts'
import { createDrain, type Drain } from './surfaces/http/drain.ts'
import { mountMetrics } from './surfaces/http/metrics.ts'
import { openapiDocument } from './surfaces/http/openapi.ts'
import { createHttpSurface } from './surfaces/http/surface.ts'
import { type Listener, listen } from './surfaces/listen.ts'
import { mountMcp } from './surfaces/mcp/surface.ts'
import type { Road } from './surfaces/road.ts'
import { version } from './version.ts'

export { ConfigError } from './config/config-error.ts'
export { readEnvironment } from './config/environment.ts'
export { parseConfig } from './config/parse.ts'
export { DataFolderInUseError } from './db/embedded/folder-lock.ts'
export { runCommand } from './surfaces/cli/surface.ts'
export { version } from './version.ts'

export interface ServerOptions {
  readonly apps: readonly App[]
  readonly config: Config
  /** The folder of the built web, if this process serves it; it may still be under construction. */
  readonly webFolder?: string | Promise<string>
  /** The first path segments that the web knows, for example `tasks`. */
  readonly clientRoutes?: readonly string[]
  /** In place of what the configuration says, for tests and scratch databases. */
  readonly place?: DatabasePlace
  readonly clock?: Clock
  readonly log?: Logger
}

export interface Server {
  /** Where people open it, without a slash at the end. */
  readonly url: string
  /** Where it listens on this machine. */
  readonly localUrl: string
  /** Set when the port asked for by default was taken, and another was used. */
  readonly movedFromPort: number | undefined
  /** The address at which the first administrator signs up; undefined when there is one. */
  readonly setupUrl: string | undefined
  readonly registry: Registry
  readonly road: Road
  readonly database: Database
  /**
   * Answers what has begun, refuses what has not, then lets everything go. Calls have 6 seconds to
   * end; then they are answered 503, for which their clients have 2 more.
   */
  close(): Promise<void>
  /** For a process that ends at once: a database of ours is told to stop, and that is all. */
  dismiss(): Promise<void>
}

/** What the process does on its own, outside any call, belongs to this one. */
const anonymousId = '00000000-0000-0000-0000-000000000000'
const housekeepingMilliseconds = 5_000

/** Builds and starts an installation. Read it from top to bottom: it is the table of contents. */
export async function createServer(options: ServerOptions): Promise<Server> {
  const { config } = options
  const log = options.log ?? createLogger(config)
  const clock = options.clock ?? createClock()

  const { secret, database } = await openData(options, log)
  const closers: (() => Promise<void>)[] = [() => database.close()]
  try {
    return await assemble({ ...options, log, clock, secret, database, closers })
  } catch (error) {
    await closeAll(closers)
    throw error
  }
}

/** Everything that lies on a disk. What the disk refuses is said with what to do about it. */
async function openData({ config, place = placeOf(config), apps }: ServerOptions, log: Logger) {
  const { dataFolder } = config
  const isOurs = place.kind === 'embedded'
  try {
    if (isOurs) await refuseLostSecret(dataFolder)
    const secret = await ensureSecret(dataFolder)
    const database = await openDatabase({
      place,
      poolMax: config.database.poolMax,
      secret,
      log: (message, fields) => log.info(fields ?? {}, message),
      sources: sourcesOf(apps),
    })
    return { secret, database }
  } catch (error) {
    const explained = explainDiskTrouble(error, dataFolder)
    throw isOurs ? explainWrongSecret(explained, dataFolder) : explained
  }
}

interface Parts extends ServerOptions {
  readonly log: Logger
  readonly clock: Clock
  readonly secret: Buffer
  readonly database: Database
  /** In the order of opening; they are run backwards. */
  readonly closers: (() => Promise<void>)[]
}

async function assemble(parts: Parts): Promise<Server> {
  const { config, log, clock, database, closers, secret } = parts
  const asNobody = () => ({
    caller: nobody,
    callId: anonymousId,
    deadline: performance.now() + housekeepingMilliseconds,
  })
  const write = (pool: Pool) => (statement: UnitStatement) =>
    writeAlone(pool, asNobody(), [statement])

  const identifier = createIdentifier({
    read: (run) => run(openRead(database.identity, asNobody()).db),
    write: write(database.identity),
    now: () => clock.now().epochMilliseconds,
    onError: (error) => log.warn({ err: error, action: 'last_used' }, 'last uses were not kept'),
  })
  closers.push(() => identifier.stop())

  const registry = createRegistry([
    createAuthApp({ secret, knownScopes: () => scopesOf(registry), forget: identifier.forget }),
    ...parts.apps,
  ])
  const refusals = createRefusalCounter({
    write: write(database.app),
    now: () => clock.now(),
    onError: (error, dropped) =>
      log.warn({ err: error, action: 'refusals', dropped }, 'counts of refusals were not written'),
  })
  // By the limit's idea of an address: whoever has 2^64 of them must not leave as many rows.
  const countRefusal = ({ address, code }: Refusal) =>
    refusals.count({ address: addressBucket(address), code })
  closers.push(() => refusals.stop())
  closers.push(startUpkeep({ run: write(database.app), log }).stop)

  const meters = createMeters(registry.operations)
  const limiter = counted(createLimiter({ now: () => performance.now() }), meters)
  const execute = createExecute({
    registry,
    pools: database,
    limiter,
    rates: config.limits,
    clock,
    log,
    meter: meters,
    identify: identifier.identify,
    countRefusal,
    checksOutput: config.environment !== 'production',
  })

  const listener = await listen({ host: config.host, port: config.port })
  const drain = createDrain()
  const road: Road = {
    config,
    registry,
    execute,
    log,
    publicUrl: config.publicUrl ?? `http://localhost:${listener.port}`,
    identify: identifier.identify,
    limitAddress: async (address) => limitAddress(limiter, config.limits, address),
    refused({ requestId, address, code, path }) {
      log.info({ request_id: requestId, address, code, path }, 'request refused')
      countRefusal({ address, code })
      meters.refusedRequest(code)
    },
    // Whoever spreads the load is to turn elsewhere as soon as the end has begun.
    isReady: async () => !drain.isUnderWay && (await database.isReady()),
  }
  await openSurfaces({ ...parts, meters, drain }, road, listener)
  const isSetUp = await hasAdministrator(openRead(database.identity, asNobody()).db)
  return {
    url: road.publicUrl,
    localUrl: `http://localhost:${listener.port}`,
    movedFromPort: listener.movedFrom,
    setupUrl: isSetUp ? undefined : `${road.publicUrl}/setup#${setupTokenOf(secret)}`,
    registry,
    road,
    database,
    close: () => closeAll(closers.splice(0)),
    dismiss: () => database.dismiss(),
  }
}

/** Closes in reverse order. One that fails does not keep the others open. */
async function closeAll(closers: readonly (() => Promise<void>)[]): Promise<void> {
  const failures: unknown[] = []
  for (const close of closers.toReversed()) {
    await close().catch((error: unknown) => failures.push(error))
  }
  if (failures.length > 0) throw failures[0]
}

/** Everything that listens. From here on calls arrive. */
async function openSurfaces(
  parts: Parts & { readonly meters: Meters; readonly drain: Drain },
  road: Road,
  listener: Listener,
): Promise<void> {
  const http = createHttpSurface(road, {
    webFolder: await parts.webFolder,
    clientRoutes: parts.clientRoutes ?? [],
    register: [mountMcp(road), metricsOf(parts)],
    now: () => parts.clock.now(),
    drain: parts.drain,
  })
  await listener.serve(http)
  parts.closers.push(() => end(http, parts))
  setImmediate(() => {
    warmEngine().catch((error: unknown) => {
      road.log.error({ err: error, action: 'warm' }, 'the engine for accounts could not be loaded')
    })
  })
}

/** `/metrics`, where the operator has set a token for it. */
function metricsOf({ config, database, meters }: Parts & { readonly meters: Meters }) {
  return (http: FastifyInstance): void => {
    if (config.metricsToken === undefined) return
    const pools = { app: database.app, identity: database.identity }
    const open = async () => {
      const { createExposition } = await import('./observability/exposition.ts')
      return createExposition({ meters, pools, version: config.version })
    }
    mountMetrics(http, { token: config.metricsToken, open })
  }
}

/** The same limiter, whose refusals are counted under their limit's name. */
function counted(limiter: Limiter, meters: Meters): Limiter {
  const count = (state: LimitState): LimitState => {
    if (state.retryAfterSeconds > 0) meters.limited(state.name)
    return state
  }
  return {
    take(bucket) {
      const state = limiter.take(bucket)
      return state instanceof Promise ? state.then(count) : count(state)
    },
  }
}

/** The OpenAPI document of a set of apps, without a server or a database. */
export function describeApi(apps: readonly App[], publicUrl: string): Promise<object> {
  const auth = createAuthApp({
    secret: Buffer.alloc(32),
    knownScopes: () => scopesOf(registry),
    forget: () => {},
  })
  const registry = createRegistry([auth, ...apps])
  return openapiDocument(registry, { version, publicUrl })
}

const drainMilliseconds = 6_000
const farewellMilliseconds = 2_000

/** Lets running calls end. Those that take too long are answered that, and only then cut. */
async function end(
  http: FastifyInstance,
  { drain, database, log }: Pick<Parts, 'database' | 'log'> & { readonly drain: Drain },
): Promise<void> {
  let timer = setTimeout(() => {
    log.warn({ action: 'stop' }, 'calls were still running and are answered 503')
    database.abandon()
    timer = setTimeout(() => {
      log.warn({ action: 'stop' }, 'connections were still open and are cut')
      drain.cut()
    }, farewellMilliseconds)
  }, drainMilliseconds)
  try {
    await http.close()
  } finally {
    clearTimeout(timer)
  }
}

function placeOf({ database, dataFolder }: Config): DatabasePlace {
  const { url, ownerUrl } = database
  return url && ownerUrl ? { kind: 'external', url, ownerUrl } : { kind: 'embedded', dataFolder }
}
