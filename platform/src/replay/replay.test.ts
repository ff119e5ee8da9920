import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPool, type Pool } from '../db/pool.ts'
import { openWrite, type WriteWork } from '../db/work.ts'
import { PlinthError } from '../errors/define.ts'
import { nobody, type SignedInCaller } from '../identity/caller.ts'
import { createScratchDatabase, type ScratchDatabase } from '../testing/scratch.ts'
import { askForReplay, keepAnswer, type ReplayKey, readReplay, replayKeyOf } from './replay.ts'

const ada = '0199b7a2-6c1e-7a3c-9f7e-2f1a4d5b6c7d'
const tom = '0199b7a2-6c1e-7a3c-9f7e-2f1a4d5b6c7e'
const callId = '0199b7a2-6c1e-7a3c-9f7e-2f1a4d5b6c70'

const script: SignedInCaller = {
  ...nobody,
  personId: ada,
  actor: { kind: 'script', id: 'k1', name: 'laptop' },
}

const keyWith = (parts: Partial<Parameters<typeof replayKeyOf>[0]> = {}): ReplayKey =>
  replayKeyOf({ caller: script, operation: 'probe.add_thing', key: 'retry', input: {}, ...parts })

function refusalOf(attempt: () => unknown): PlinthError | undefined {
  try {
    attempt()
  } catch (error) {
    if (error instanceof PlinthError) return error
    throw error
  }
  return undefined
}

describe('an idempotency key', () => {
  test('belongs to the person, the client and the operation', () => {
    expect(keyWith()).toMatchObject({
      personId: ada,
      client: 'k1',
      operation: 'probe.add_thing',
      key: 'retry',
    })
  })

  test('of an agent belongs to its API key, and of a person to all of their browsers', () => {
    const clientOf = (kind: 'person' | 'agent') =>
      keyWith({ caller: { ...script, actor: { kind, id: 'id', name: 'name' } } }).client
    expect(clientOf('agent')).toBe('id')
    expect(clientOf('person')).toBe('browser')
  })

  test('remembers the input by its canonical form', () => {
    const { inputHash } = keyWith({ input: { b: [1, 'x'], a: null } })
    const canonical = createHash('sha256').update('{"a":null,"b":[1,"x"]}').digest()
    expect(inputHash).toEqual(canonical)
    expect(keyWith({ input: { a: null, b: [1, 'x'] } }).inputHash).toEqual(canonical)
    expect(keyWith({ input: { a: null, b: [1, 'y'] } }).inputHash).not.toEqual(canonical)
  })

  test.for(['a', '!', '~', 'a b', `${'a'.repeat(255)}`, 'x!"#$%~'])('may be %j', (key) => {
    expect(keyWith({ key }).key).toBe(key)
  })

  test.for(['', ' ', ' a', 'a ', 'a\n', 'a\tb', 'ä', 'a\x7f', '\x00', 'a'.repeat(256)])(
    'may not be %j',
    (key) => {
      const refusal = refusalOf(() => keyWith({ key }))
      expect(refusal?.kind.code).toBe('INVALID_INPUT')
      expect(refusal?.details.errors).toEqual([
        {
          field: 'idempotencyKey',
          code: 'invalid_idempotency_key',
          message: 'must be 1 to 255 printable ASCII characters',
        },
      ])
    },
  )

  test('is locked apart from every other one', () => {
    const lockOf = (parts: object) => {
      const [lock] = askForReplay({ ...keyWith(), ...parts })
      return lock?.values[0]
    }
    const locks = [
      {},
      { personId: tom },
      { client: 'k' },
      { client: 'k1x' },
      { operation: 'probe.add_thin' },
      { operation: 'probe.add_thing2' },
      { key: 'other' },
      // Parts that would read the same if they were only put together.
      { client: 'k1probe', operation: '.add_thing' },
    ].map(lockOf)
    expect(new Set(locks).size).toBe(locks.length)
    expect(lockOf({})).toBe(lockOf({ inputHash: Buffer.alloc(32) }))
  })
})

