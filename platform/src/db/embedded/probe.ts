import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import type { Log } from './log.ts'
import type { Postmaster } from './postmaster.ts'

const connectMilliseconds = 2_000
const pollMilliseconds = 20
const readyMilliseconds = 60_000
/** Recovery after a crash may have gigabytes of log to replay; the server says so while it does. */
const recoveryMilliseconds = 600_000

/** No server process listens: nobody was there, or the socket is a dead one's. */
const absentCodes = new Set(['ENOENT', 'ECONNREFUSED', 'ENOTSOCK'])
/** Starting, stopping, or out of connections for a moment. */
const busyCodes = new Set(['57P01', '57P02', '57P03', '53300'])
const refusedCodes = new Set(['28P01', '28000'])

/** How to reach the server; `host` is the folder of its socket. */
export interface Connection {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
}

/** 'silent' is a server that accepts the connection and says nothing, or nothing sensible. */
export type ServerState = 'ready' | 'busy' | 'silent' | 'absent'

export async function askServer(connection: Connection): Promise<ServerState> {
  const client = new Client({
    ...connection,
    database: 'postgres',
    ssl: false,
    connectionTimeoutMillis: connectMilliseconds,
  })
  // Without a listener an error after the answer would end this process.
  client.on('error', () => {})
  try {
    await client.connect()
    return 'ready'
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (refusedCodes.has(code)) {
      throw new Error('PostgreSQL refuses the password that Plinth has kept for it.', {
        cause: error,
      })
    }
    if (absentCodes.has(code)) return 'absent'
    return busyCodes.has(code) ? 'busy' : 'silent'
  } finally {
    await Promise.race([client.end(), sleep(connectMilliseconds, undefined, { ref: false })])
  }
}

/** A wait for a server, which ends early when nobody wants it any more. */
export interface Wait {
  readonly connection: Connection
  readonly log: Log
  readonly signal: AbortSignal
}

/**
 * Waits until the server serves; 'late' means that it is still there but took too long, or that
 * nobody waits any more.
 */
export async function waitUntilReady(
  { connection, log, signal }: Wait,
  postmaster: Postmaster,
): Promise<'ready' | 'exited' | 'late'> {
  const start = performance.now()
  let isRecovering = false
  for (;;) {
    const state = await askServer(connection)
    if (await postmaster.hasExited()) return 'exited'
    if (state === 'ready') return 'ready'
    const waited = performance.now() - start
    if (waited > recoveryMilliseconds || signal.aborted) return 'late'
    if (waited > readyMilliseconds && state !== 'busy') return 'late'
    if (waited > 5_000 && !isRecovering) {
      isRecovering = true
      log('waiting for PostgreSQL, which may be recovering after a crash', { state })
    }
    await sleep(pollMilliseconds)
  }
}
