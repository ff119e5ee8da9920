import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { registry } from '../fuzz/operations.ts'
import { startTarget, type Target } from './raw-target.ts'
import { type Surface, type Trial, tryTexts } from './raw-text-calls.ts'
import { type TextField, textFieldsOf, textGroupsOf } from './raw-text-fields.ts'

// The story: texts at the edge of what a text is. NUL and half a surrogate pair, of which PostgreSQL
// takes neither; every other control character; and characters of four bytes, exactly as many as a
// field takes, one less and one more. A character is a Unicode code point: `😀` is one, as PostgreSQL
// counts, not two, as JavaScript does, nor four bytes.

vi.setConfig({ testTimeout: 300_000 })

let target: Target
beforeAll(async () => {
  target = await startTarget({ LOG_LEVEL: 'warn' })
})
afterAll(() => target?.plinth.stop())

const surfaces: readonly Surface[] = ['http', 'mcp']
const operations = registry.operations.filter((operation) => textFieldsOf(operation).length > 0)
const reachable = surfaces.flatMap((surface) =>
  operations
    .filter(({ actors }) => surface === 'http' || actors === 'any')
    .map((operation) => [operation.name, surface, operation] as const),
)

/** Tries texts in an operation's fields, and gives what became of how many. */
async function tryAll(
  [name, surface, known]: (typeof reachable)[number],
  make: (operation: Trial['operation']) => readonly Pick<Trial, 'fields' | 'text'>[],
) {
  const { plinth, ada } = target
  const operation = plinth.server.registry.find(name) ?? known
  const kit = plinth.exampleKit({ person: ada, other: ada })
  const example = (await operation.example(kit)) as Readonly<Record<string, unknown>>
  const isInAddress = surface === 'http' && /^(?:GET|DELETE) |\{/.test(operation.http)
  const trials = make(operation)
    // An address has no way to say half a character.
    .filter(({ text }) => !isInAddress || text.isWellFormed())
    .map((trial) => ({ ...trial, surface, operation }))
  const tally = await tryTexts(target, trials, example)
  expect(tally.complaints).toEqual([])
  return { ...tally, tried: trials.length }
}

const controls = [...Array(32).keys(), 127]
  .filter((code) => ![9, 10, 13].includes(code))
  .map((code) => String.fromCharCode(code))
const halves = ['\ud83d', '\ude00', '\ude00\ud83d', '\ud800\ud800', '\udfff']
const noTexts = [...controls, ...halves].flatMap((one) => [
  `a${one}b`,
  `${'a'.repeat(12)}${one}B1b`,
])

describe('what is no text', () => {
  test.for(reachable)('is refused by %s over %s, and named', async (given) => {
    const tally = await tryAll(given, (operation) =>
      textGroupsOf(operation).flatMap((fields) => noTexts.map((text) => ({ fields, text }))),
    )
    expect(tally.refused).toBe(tally.tried)
  })
})

const odd = [
  'a\tb',
  'a\nb',
  'a\r\nb',
  '\ufeffa',
  'a\u0085b',
  'a\u2028b\u2029c',
  'a\ufffdb',
  'a\ufffeb\uffff',
  '\u{10ffff}',
  '\u{1fffe}',
  '\u202eabc\u202c',
  'a\u0300\u0301\u0302\u0303',
  'é',
  'e\u0301',
  '\u1100\u1161\u11a8',
  'ﷺ',
  'ǅ',
  'İı',
  '👨‍👩‍👧‍👦',
  '🏴󠁧󠁢󠁳󠁣󠁴󠁿',
  '\u00a0a\u00a0',
  '\u3000a\u200b',
]

/** Texts of four-byte characters, and of others, around the limit of a field. */
function aroundLimits({ schema: { maxLength = 0 } }: TextField): readonly string[] {
  const units = ['😀', '\u{10ffff}', 'ß', 'e\u0301', '\u3042']
  return units.flatMap((unit) => {
    const exact = unit.repeat(Math.ceil(maxLength / [...unit].length))
    const cut = (length: number) => [...exact, ...unit].slice(0, length).join('')
    return [cut(maxLength - 1), cut(maxLength), cut(maxLength + 1), cut(maxLength) + unit.repeat(9)]
  })
}

describe('a text of odd characters', () => {
  const free = reachable.filter(([, , one]) => textFieldsOf(one).some(({ isFree }) => isFree))
  test.for(free)('is kept by %s over %s as it is, as long as the field is', async (given) => {
    const tally = await tryAll(given, (operation) =>
      textFieldsOf(operation)
        .filter(({ isFree }) => isFree)
        .flatMap((field) =>
          [...odd, ...aroundLimits(field)].map((text) => ({ fields: [field], text })),
        ),
    )
    // One and nine characters too many, of each kind, in each field.
    expect(tally.refused).toBeGreaterThan(0)
  })

  test.for(free)('may be a line in %s over %s that is long by its blanks alone', async (given) => {
    await tryAll(given, (operation) =>
      textFieldsOf(operation)
        .filter(({ isTrimmed, isFree }) => isTrimmed && isFree)
        .flatMap((field) => {
          const exact = '😀'.repeat(field.schema.maxLength ?? 0)
          const texts = [
            ` ${exact} `,
            `\t${exact}\n`,
            `\u3000${exact}\ufeff`,
            ' ',
            '\t\n',
            '\ufeff',
          ]
          return texts.map((text) => ({ fields: [field], text }))
        }),
    )
  })
})
