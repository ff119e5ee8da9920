import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../platform/src/db/embedded/postgres.ts'
import { removeDatabase } from '../../platform/src/db/embedded/visit.ts'
import { type Door, openDoor } from './tcp-door.ts'

/**
 * A PostgreSQL of somebody else's: reached over TCP, with an owner who may create roles but is no
 * superuser, and a request login under a name of their own.
 */
export interface ExternalPostgres extends Approach {
  /** One more way to it. It is closed together with everything else. */
  approach(): Promise<Approach>
  /** What must never be seen. */
  readonly passwords: readonly string[]
  /** Past the door, as one who may do everything. */
  readonly superuser: pg.ClientConfig
  stop(): Promise<void>
}

export interface Approach {
  readonly door: Door
  /** What an operator sets. */
  readonly environment: Readonly<Record<'DATABASE_URL' | 'DATABASE_OWNER_URL', string>>
}

const passwords = { owner: 'owner secret', app: 'app secret' } as const

export async function startExternalPostgres(
  options: Pick<
    Parameters<typeof startEmbeddedPostgres>[0],
    'extraSettings' | 'pausesMilliseconds'
  > = {},
): Promise<ExternalPostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'plinth-external-'))
  const postgres = await startEmbeddedPostgres({ ...options, dataFolder: folder, log: () => {} })
  await prepare(postgres)
  const doors: Door[] = []
  const approach = async () => {
    const door = await openDoor(() => join(postgres.host, `.s.PGSQL.${postgres.port}`))
    doors.push(door)
    const url = (user: string, password: string) =>
      `postgresql://${user}:${encodeURIComponent(password)}@${door.address}/acme`
    const environment = {
      DATABASE_URL: url('acme_app', passwords.app),
      DATABASE_OWNER_URL: url('acme_owner', passwords.owner),
    }
    return { door, environment }
  }
  const { host, port, user, password } = postgres
  return {
    ...(await approach()),
    approach,
    passwords: [...Object.values(passwords), ...Object.values(passwords).map(encodeURIComponent)],
    superuser: { host, port, user, password, database: 'acme' },
    async stop() {
      await Promise.all(doors.map((door) => door.close()))
      await postgres.stop()
      await removeDatabase(folder)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function prepare({ host, port, user, password }: EmbeddedPostgres): Promise<void> {
  const superuser = { host, port, user, password, database: 'postgres' }
  await ask(superuser, `create role acme_owner login createrole password '${passwords.owner}'`)
  await ask(superuser, `create role acme_app login password '${passwords.app}'`)
  await ask(superuser, 'create database acme owner acme_owner')
}

/** One statement on a connection of its own. */
export async function ask<Row extends object>(
  how: pg.ClientConfig,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client(how)
  await client.connect()
  try {
    return (await client.query<Row>(text, [...values])).rows
  } finally {
    await client.end()
  }
}
