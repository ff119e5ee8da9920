import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { apps } from '../apps/src/all.ts'
import { ensureSecret } from '../platform/src/config/secret.ts'
import { startEmbeddedPostgres } from '../platform/src/db/embedded/postgres.ts'
import { removeDatabase } from '../platform/src/db/embedded/visit.ts'
import {
  connectTo,
  databaseName,
  openDatabase,
  prepareEmbedded,
  type RunningPlace,
} from '../platform/src/db/open.ts'
import { sourcesOf } from '../platform/src/operation/registry.ts'
import { databaseCpuMicros } from './database-cpu.ts'
import { type SeededPerson, seedPeople, seedTasks } from './seed.ts'

/** A database of the bench alone. */
export interface BenchDatabase {
  readonly place: RunningPlace
  readonly dataFolder: string
  readonly password: string
  /** The people, with ids of tasks that they have now. */
  people(): readonly SeededPerson[]
  /** Adds tasks until there are so many in sum, and tidies up as the server would at leisure. */
  growTo(tasks: number): Promise<void>
  countTasks(): Promise<number>
  /** As `schema.table`. */
  emptyPartitions(): Promise<ReadonlySet<string>>
  /** Runs statements as the superuser. */
  asSuperuser(text: string): Promise<void>
  /** Of all its processes together; undefined where the system does not tell. */
  cpuMicros(): number | undefined
  /** Writes out what waits in memory, so that each measurement begins alike. */
  settle(): Promise<void>
  /** Stops it and deletes everything. */
  remove(): Promise<void>
}

/**
 * Commits do not wait for the disk: that wait is the same for both servers and longer than all else,
 * so it would make Plinth look as fast as the bare one.
 */
const extraSettings = { synchronous_commit: 'off' }

const emptyPartitions = `
  select nspname || '.' || relname as name
  from pg_class join pg_namespace on pg_namespace.oid = relnamespace
  where relispartition and relkind = 'r' and pg_relation_size(pg_class.oid) = 0`

/** What the measurements begin with. */
export const tasksAtFirst = 10_000

export async function startDatabase(): Promise<BenchDatabase> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'plinth-bench-'))
  const server = await startEmbeddedPostgres({ dataFolder, log: () => {}, extraSettings })
  const remove = async () => {
    await server.stop()
    await removeDatabase(dataFolder)
  }
  try {
    const { host, port, user, password } = server
    const place = { kind: 'running', host, port, database: databaseName } as const
    const secret = await ensureSecret(dataFolder)
    await prepareEmbedded(server, { secret, database: databaseName })
    await migrate(place, secret)
    const owner = connectTo(place, secret)('owner')
    let people = await seedPeople(owner)
    let tasks = 0
    const superuser = new pg.Client({ ...place, user, password })
    await superuser.connect()
    const shown = await superuser.query<{ data_directory: string }>('show data_directory')
    const dataDirectory = shown.rows[0]?.data_directory ?? ''
    const database: BenchDatabase = {
      place,
      dataFolder,
      password,
      people: () => people,
      async growTo(more) {
        people = await seedTasks(owner, people, { from: tasks, to: more })
        tasks = more
        await superuser.query('vacuum analyze')
      },
      async emptyPartitions() {
        const { rows } = await superuser.query<{ name: string }>(emptyPartitions)
        return new Set(rows.map((row) => row.name))
      },
      asSuperuser: async (text) => void (await superuser.query(text)),
      async countTasks() {
        const text = 'select count(*)::int as count from tasks.task'
        return (await superuser.query<{ count: number }>(text)).rows[0]?.count ?? 0
      },
      cpuMicros: () => databaseCpuMicros(dataDirectory),
      settle: async () => void (await superuser.query('checkpoint')),
      async remove() {
        await superuser.end()
        await remove()
      },
    }
    await database.growTo(tasksAtFirst)
    return database
  } catch (error) {
    await remove()
    throw error
  }
}

async function migrate(place: RunningPlace, secret: Buffer): Promise<void> {
  const sources = sourcesOf(apps)
  const database = await openDatabase({ place, secret, sources, poolMax: 2, log: () => {} })
  await database.close()
}
