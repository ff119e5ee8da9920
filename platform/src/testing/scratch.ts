import pg from 'pg'
import { inject } from 'vitest'
import type { Login } from '../db/logins.ts'
import { connectTo, type RunningPlace } from '../db/open.ts'
import { cloneDatabase } from './cluster.ts'

/** A database of a test's own, without a server on it. */
export interface ScratchDatabase {
  readonly place: RunningPlace
  readonly secret: Buffer
  /** A plain connection of one login. It is closed by `drop`. */
  connect(login: Login): Promise<pg.Client>
  config(login: Login): pg.ClientConfig
  drop(): Promise<void>
}

/** Clones the run's template for a test that asks the database itself. */
export async function createScratchDatabase(): Promise<ScratchDatabase> {
  const cluster = inject('cluster')
  const { name, drop } = await cloneDatabase(cluster)
  const secret = Buffer.from(cluster.secret, 'base64url')
  const place = { kind: 'running', host: cluster.host, port: cluster.port, database: name } as const
  const config = connectTo(place, secret)
  const clients: pg.Client[] = []
  return {
    place,
    secret,
    config,
    async connect(login) {
      const client = new pg.Client(config(login))
      await client.connect()
      clients.push(client)
      return client
    },
    async drop() {
      await Promise.all(clients.map((client) => client.end()))
      await drop()
    },
  }
}
