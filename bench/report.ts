import { type Measurement, median } from './measure.ts'
import { type WorkloadName, workloads } from './workloads.ts'

/** The rounds of one workload. */
export interface Rounds {
  readonly bare: readonly Measurement[]
  readonly ours: readonly Measurement[]
}

/** One workload in bench/results.json. Each number is the median of the rounds. */
export interface Result {
  /** Plinth's requests per second as a part of the bare server's. */
  readonly ratio: number
  readonly oursPerSecond: number
  readonly barePerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly cpuMicros: number
}

const rounded = (number: number, digits: number): number => Number(number.toFixed(digits))

const middleOf = (measured: readonly Measurement[], field: keyof Measurement): number =>
  median(measured.map((one) => one[field]))

export function resultOf({ bare, ours }: Rounds): Result {
  const middle = (field: keyof Measurement) => middleOf(ours, field)
  const barePerSecond = middleOf(bare, 'perSecond')
  return {
    ratio: rounded(middle('perSecond') / barePerSecond, 3),
    oursPerSecond: Math.round(middle('perSecond')),
    barePerSecond: Math.round(barePerSecond),
    p50Ms: rounded(middle('p50Ms'), 2),
    p99Ms: rounded(middle('p99Ms'), 2),
    cpuMicros: Math.round(middle('cpuMicros')),
  }
}

const columns: readonly (readonly [string, (result: Result, rounds: Rounds) => string])[] = [
  ['ratio', ({ ratio }) => ratio.toFixed(2)],
  ['ours/s', ({ oursPerSecond }) => String(oursPerSecond)],
  ['bare/s', ({ barePerSecond }) => String(barePerSecond)],
  ['p50 ms', ({ p50Ms }) => p50Ms.toFixed(1)],
  ['p99 ms', ({ p99Ms }) => p99Ms.toFixed(1)],
  ['CPU µs', ({ cpuMicros }) => String(cpuMicros)],
  ['bare', (_, { bare }) => middleOf(bare, 'cpuMicros').toFixed(0)],
  ['DB µs', (_, { ours }) => middleOf(ours, 'databaseMicros').toFixed(0)],
  ['bare', (_, { bare }) => middleOf(bare, 'databaseMicros').toFixed(0)],
  ['busy', (_, { ours }) => `${(100 * middleOf(ours, 'busy')).toFixed(0)}%`],
  ['bare', (_, { bare }) => `${(100 * middleOf(bare, 'busy')).toFixed(0)}%`],
]
const titleWidth = 18
const columnWidth = 8

/** The results for people. `busy` is the part of its core that a server used. */
export function table(results: ReadonlyMap<WorkloadName, Rounds>): string {
  const names = columns.map(([name]) => name.padStart(columnWidth))
  const headings = `${''.padEnd(titleWidth)}    owed${names.join('')}`
  const lines = [...results].map(([name, rounds]) => {
    const { title, owed } = workloads[name]
    const result = resultOf(rounds)
    const cells = columns.map(([, show]) => show(result, rounds).padStart(columnWidth))
    return title.padEnd(titleWidth) + owed.toFixed(2).padStart(columnWidth) + cells.join('')
  })
  return [headings, ...lines, ...cautions(results)].join('\n')
}

/** Below this part of its core, a server was waiting for the database or for the load. */
const busyMin = 0.85

function cautions(results: ReadonlyMap<WorkloadName, Rounds>): readonly string[] {
  const idle = [...results]
    .filter(([, { bare }]) => middleOf(bare, 'busy') < busyMin)
    .map(([name]) => workloads[name].title)
  if (idle.length === 0) return []
  const where = idle.join(', ')
  return [
    '',
    `The bare server was waiting for database or load at: ${where}.`,
    'There the ratio flatters Plinth; compare CPU µs with bare µs.',
  ]
}
