import type { AsyncLocalStorage } from 'node:async_hooks'
import type { Db } from '../db/db.ts'
import { bindDb, runnerOf } from '../db/kysely.ts'

/** A call that uses the engine: what the engine's statements run on, and what became of them. */
export interface EngineRun {
  readonly db: Db
  readonly now: Temporal.Instant
  /** The raw token of the session that the engine began; the database has its hash only. */
  session: { readonly token: string; readonly expiresAt: string } | undefined
  /** The first thing that the database refused. The engine turns it into words of its own. */
  failure: unknown
}

/**
 * A Kysely for the engine whose every statement goes to the Db of the call that is running, so that
 * an account, its session and the call row are one transaction.
 */
export function createEngineKysely(runs: AsyncLocalStorage<EngineRun>): Db {
  return bindDb(async (statement) => {
    const run = runs.getStore()
    if (!run) throw new Error('The engine was used outside of a call.')
    try {
      const { rows, rowCount } = await runnerOf(run.db)(statement)
      return { rows: rows.map(withTextualBytes), rowCount }
    } catch (error) {
      run.failure ??= error
      throw error
    }
  })
}

/** Bytes as PostgreSQL writes them in text: the engine knows tokens as strings only. */
export const bytesAsText = (bytes: Buffer): string => `\\x${bytes.toString('hex')}`

function withTextualBytes(row: Readonly<Record<string, unknown>>) {
  const entries = Object.entries(row).map(([name, value]) => [
    name,
    Buffer.isBuffer(value) ? bytesAsText(value) : value,
  ])
  return Object.fromEntries(entries)
}
