import fc from 'fast-check'
import { type Content, dues, type Question, type Step } from './tasks-model.ts'

/** Ada in her browser, a script with her key, and Tom, who has nothing to do with her. */
export const actors = ['ada', 'adasKey', 'tom'] as const
export type ActorName = (typeof actors)[number]

/** A task as a call names it: one of one's own by number or id, somebody else's, or none. */
export interface Aiming {
  readonly at: 'number' | 'id' | 'others' | 'nothing'
  /** Which of the tasks there are; counted round. */
  readonly which: number
}

type Versioned = Aiming & { readonly version: 'none' | 'current' | 'older' }

/** One call of a made-up day. It is plain data, so that a report shows all of it. */
export type Move = { readonly who: ActorName } & (
  | { readonly does: 'add'; readonly content: Content }
  | { readonly does: 'edit'; readonly aim: Versioned; readonly change: Partial<Content> }
  | { readonly does: 'step'; readonly aim: Versioned; readonly step: Step }
  | { readonly does: 'get'; readonly aim: Aiming }
  | { readonly does: 'list'; readonly question: Question; readonly limit: number }
)

const texts = [
  'Buy milk',
  'buy MILK',
  'Éclair',
  'eclipse',
  'Straße 7',
  'STRASSE',
  '100%',
  'a_b',
  'z',
]
const words = ['Home', 'HOME', 'work', 'é', '%']

const title = fc.constantFrom(...texts)
const contentParts = {
  title,
  description: fc.constantFrom(null, '', ...texts),
  priority: fc.constantFrom('low', 'medium', 'high', 'urgent'),
  labels: fc.array(fc.constantFrom(...words), { maxLength: 3 }),
  due: fc.constantFrom(...dues.map(({ given }) => given)),
}

const content: fc.Arbitrary<Content> = fc.record(contentParts, { noNullPrototype: true })

const change: fc.Arbitrary<Partial<Content>> = fc
  .record(contentParts, { requiredKeys: [], noNullPrototype: true })
  .filter((some) => Object.keys(some).length > 0)

const aimParts = {
  at: fc.oneof(
    { arbitrary: fc.constantFrom('number', 'id'), weight: 6 },
    { arbitrary: fc.constantFrom('others', 'nothing'), weight: 1 },
  ),
  which: fc.nat(20),
} as const

const aim: fc.Arbitrary<Aiming> = fc.record(aimParts)
const versioned: fc.Arbitrary<Versioned> = fc.record({
  ...aimParts,
  version: fc.constantFrom('none', 'none', 'current', 'older'),
})

export const sorts = ['created', 'due', 'priority', 'title', 'number'].flatMap((one) => [
  one,
  `-${one}`,
])

/** Mostly absent, because lists that are asked too much of are empty. */
const seldom = <const Value>(...values: readonly Value[]) =>
  fc.oneof(
    { arbitrary: fc.constant(undefined), weight: 4 },
    { arbitrary: fc.constantFrom(...values), weight: 1 },
  )

const days = ['2030-01-15', '2030-07-14', '2030-07-15', '2030-12-31'] as const

/** Every question a list can be asked; the days in their order, or it would be refused. */
export const question: fc.Arbitrary<Question> = fc
  .record(
    {
      status: fc.constantFrom('open', 'done', 'all', 'all', 'trashed'),
      priority: seldom('low', 'medium', 'high', 'urgent'),
      label: seldom(...words, 'nowhere'),
      q: seldom('', 'milk', 'E', 'buy MI', 'é', '%', '_', 'ss', 'k  b', 'nowhere'),
      dueFrom: seldom(...days),
      dueTo: seldom(...days),
      sort: fc.constantFrom(...sorts),
    },
    { noNullPrototype: true },
  )
  .map((asked): Question => {
    const { dueFrom, dueTo } = asked
    const isBackwards = dueFrom !== undefined && dueTo !== undefined && dueFrom > dueTo
    return isBackwards ? { ...asked, dueFrom: dueTo, dueTo: dueFrom } : asked
  })

const who = fc.constantFrom(...actors)
const plain = { noNullPrototype: true } as const

export const move: fc.Arbitrary<Move> = fc.oneof(
  { arbitrary: fc.record({ who, does: fc.constant('add' as const), content }, plain), weight: 4 },
  {
    arbitrary: fc.record(
      { who, does: fc.constant('edit' as const), aim: versioned, change },
      plain,
    ),
    weight: 3,
  },
  {
    arbitrary: fc.record(
      {
        who,
        does: fc.constant('step' as const),
        aim: versioned,
        step: fc.constantFrom<Step>('complete', 'reopen', 'delete', 'restore'),
      },
      plain,
    ),
    weight: 6,
  },
  { arbitrary: fc.record({ who, does: fc.constant('get' as const), aim }, plain), weight: 1 },
  {
    arbitrary: fc.record(
      {
        who,
        does: fc.constant('list' as const),
        question,
        limit: fc.integer({ min: 1, max: 4 }),
      },
      plain,
    ),
    weight: 3,
  },
)
