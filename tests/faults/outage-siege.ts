import { setTimeout as pause } from 'node:timers/promises'
import { expect } from 'vitest'
import type { Pool } from '../../platform/src/db/pool.ts'
import {
  type Answered,
  type Create,
  type Kind,
  kinds,
  type Load,
  startLoad,
} from './outage-load.ts'
import { type Besieged, identityPoolMax, poolMax } from './outage-plinth.ts'
import { complaintAbout, idOf, isDone, leaks, wrongCreates } from './outage-verdict.ts'

export interface Siege {
  /** Whether nothing at all of the database is to be had in the meantime. */
  readonly isWhole: boolean
  begin(besieged: Besieged, load: Load): Promise<void> | void
  end(besieged: Besieged): Promise<void> | void
}

const awayMilliseconds = 10_000
/** How long a kind of call may take to work again: connections that died unseen cost a deadline. */
const healMilliseconds = 100_000

/** Lets the database go away under load and come back, and asserts what Plinth promises of it. */
export async function siege(besieged: Besieged, { isWhole, begin, end }: Siege): Promise<Load> {
  const load = await startLoad(besieged)
  await untilAllWork(load, 0)
  await begin(besieged, load)
  const beganAt = performance.now()
  await pause(awayMilliseconds)
  await end(besieged)
  const endedAt = performance.now()
  await untilAllWork(load, endedAt)
  await load.stop()

  const meanwhile = load.answers.filter(
    ({ startedAt, milliseconds }) =>
      startedAt > beganAt + 500 && startedAt + milliseconds < endedAt,
  )
  expect(load.answers.filter(isRefused).length).toBeGreaterThan(0)
  expect(named(meanwhile, 'health').length).toBeGreaterThan(0)
  const done = meanwhile.filter(needsDatabase).filter(isDone)
  if (isWhole) {
    expect(named(meanwhile, 'ready').length).toBeGreaterThan(0)
    expect(done.map(({ kind, text }) => `${kind}: ${text}`)).toEqual([])
  }
  await repeatUnsure(load)
  expect(load.answers.map(complaintAbout).filter((complaint) => complaint !== undefined)).toEqual(
    [],
  )
  expect(await wrongCreates(besieged, load)).toEqual([])
  expect(leaks(besieged, load)).toEqual([])
  return load
}

const isRefused = ({ code }: Answered) => code === 'UNAVAILABLE' || code === 'TIMEOUT'
const named = (answers: readonly Answered[], kind: Kind) =>
  answers.filter((answer) => answer.kind === kind)

/** A credential is remembered for some seconds, so the list of tools may be had without a database. */
const needsDatabase = ({ kind }: Answered) => !['health', 'stranger', 'tools/list'].includes(kind)

async function untilAllWork({ answers }: Load, since: number): Promise<void> {
  await until(() => {
    const late = answers.filter((answer) => answer.startedAt >= since && isDone(answer))
    const working = new Set(late.map(({ kind }) => kind))
    return kinds.filter((kind) => !working.has(kind))
  })
}

/** Waits until a look finds nothing any more. `expect.poll` cannot, in tests that run side by side. */
export async function until(look: () => readonly unknown[]): Promise<void> {
  const deadline = performance.now() + healMilliseconds
  for (;;) {
    const left = look()
    if (left.length === 0) return
    if (performance.now() > deadline) throw new Error(`Waited in vain for ${left.join(', ')}.`)
    await pause(100)
  }
}

const attemptsMax = 100

/** What a careful client does: the same call with the same key, until it is answered. */
async function repeatUnsure(load: Load): Promise<void> {
  const unsure = load.creates.filter(({ key, answers }) => key && !answers.some(idOf))
  const settle = async (create: Create) => {
    for (let attempt = 0; attempt < attemptsMax; attempt++) {
      const answer = await load.repeat(create)
      if (isDone(answer)) return
      await pause(1_000 * Number(answer.headers['retry-after'] ?? 1))
    }
  }
  const queue = unsure.values()
  const settler = async () => {
    for (const create of queue) await settle(create)
  }
  await Promise.all(Array.from({ length: poolMax }, settler))
}

/** Asserts that no connection was lost to its pool. */
export async function expectFullPools(besieged: Besieged): Promise<void> {
  const { app, identity } = besieged.server.database
  await fill(app, poolMax)
  await fill(identity, identityPoolMax)
}

/** As many units at once as the pool is large. */
async function fill(pool: Pool, max: number): Promise<void> {
  const deadline = performance.now() + 30_000
  const leases = await Promise.all(Array.from({ length: max }, () => pool.lease(deadline)))
  const ping = { text: 'select 1 as one', values: [] }
  const answers = await Promise.all(leases.map((lease) => lease.run([ping])))
  for (const lease of leases) lease.release()
  expect(answers.flat().map(({ rows }) => rows[0]?.one)).toEqual(Array(max).fill(1))
  expect(pool.stats()).toEqual({ open: max, waiting: 0 })
}