describe('the answer of a write', () => {
  let database: ScratchDatabase
  let pool: Pool

  beforeAll(async () => {
    database = await createScratchDatabase()
    const connection = database.config('app')
    pool = createPool({ connection, max: 4, name: 'test', onIdleError: () => {} })
  })
  afterAll(async () => {
    await pool.close()
    await database.drop()
  })

  const begin = (key: ReplayKey): Promise<WriteWork> => {
    const caller = { ...script, personId: key.personId }
    const work = { caller, callId, deadline: performance.now() + 30_000 }
    return openWrite(pool, work, askForReplay(key))
  }

  /** Makes the call once: gives the stored answer, or keeps this one. */
  async function answer(key: ReplayKey, made: object | undefined): Promise<object | undefined> {
    const write = await begin(key)
    try {
      const stored = readReplay(key, write.first)
      if (!stored) await write.commit([keepAnswer(key, made)])
      return stored
    } finally {
      await write.rollback()
    }
  }

  const stored = async (key: string) => {
    const owner = await database.connect('owner')
    const { rows } = await owner.query('select * from platform.replay where key = $1', [key])
    return rows
  }

  test('is kept with what it answers, for a day', async () => {
    const key = keyWith({ key: 'kept', input: { name: 'x' } })
    expect(await answer(key, { b: 1, a: ['ä'] })).toBeUndefined()
    const [row] = await stored('kept')
    expect(row).toMatchObject({
      person_id: ada,
      client: 'k1',
      operation: 'probe.add_thing',
      input_hash: key.inputHash,
      answer: { b: 1, a: ['ä'] },
      call_id: callId,
    })
    const hoursLeft = (row.expires_at.getTime() - Date.now()) / 3_600_000
    expect(hoursLeft).toBeGreaterThan(23)
    expect(hoursLeft).toBeLessThanOrEqual(24)
  })

  test('is given again to the same call, with its members in their order', async () => {
    const key = keyWith({ key: 'again' })
    await answer(key, { b: 1, a: 2 })
    const again = await answer(key, { never: 'kept' })
    expect(JSON.stringify(again)).toBe('{"b":1,"a":2}')
  })

  test('is given to nobody with another input', async () => {
    await answer(keyWith({ key: 'input', input: { name: 'x' } }), { id: 1 })
    const other = keyWith({ key: 'input', input: { name: 'y' } })
    await expect(answer(other, {})).rejects.toMatchObject({
      kind: { code: 'IDEMPOTENCY_CONFLICT' },
    })
  })

  test.for([
    ['person', { personId: tom }],
    ['client', { client: 'k2' }],
    ['operation', { operation: 'probe.other' }],
  ] as const)('is not the answer of another %s', async ([name, parts]) => {
    const key = keyWith({ key: `other ${name}` })
    await answer(key, { id: 1 })
    expect(await answer({ ...key, ...parts }, { id: 2 })).toBeUndefined()
    expect(await answer(key, {})).toEqual({ id: 1 })
    expect(await answer({ ...key, ...parts }, {})).toEqual({ id: 2 })
  })

  test('that held a secret is remembered as such, and not what it was', async () => {
    const key = keyWith({ key: 'secret' })
    await answer(key, undefined)
    await expect(answer(key, {})).rejects.toMatchObject({
      kind: { code: 'IDEMPOTENCY_ANSWER_SECRET' },
    })
    expect(await stored('secret')).toMatchObject([{ answer: null }])
  })

  test('is waited for by nobody: a second call meanwhile is told to come back', async () => {
    const key = keyWith({ key: 'meanwhile' })
    const first = await begin(key)
    const second = await begin(key)
    const refusal = refusalOf(() => readReplay(key, second.first))
    expect(refusal?.kind.code).toBe('IDEMPOTENCY_IN_PROGRESS')
    expect(refusal?.details.retryAfterSeconds).toBe(1)
    expect(readReplay(key, first.first)).toBeUndefined()
    await Promise.all([first.rollback(), second.rollback()])
    expect(await answer(key, { id: 1 })).toBeUndefined()
  })

  test('can be given while another call of the same key looks it up', async () => {
    const key = keyWith({ key: 'both' })
    await answer(key, { id: 1 })
    const looking = await begin(key)
    expect(await answer(key, {})).toEqual({ id: 1 })
    expect(readReplay(key, looking.first)).toEqual({ id: 1 })
    await looking.rollback()
  })
})
