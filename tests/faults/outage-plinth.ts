import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer, parseConfig, type Server } from '@plinth/platform/server'
import type pg from 'pg'
import { apps } from '../../apps/src/all.ts'
import { logins, passwordOf } from '../../platform/src/db/logins.ts'
import type { DatabasePlace } from '../../platform/src/db/open.ts'
import { createLogger } from '../../platform/src/observability/log.ts'
import { createScratchDatabase } from '../../platform/src/testing/scratch.ts'
import { signUp } from './installation.ts'
import { ask, type ExternalPostgres } from './outage-external.ts'
import { type Door, openDoor } from './tcp-door.ts'

/** A real Plinth that reaches its database through a door, with one person who may call. */
export interface Besieged {
  readonly url: string
  readonly server: Server
  readonly door: Door
  readonly person: Person
  /** All log lines so far. */
  readonly logs: readonly string[]
  /** What must never be in an answer or a log line. */
  readonly secrets: readonly string[]
  /** Asks the database past the door, as one who sees everything. */
  sql<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>
  stop(): Promise<void>
}

export interface Person {
  readonly email: string
  readonly password: string
  /** As a Cookie header's value. */
  readonly cookie: string
  /** An API key with all scopes. */
  readonly key: string
}

/** What a Plinth under siege stands on. */
export interface Ground {
  readonly door: Door
  /** Through the door. */
  readonly place: DatabasePlace
  readonly secret: Buffer
  /** Past the door, as one who sees everything. */
  readonly observer: pg.ClientConfig
  readonly passwords: readonly string[]
  leave(): Promise<void>
}

/** A database of its own on the server that all tests share. */
async function scratchGround(): Promise<Ground> {
  const { place, secret, config, drop } = await createScratchDatabase()
  const door = await openDoor(() => join(place.host, `.s.PGSQL.${place.port}`))
  return {
    door,
    place: { ...place, host: door.host, port: door.port },
    secret,
    observer: config('owner'),
    passwords: logins.map((login) => passwordOf(secret, login)),
    async leave() {
      await door.close()
      await drop()
    },
  }
}

/** A server of its own, which is somebody else's and may be killed. Whoever started it stops it. */
export async function externalGround(external: ExternalPostgres): Promise<Ground> {
  const { door, environment } = external
  const secret = randomBytes(32)
  return {
    door,
    place: {
      kind: 'external',
      url: environment.DATABASE_URL,
      ownerUrl: environment.DATABASE_OWNER_URL,
    },
    secret,
    observer: external.superuser,
    passwords: [...external.passwords, ...logins.map((login) => passwordOf(secret, login))],
    leave: async () => {},
  }
}

/** How many connections the pool for requests has at most, and the one for accounts. */
export const poolMax = 6
export const identityPoolMax = 2

/** Starts a Plinth behind a door, on a database of its own unless another ground is given. */
export async function besiege(ground?: Ground): Promise<Besieged> {
  const { door, place, secret, observer, passwords, leave } = ground ?? (await scratchGround())
  const dataFolder = await mkdtemp(join(tmpdir(), 'plinth-outage-'))
  await writeFile(join(dataFolder, 'secret'), secret.toString('base64url'), { mode: 0o600 })
  const environment = {
    PLINTH_ENV: 'test',
    PLINTH_DATA: dataFolder,
    PORT: '0',
    LOG_FORMAT: 'json',
    RATE_LIMIT_ENABLED: 'false',
    DATABASE_POOL_MAX: String(poolMax),
  }
  const config = parseConfig(environment, { root: dataFolder, version: '0.0.0-test' })
  const logs: string[] = []
  const write = (line: string) => void logs.push(line)
  const server = await createServer({ apps, config, place, log: createLogger(config, { write }) })
  const url = server.localUrl
  const person = await makePerson(url)
  return {
    url,
    server,
    door,
    person,
    logs,
    secrets: [
      ...passwords,
      secret.toString('base64url'),
      person.password,
      person.key,
      person.cookie.split('=')[1] ?? 'no session',
      'postgres://',
      'postgresql://',
    ],
    sql: (text, values) => ask(observer, text, values),
    async stop() {
      await server.close()
      await leave()
      await rm(dataFolder, { recursive: true, force: true })
    },
  }
}

async function makePerson(url: string): Promise<Person> {
  const { email, password, cookie } = await signUp(url)
  const response = await fetch(`${url}/api/v1/auth/api_keys`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url, cookie },
    body: JSON.stringify({
      name: `agent ${randomUUID()}`,
      scopes: ['tasks:read', 'tasks:write', 'tasks:delete'],
    }),
  })
  const body = await response.text()
  if (response.status !== 201) throw new Error(body)
  const { key } = (await new Response(body).json()) as { readonly key: string }
  return { email, password, cookie, key }
}
