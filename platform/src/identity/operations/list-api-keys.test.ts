import { describe, expect, test } from 'vitest'
import { surfaces } from '../calls-for-tests.ts'
import { keyInput, startKeyTests } from '../keys-for-tests.ts'

const { callsOver } = startKeyTests()

describe.for(surfaces)('listing API keys over %s', (surface) => {
  const { call, make } = callsOver(surface)

  test('keys are listed newest first, page by page, each once', async () => {
    for (const name of ['a', 'b', 'c']) await make({ ...keyInput, name })
    const names: string[] = []
    let cursor: string | null = null
    do {
      const given: object = cursor ? { limit: 2, cursor } : { limit: 2 }
      const page = (await call('list_api_keys', given)).output as {
        items: { name: string }[]
        nextCursor: string | null
      }
      names.push(...page.items.map((item) => item.name))
      cursor = page.nextCursor
    } while (cursor)
    expect(names).toEqual(['c', 'b', 'a'])
  })
})
