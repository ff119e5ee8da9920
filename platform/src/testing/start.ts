import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { inject } from 'vitest'
import type { Config } from '../config/config.ts'
import { parseConfig } from '../config/parse.ts'
import { connectTo, type RunningPlace } from '../db/open.ts'
import type { Credential } from '../identity/caller.ts'
import { createLogger } from '../observability/log.ts'
import type { AnyOperation, ExampleKit, InputOf, OutputOf } from '../operation/define.ts'
import { type App, scopesOf } from '../operation/registry.ts'
import { createServer, type Server } from '../server.ts'
import { createTestClock, type TestClock } from './clock.ts'
import { cloneDatabase } from './cluster.ts'

export interface TestPlinthOptions {
  readonly apps: readonly App[]
  /** Environment variables as an operator would set them. Limits are off unless turned on here. */
  readonly environment?: Readonly<Record<string, string>>
  readonly webFolder?: string
  readonly clientRoutes?: readonly string[]
}

/** A person who signed up over HTTP, with the browser's cookie and a way to more credentials. */
export interface TestPerson {
  readonly personId: string
  readonly name: string
  readonly email: string
  readonly password: string
  /** As a Cookie header's value. */
  readonly cookie: string
  readonly session: Credential
  /** Makes an API key; all scopes and `script` unless said otherwise. */
  key(options?: {
    readonly name?: string
    readonly scopes?: readonly string[]
    readonly usedBy?: 'agent' | 'script'
  }): Promise<string>
  /** Calls an operation in the person's browser session, past no step of the road. */
  call<O extends AnyOperation>(operation: O, input: InputOf<O>): Promise<OutputOf<O>>
}

export interface TestPlinth {
  readonly url: string
  readonly server: Server
  readonly clock: TestClock
  /** Everything that was logged, a parsed line each. */
  readonly logs: readonly Readonly<Record<string, unknown>>[]
  createPerson(name?: string): Promise<TestPerson>
  /** Signs up a person and a stranger and gives what operations' examples are made with. */
  exampleKit(people: { readonly person: TestPerson; readonly other: TestPerson }): ExampleKit
  /** Asks the database as the owner of the tables, who sees everything. */
  sql<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>
  stop(): Promise<void>
}

/** Starts a real Plinth on a free port and a database of its own, cloned from the template. */
export async function startTestPlinth(options: TestPlinthOptions): Promise<TestPlinth> {
  const cluster = inject('cluster')
  const database = await cloneDatabase(cluster)
  const dataFolder = await mkdtemp(join(tmpdir(), 'plinth-test-'))
  await writeFile(join(dataFolder, 'secret'), cluster.secret, { mode: 0o600 })
  const place = { ...cluster, kind: 'running', database: database.name } as const
  const clock = createTestClock()
  const logs: Record<string, unknown>[] = []
  const config = testConfig(dataFolder, options.environment ?? {})
  const server = await createServer({
    ...options,
    config,
    place,
    clock,
    log: createLogger(config, { write: (line: string) => void logs.push(JSON.parse(line)) }),
  })
  const owner = await connectOwner(place, cluster.secret)
  return {
    url: server.localUrl,
    server,
    clock,
    logs,
    createPerson: (name = 'Ada Byron') => signUp(server, name),
    exampleKit: ({ person, other }) => createKit({ person, other }),
    sql: async <Row extends object>(text: string, values: readonly unknown[] = []) =>
      (await owner.query<Row>(text, [...values])).rows,
    async stop() {
      await owner.end()
      await server.close()
      await database.drop()
      await rm(dataFolder, { recursive: true, force: true })
    },
  }
}

function testConfig(dataFolder: string, environment: Readonly<Record<string, string>>): Config {
  return parseConfig(
    {
      PLINTH_ENV: 'test',
      PLINTH_DATA: dataFolder,
      PORT: '0',
      LOG_FORMAT: 'json',
      RATE_LIMIT_ENABLED: 'false',
      DATABASE_POOL_MAX: '6',
      ...environment,
    },
    { root: dataFolder, version: '0.0.0-test' },
  )
}

async function connectOwner(place: RunningPlace, secret: string): Promise<pg.Client> {
  const client = new pg.Client(connectTo(place, Buffer.from(secret, 'base64url'))('owner'))
  await client.connect()
  return client
}

async function signUp({ localUrl, road }: Server, name: string): Promise<TestPerson> {
  const unique = randomBytes(6).toString('hex')
  const email = `${name.split(' ')[0]?.toLowerCase()}.${unique}@example.com`
  const password = 'wrought iron railing'
  const response = await fetch(`${localUrl}/api/v1/auth/sign_up`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: localUrl },
    body: JSON.stringify({ email, password, name, timeZone: 'Europe/London' }),
  })
  const body = (await response.json()) as { id: string }
  if (response.status !== 201) throw new Error(`Signing up failed: ${JSON.stringify(body)}`)
  const cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const session = { kind: 'session', token: cookie.slice(cookie.indexOf('=') + 1) } as const

  const call = async <O extends AnyOperation>(operation: O, input: InputOf<O>) => {
    const answer = await road.execute({
      operation,
      credential: session,
      input,
      surface: 'direct',
      requestId: `test-${randomBytes(6).toString('hex')}`,
      address: '127.0.0.1',
      signal: new AbortController().signal,
    })
    if (!answer.ok) throw answer.error
    return answer.output as OutputOf<O>
  }
  return {
    personId: body.id,
    name,
    email,
    password,
    cookie,
    session,
    call,
    async key({ name: keyName = 'laptop', scopes, usedBy = 'script' } = {}) {
      const create = road.registry.find('auth.create_api_key')
      if (!create) throw new Error('There is no operation that creates keys.')
      const input = { name: keyName, scopes: scopes ?? scopesOf(road.registry), usedBy }
      const made = (await call(create, input)) as { readonly key: string }
      return made.key
    },
  }
}

function createKit(people: Readonly<Record<'person' | 'other', TestPerson>>): ExampleKit {
  const callAs =
    (person: TestPerson) =>
    async <O extends AnyOperation>(operation: O, input?: InputOf<O>): Promise<OutputOf<O>> =>
      person.call(operation, input ?? ((await operation.example(kit)) as InputOf<O>))
  const kit: ExampleKit = { as: { person: callAs(people.person), other: callAs(people.other) } }
  return kit
}
