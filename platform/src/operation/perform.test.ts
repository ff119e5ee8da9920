import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Pool } from '../db/pool.ts'
import type { SignedInCaller } from '../identity/caller.ts'
import { compileOperation } from './compile.ts'
import type { AnyOperation } from './define.ts'
import { startJourney } from './journey.ts'
import { perform } from './perform.ts'
import {
  asIdentity,
  change,
  codeOf,
  createProbeRoad,
  does,
  doNothingSpecial,
  insert,
  open,
  type ProbeRoad,
  read,
  readSeen,
  write,
} from './probes-for-tests.ts'
import { plainCall } from './road-for-tests.ts'

let road: ProbeRoad
let ada: SignedInCaller
let callAs: ProbeRoad['callAs']

beforeAll(async () => {
  road = await createProbeRoad()
  ada = road.ada
  callAs = road.callAs
})
beforeEach(async () => {
  doNothingSpecial()
  await road.sql('truncate probe.note')
})
afterAll(() => road.stop())

describe('a write', () => {
  test('is there when it was answered', async () => {
    does.run = async ({ db }) => {
      await insert(db, 'kept')
      return { name: 'kept' }
    }
    expect(await callAs(write)).toEqual({
      ok: true,
      output: { name: 'kept' },
      replayed: false,
      caller: ada,
      limit: undefined,
      session: undefined,
    })
    expect(await road.sql('select * from probe.note')).toEqual([
      { name: 'kept', caller: ada.personId },
    ])
    expect(await road.openTransactions()).toBe(0)
  })

  test('leaves nothing when its handler fails', async () => {
    does.run = async ({ db }) => {
      await insert(db, 'gone')
      throw new Error('no')
    }
    expect(codeOf(await callAs(write))).toBe('INTERNAL')
    expect(await road.notesOf('gone')).toBe(0)
    expect(await road.openTransactions()).toBe(0)
  })

  test('leaves nothing when only its end fails', async () => {
    does.run = async ({ db }) => {
      await insert(db, 'twice')
      await insert(db, 'twice')
      return { name: 'twice' }
    }
    expect(codeOf(await callAs(write, { requestId: 'r-end' }))).toBe('INTERNAL')
    expect(await road.notesOf('twice')).toBe(0)
    expect(await road.rowsOf('r-end')).toMatchObject([{ outcome: 'failed', code: 'INTERNAL' }])
    expect(await road.openTransactions()).toBe(0)
  })

  test('leaves nothing when it answers what its schema refuses', async () => {
    does.run = async ({ db }) => {
      await insert(db, 'wrong')
      return { name: 7 }
    }
    const answer = await callAs(write)
    expect(codeOf(answer)).toBe('INTERNAL')
    expect(String(answer.ok || answer.error.cause)).toContain(
      'probe.write answered what its schema refuses: ',
    )
    expect(await road.notesOf('wrong')).toBe(0)
  })

  test('is answered without that check where it is switched off, and cut all the same', async () => {
    does.run = () => ({ name: 7, secret: 'x' })
    const journey = startJourney({ ...plainCall, operation: open }, compileOperation(open))
    const parts = { ...road.parts, checksOutput: false }
    expect(await perform(parts, journey, {})).toMatchObject({ output: { name: 7 } })
  })

  test('runs with the database’s time, its own id, and the signal of the call', async () => {
    const seen: Record<string, unknown> = {}
    does.run = async ({ now, callId, signal, input, caller, loaded, db }) => {
      const { rows } = await sql<{ at: string }>`select transaction_timestamp() as at`.execute(db)
      Object.assign(seen, { now, callId, signal, input, caller, loaded, at: rows[0]?.at })
      return { name: 'seen' }
    }
    const { signal } = new AbortController()
    await callAs(write, { requestId: 'r-seen', signal, input: { name: 'x' } })
    expect(seen).toMatchObject({ input: { name: 'x' }, caller: ada, loaded: null })
    expect(seen.signal).toBe(signal)
    expect(String(seen.now)).toBe(seen.at)
    expect(await road.rowsOf('r-seen')).toMatchObject([{ id: seen.callId }])
  })

  test('tells the surface of the session that it began or ended', async () => {
    const began = { token: 't', expiresAt: '2026-03-02T09:00:00Z' }
    does.run = ({ session }) => {
      session.begin(began)
      return { name: 'x' }
    }
    expect(await callAs(open)).toMatchObject({ session: { kind: 'began', ...began } })
    does.run = ({ session }) => {
      session.end()
      return { name: 'x' }
    }
    expect(await callAs(open)).toMatchObject({ session: { kind: 'ended' } })
  })

  test('runs as the login of requests, and accounts as theirs', async () => {
    does.run = async ({ db }) => {
      const { rows } = await sql<{ name: string }>`select current_user as name`.execute(db)
      return rows[0] ?? {}
    }
    expect(await callAs(write)).toMatchObject({ output: { name: 'plinth_app' } })
    expect(await callAs(asIdentity)).toMatchObject({ output: { name: 'plinth_identity' } })
  })
})

