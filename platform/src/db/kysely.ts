import {
  type CompiledQuery,
  type DatabaseConnection,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely'
import type { Db } from './db.ts'
import type { StatementResult, UnitStatement } from './unit.ts'

/** Runs one statement of a call, wherever that call's connection is. */
export type RunStatement = (statement: UnitStatement) => Promise<StatementResult>

const refuse = () => Promise.reject(new Error('Only a call has a connection; use its db.'))

/** Compiles queries and knows no connection. */
const dialect = {
  createAdapter: () => new PostgresAdapter(),
  createDriver: () => ({
    init: async () => {},
    acquireConnection: refuse,
    beginTransaction: refuse,
    commitTransaction: refuse,
    rollbackTransaction: refuse,
    releaseConnection: async () => {},
    destroy: async () => {},
  }),
  createIntrospector: (db: Kysely<unknown>) => new PostgresIntrospector(db),
  createQueryCompiler: () => new PostgresQueryCompiler(),
}

const base = new Kysely<Record<never, never>>({ dialect })
const executor = base.getExecutor()
const properties = { config: { dialect }, dialect, driver: dialect.createDriver() }

/** Builds and compiles queries without a connection. */
export const queryBuilder: Db = base

/** A Db that belongs to one call. */
class CallDb extends Kysely<Record<never, never>> {
  readonly run: RunStatement

  constructor(connection: DatabaseConnection, run: RunStatement) {
    super({
      ...properties,
      executor: executor.withConnectionProvider({
        provideConnection: (consumer) => consumer(connection),
      }),
    })
    this.run = run
  }
}

/** How the statements of a call's Db are run, for those that were compiled before. */
export function runnerOf(db: Db): RunStatement {
  if (db instanceof CallDb) return db.run
  throw new Error('Only the db of a call runs statements.')
}

/** A Db whose every query goes through `run`. Transactions are the pipeline's, never the app's. */
export function bindDb(run: RunStatement): Db {
  const connection: DatabaseConnection = {
    async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
      const { rows, rowCount } = await run({ text: sql, values: parameters })
      return { rows: rows as Row[], numAffectedRows: BigInt(rowCount) }
    },
    // biome-ignore lint/correctness/useYield: a call reads whole answers; streams are not offered.
    async *streamQuery() {
      throw new Error('A call reads whole answers; page through them instead of streaming.')
    },
  }
  return new CallDb(connection, run)
}
