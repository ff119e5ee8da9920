import { startTestPlinth } from '@plinth/platform/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { apps } from '../../apps/src/all.ts'
import { type Check, runConformance, scenariosOf } from './conformance-run.ts'
import { exceptionFor, notApplicable, revisions } from './not-applicable.ts'
import { type KeyProxy, startProxy } from './proxy.ts'

let plinth: Awaited<ReturnType<typeof startTestPlinth>>
let proxy: KeyProxy
beforeAll(async () => {
  plinth = await startTestPlinth({ apps })
  const ada = await plinth.createPerson('Ada')
  proxy = await startProxy(`${plinth.url}/mcp/tasks`, await ada.key({}))
})
afterAll(async () => {
  await proxy?.stop()
  await plinth?.stop()
})

describe.each(revisions)('the official conformance suite, revision %s', (revision) => {
  let found: ReadonlyMap<string, readonly Check[]>
  beforeAll(async () => {
    found = await runConformance(proxy.url, revision)
  }, 150_000)

  it('ran every scenario that it has for servers', async () => {
    const expected = await scenariosOf(revision)
    expect(expected.length).toBeGreaterThan(30)
    expect([...found.keys()].sort()).toEqual(expected.sort())
  })
  it('finds nothing wrong in what applies to Plinth', () => {
    const wrong = failuresOf(found).filter((one) => exceptionFor(revision, one) === undefined)
    expect(wrong).toEqual([])
  })
  it('still fails all that is listed as not applicable, so that the list stays true', () => {
    const used = new Set(failuresOf(found).map((failure) => exceptionFor(revision, failure)))
    expect(Object.keys(notApplicable[revision]).filter((key) => !used.has(key))).toEqual([])
  })
  it.each(['tools-list', 'dns-rebinding-protection'])(
    'passes %s by checks, not by absence',
    (name) => {
      const passed = found.get(name)?.filter(({ status }) => status === 'SUCCESS') ?? []
      expect(passed.length).toBeGreaterThan(1)
    },
  )
})

function failuresOf(found: ReadonlyMap<string, readonly Check[]>) {
  return [...found].flatMap(([scenario, checks]) =>
    checks
      .filter(({ status }) => status === 'FAILURE')
      .map(({ id, errorMessage }) => ({ scenario, check: id, errorMessage })),
  )
}
