import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createRefusalCounter } from '../../platform/src/audit/refusals.ts'
import { createPool, type Pool } from '../../platform/src/db/pool.ts'
import { writeAlone } from '../../platform/src/db/work.ts'
import { nobody } from '../../platform/src/identity/caller.ts'
import { createScratchDatabase, type ScratchDatabase } from '../../platform/src/testing/scratch.ts'
import { ask } from './outage-external.ts'
import { type Door, openDoor } from './tcp-door.ts'

// Somebody who has many addresses goes on asking without a credential while the database is away. What
// is counted of that must neither be lost nor fill the memory.

let database: ScratchDatabase
let door: Door
let pool: Pool

beforeAll(async () => {
  database = await createScratchDatabase()
  const { host, port } = database.place
  door = await openDoor(() => join(host, `.s.PGSQL.${port}`))
  const connection = { ...database.config('app'), host: door.host, port: door.port }
  pool = createPool({ connection, max: 2, name: 'refusals', onIdleError: () => {} })
})
afterAll(async () => {
  await pool.close()
  await door.close()
  await database.drop()
})
beforeEach(() => ask(database.config('owner'), 'truncate platform.refusal'))

/** A counter on the real database, and what it told of troubles. */
function startCounter(minute: () => number) {
  const troubles: { readonly error: unknown; readonly dropped: number }[] = []
  const start = Temporal.Instant.from('2026-03-02T09:00:00Z')
  const counter = createRefusalCounter({
    write: (statement) => {
      const deadline = performance.now() + 20_000
      const work = { caller: nobody, callId: '00000000-0000-0000-0000-000000000000', deadline }
      return writeAlone(pool, work, [statement])
    },
    now: () => start.add({ minutes: minute() }),
    onError: (error, dropped) => troubles.push({ error, dropped }),
  })
  return { counter, troubles }
}

const code = 'UNAUTHENTICATED'
const addressOf = (number: number) => `2001:db8:0:${number.toString(16)}::/64`

async function written() {
  const text = `select count(*)::int as rows, sum(count)::int as refusals,
    (sum(count) filter (where address = '0.0.0.0'))::int as others from platform.refusal`
  const [sums] = await ask<{ rows: number; refusals: number; others: number }>(
    database.config('owner'),
    text,
  )
  return sums
}

test('a flood of addresses is counted in bounds while the database is away, and written later', async () => {
  const { counter, troubles } = startCounter(() => 0)
  await door.refuse()
  const rounds = 5
  const perRound = 9_000
  for (let round = 0; round < rounds; round++) {
    const flushing = counter.flush()
    // These come while it tries to write the ones from before.
    for (let n = 0; n < perRound; n++) {
      counter.count({ address: addressOf(round * perRound + n), code })
    }
    await flushing
  }
  await counter.flush()
  expect(troubles.length).toBeGreaterThanOrEqual(rounds)
  expect(await written()).toMatchObject({ rows: 0 })

  await door.admit()
  await counter.stop()
  const sums = await written()
  expect(sums?.refusals).toBe(rounds * perRound)
  expect(sums?.rows).toBeLessThanOrEqual(11_000)
  expect(sums?.others).toBeGreaterThan(0)
  expect(troubles.filter(({ dropped }) => dropped > 0)).toEqual([])
})

test('what finds no more room in hours of that is dropped, and it is said how much', async () => {
  let minute = 0
  const { counter, troubles } = startCounter(() => minute)
  await door.refuse()
  for (let n = 0; n < 10_000; n++) counter.count({ address: addressOf(n), code })
  const minutes = 1_500
  for (minute = 1; minute <= minutes; minute++) counter.count({ address: '192.0.2.1', code })
  await counter.flush()
  await door.admit()
  await counter.stop()
  const dropped = troubles.reduce((sum, trouble) => sum + trouble.dropped, 0)
  expect(dropped).toBe(500)
  expect(await written()).toEqual({ rows: 11_000, refusals: 11_000, others: 1_000 })
})
