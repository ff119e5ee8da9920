import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { changesBetween, takeSnapshot } from './snapshot.ts'
import { startTestPlinth, type TestPlinth } from './start.ts'

let plinth: TestPlinth

beforeAll(async () => {
  plinth = await startTestPlinth({ apps: [] })
})
afterAll(() => plinth.stop())
afterEach(() => plinth.clock.reset())

const removeSessions = (where: string, values: readonly string[] = []) =>
  plinth.sql(`delete from identity.session where ${where}`, values)

describe('what changed between two snapshots', () => {
  test('is nothing when nothing happened', async () => {
    await plinth.createPerson()
    const before = await takeSnapshot(plinth)
    expect(changesBetween(before, await takeSnapshot(plinth))).toEqual({})
  })

  test('are the rows that appeared, changed or are gone, by table', async () => {
    const ada = await plinth.createPerson('Ada Byron')
    const before = await takeSnapshot(plinth)
    await plinth.createPerson('Tom Unknown')
    await plinth.sql("update identity.person set name = 'Grace' where id = $1", [ada.personId])
    await removeSessions('person_id = $1', [ada.personId])
    expect(changesBetween(before, await takeSnapshot(plinth))).toEqual({
      'identity.account': 1,
      'identity.person': 2,
      'identity.session': 1,
    })
  })

  test('leaves out the sessions that ended by themselves, whenever they are cleared away', async () => {
    await plinth.createPerson()
    plinth.clock.advance('PT720H')
    const before = await takeSnapshot(plinth)
    await removeSessions('true')
    expect(changesBetween(before, await takeSnapshot(plinth))).toEqual({})
  })

  test('leaves out when a session was last used', async () => {
    await plinth.createPerson()
    const before = await takeSnapshot(plinth)
    await plinth.sql("update identity.session set last_used_at = last_used_at + interval '1 s'")
    expect(changesBetween(before, await takeSnapshot(plinth))).toEqual({})
  })
})
