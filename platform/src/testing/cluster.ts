import { randomBytes } from 'node:crypto'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { startEmbeddedPostgres } from '../db/embedded/postgres.ts'
import { removeDatabase } from '../db/embedded/visit.ts'
import { openDatabase, prepareEmbedded } from '../db/open.ts'
import { type App, sourcesOf } from '../operation/registry.ts'

/** What test files need to reach the PostgreSQL that one run shares. */
export interface TestCluster {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  /** The installation's secret, base64url: the logins' passwords follow from it. */
  readonly secret: string
}

declare module 'vitest' {
  interface ProvidedContext {
    readonly cluster: TestCluster
  }
}

const template = 'plinth_template'

/**
 * Starts one real PostgreSQL for a whole run and migrates a template that test files clone. It does
 * not wait for the disk: a run that dies is thrown away, and what survives a crash has tests of its
 * own on clusters of their own.
 */
export async function startTestCluster(
  apps: readonly App[],
): Promise<{ readonly cluster: TestCluster; stop(): Promise<void> }> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'plinth-test-'))
  const server = await startEmbeddedPostgres({
    dataFolder,
    log: () => {},
    extraSettings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' },
  })
  const secret = randomBytes(32)
  await prepareEmbedded(server, { secret, database: template })
  const { host, port, user, password } = server
  const database = await openDatabase({
    place: { kind: 'running', host, port, database: template },
    poolMax: 2,
    secret,
    log: () => {},
    sources: sourcesOf(apps),
  })
  await database.close()
  return {
    cluster: { host, port, user, password, secret: secret.toString('base64url') },
    async stop() {
      await server.stop()
      // For root it lies elsewhere than in its folder, and would stay there after every run.
      await removeDatabase(dataFolder)
    },
  }
}

/** Clones the template. The clone is dropped by `drop`. */
export async function cloneDatabase(
  cluster: TestCluster,
): Promise<{ readonly name: string; drop(): Promise<void> }> {
  const name = `test_${randomBytes(6).toString('hex')}`
  await asSuperuser(cluster, `create database ${name} template ${template} owner plinth_owner`)
  return {
    name,
    drop: () => asSuperuser(cluster, `drop database if exists ${name} with (force)`),
  }
}

async function asSuperuser({ secret, ...connection }: TestCluster, sql: string): Promise<void> {
  const client = new pg.Client({ ...connection, database: 'postgres' })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
