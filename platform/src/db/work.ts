import type { Caller } from '../identity/caller.ts'
import { bindRead, bindWrite } from './binding.ts'
import type { Db } from './db.ts'
import { bindDb } from './kysely.ts'
import type { Lease, Pool } from './pool.ts'
import { isStale, type StatementResult, type UnitStatement } from './unit.ts'

/** The call on whose behalf the database is asked. */
export interface WorkFor {
  readonly caller: Caller
  readonly callId: string
  /** In milliseconds of `performance.now()`. */
  readonly deadline: number
}

const remaining = (deadline: number): number => deadline - performance.now()

function onlyResult(results: readonly StatementResult[]): StatementResult {
  const last = results.at(-1)
  if (!last) throw new Error('A unit always has a result for its last statement.')
  return last
}

/**
 * Reading: each statement is a unit of its own, on whichever connection is free, bound to the caller
 * and unable to write. No connection is held between statements.
 */
export function openRead(pool: Pool, work: WorkFor): { readonly db: Db } {
  const attempt = async (statement: UnitStatement) => {
    const lease = await pool.lease(work.deadline)
    let isBroken = false
    try {
      const binding = bindRead({ ...work, timeoutMilliseconds: remaining(work.deadline) })
      return onlyResult(await lease.run([binding, statement]))
    } catch (error) {
      isBroken = isStale(error)
      throw error
    } finally {
      lease.release(isBroken)
    }
  }
  const run = async (statement: UnitStatement) => {
    try {
      return await attempt(statement)
    } catch (error) {
      // A migration changed a table under a prepared statement: once more, on a new connection.
      if (isStale(error)) return attempt(statement)
      throw error
    }
  }
  return { db: bindDb(run) }
}

/** An open transaction, bound to the caller. It ends by exactly one of `commit` and `rollback`. */
export interface WriteWork {
  readonly db: Db
  /** The transaction's time as the database gave it. */
  readonly now: string
  /** The results of the statements that were sent along with the beginning. */
  readonly first: readonly StatementResult[]
  /** Runs the last statements and commits, in one round trip. */
  commit(statements: readonly UnitStatement[]): Promise<void>
  /** Undoes everything; safe after any failure, and after `commit` failed. */
  rollback(): Promise<void>
}

const begin: UnitStatement = { text: 'begin', values: [] }
const commit: UnitStatement = { text: 'commit', values: [] }
const rollback: UnitStatement = { text: 'rollback', values: [] }

/**
 * Writing: `begin`, the binding and the given first statements in one round trip; then the
 * handler's; then the last ones with `commit`.
 */
export async function openWrite(
  pool: Pool,
  work: WorkFor,
  first: readonly UnitStatement[],
): Promise<WriteWork> {
  const lease = await pool.lease(work.deadline)
  try {
    const binding = bindWrite({ ...work, timeoutMilliseconds: remaining(work.deadline) })
    const [, bound, ...results] = await lease.run([begin, binding, ...first])
    let isOver = false
    return {
      db: bindDb(async (statement) => {
        // By now the connection may be somebody else's, and so would be the statement.
        if (isOver) throw new Error('The call has ended; its db runs no more statements.')
        return onlyResult(await lease.run([statement]))
      }),
      now: String(bound?.rows[0]?.now),
      first: results,
      async commit(statements) {
        isOver = true
        await lease.run([...statements, commit])
        lease.release()
      },
      rollback() {
        isOver = true
        return undo(lease)
      },
    }
  } catch (error) {
    await undo(lease)
    throw error
  }
}

async function undo(lease: Lease): Promise<void> {
  let isBroken = false
  try {
    await lease.run([rollback])
  } catch {
    // The connection is gone, and with it the transaction.
    isBroken = true
  } finally {
    lease.release(isBroken)
  }
}

/** Runs statements as a unit of their own, bound for writing: used for what a refusal leaves behind. */
export async function writeAlone(
  pool: Pool,
  work: WorkFor,
  statements: readonly UnitStatement[],
): Promise<void> {
  const lease = await pool.lease(work.deadline)
  try {
    const binding = bindWrite({ ...work, timeoutMilliseconds: remaining(work.deadline) })
    await lease.run([binding, ...statements])
  } finally {
    lease.release()
  }
}