describe('a credential that was good a moment ago', () => {
  test.for(['agent', 'script', 'person'] as const)('writes, of a %s', async (kind) => {
    expect((await callAs(write, {}, await road.createCaller(kind))).ok).toBe(true)
  })

  test.for([
    ['agent', 'update identity.api_key set revoked_at = now() where id = $1'],
    ['person', 'delete from identity.session where id = $1'],
  ] as const)('writes nothing once it is gone, of an %s', async ([kind, revoke]) => {
    const caller = await road.createCaller(kind)
    await road.sql(revoke, [caller.actor.id])
    const answer = await callAs(write, {}, caller)
    expect(answer).toMatchObject({
      ok: false,
      error: {
        kind: { code: 'UNAUTHENTICATED' },
        details: { detail: 'The credential was revoked or has expired.' },
      },
    })
    expect(does.runs).toBe(0)
    expect(await road.openTransactions()).toBe(0)
    // It is a reader for the few seconds for which it is remembered.
    expect((await callAs(read, {}, caller)).ok).toBe(true)
  })

  test('of somebody else does not help', async () => {
    const tom = await road.createCaller()
    const mixed = { ...ada, actor: tom.actor }
    const journey = startJourney({ ...plainCall, operation: write }, compileOperation(write))
    journey.caller = mixed
    await expect(perform(road.parts, journey, {})).rejects.toMatchObject({
      kind: { code: 'UNAUTHENTICATED' },
    })
  })

  test('is not asked of nobody', async () => {
    expect((await road.call(open)).ok).toBe(true)
  })
})

describe('a read', () => {
  test('cannot write, whatever its handler tries', async () => {
    does.run = async ({ db }) => {
      await insert(db, 'read')
      return { name: 'x' }
    }
    expect(codeOf(await callAs(read))).toBe('INTERNAL')
    expect(await road.notesOf('read')).toBe(0)
  })

  test('has the time of the clock', async () => {
    const now = Temporal.Instant.from('2026-03-02T09:00:00Z')
    const clock = { now: () => now, fromDatabase: () => now.add({ hours: 1 }) }
    const times: string[] = []
    does.run = (context) => {
      times.push(context.now.toString())
      return { name: 'x' }
    }
    for (const operation of [read, open]) {
      const journey = startJourney({ ...plainCall, operation }, compileOperation(operation))
      await perform({ ...road.parts, clock }, journey, {})
    }
    expect(times).toEqual(['2026-03-02T09:00:00Z', '2026-03-02T10:00:00Z'])
  })

  test('leaves no row, except where it says so', async () => {
    await callAs(read, { requestId: 'r-read' })
    expect(await road.rowsOf('r-read')).toEqual([])
    await callAs(readSeen, { requestId: 'r-read' })
    expect(await road.rowsOf('r-read')).toMatchObject([
      { operation: 'probe.read_seen', outcome: 'done', person_id: ada.personId },
    ])
  })

  test('that asks nothing of the database takes no connection, and none to end', async () => {
    let leases = 0
    const app: Pool = {
      ...road.parts.pools.app,
      lease: (deadline) => {
        leases += 1
        return road.parts.pools.app.lease(deadline)
      },
    }
    const parts = { ...road.parts, pools: { ...road.parts.pools, app } }
    const run = async (operation: AnyOperation) => {
      const journey = startJourney({ ...plainCall, operation }, compileOperation(operation))
      await perform(parts, { ...journey, caller: ada }, {})
      return leases
    }
    expect(await run(read)).toBe(0)
    expect(await run(readSeen)).toBe(1)
  })

  test('takes no notice of an idempotency key, not even of one that could be none', async () => {
    for (const idempotencyKey of ['k', 'k', '']) {
      expect(await callAs(read, { idempotencyKey })).toMatchObject({ ok: true, replayed: false })
    }
    expect(does.runs).toBe(3)
  })
})

describe('what a call is about', () => {
  test('is loaded for the caller, judged, and given to the handler', async () => {
    const thing = { version: 3, name: 'thing' }
    const seen: unknown[] = []
    does.load = async ({ input, caller, db }) => {
      const { rows } = await sql<object>`select platform.caller_id() as id`.execute(db)
      seen.push(input, caller, rows[0])
      return thing
    }
    does.policy = ({ caller, loaded }) => seen.push(caller, loaded) > 0
    does.run = ({ loaded }) => {
      seen.push(loaded)
      return { name: 'x' }
    }
    expect((await callAs(change, { input: { name: 'given' } })).ok).toBe(true)
    expect(seen).toEqual([{ name: 'given' }, ada, { id: ada.personId }, ada, thing, thing])
  })

  test('is not there: the call ends before anybody judges it', async () => {
    does.load = async () => undefined
    does.policy = () => expect.unreachable('there is nothing to judge')
    expect(codeOf(await callAs(change, { requestId: 'r-none' }))).toBe('NOT_FOUND')
    expect(does.runs).toBe(0)
    expect(await road.rowsOf('r-none')).toMatchObject([{ outcome: 'refused', code: 'NOT_FOUND' }])
    expect(await road.openTransactions()).toBe(0)
  })

  test('may be refused: the handler never runs', async () => {
    does.policy = () => false
    expect(codeOf(await callAs(change))).toBe('FORBIDDEN')
    expect(codeOf(await callAs(write))).toBe('FORBIDDEN')
    expect(does.runs).toBe(0)
    expect(await road.openTransactions()).toBe(0)
  })

  test('has changed meanwhile: the handler never runs', async () => {
    expect(codeOf(await callAs(change, { input: { ifVersion: 2 } }))).toBe('VERSION_CONFLICT')
    expect(does.runs).toBe(0)
    expect((await callAs(change, { input: { ifVersion: 3 } })).ok).toBe(true)
  })

  test('is nothing where an operation loads nothing', async () => {
    does.policy = ({ loaded }) => loaded === null
    expect((await callAs(write)).ok).toBe(true)
  })
})
