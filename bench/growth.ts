import type { BenchDatabase } from './database.ts'
import { measure, median, type Window } from './measure.ts'
import type { BenchServer } from './server.ts'
import { type WorkloadName, workloads } from './workloads.ts'

const sizes = [10_000, 100_000, 1_000_000]
const names = ['read', 'list', 'create'] as const satisfies readonly WorkloadName[]
const rounds = 3
/** How much slower the slowest twentieth may be at the largest size than at the smallest. */
export const growthMax = 1.5

export type Growth = Readonly<Record<(typeof names)[number], readonly Size[]>>

interface Size {
  readonly rows: number
  readonly p95Ms: number
}

interface Subject {
  readonly server: BenchServer
  readonly database: BenchDatabase
  readonly window: Window
  readonly signal: AbortSignal
  readonly say: (line: string) => void
}

/** Reads, lists and creates while the table grows a hundredfold. */
export async function measureGrowth(subject: Subject): Promise<Growth> {
  const { database, say } = subject
  const grown = { read: [] as Size[], list: [] as Size[], create: [] as Size[] }
  for (const rows of sizes) {
    if (rows > sizes[0]!) await database.growTo(rows)
    for (const name of names) {
      const taken: number[] = []
      for (let round = 0; round < rounds; round += 1) {
        await database.settle()
        taken.push((await measure({ ...subject, workload: name })).p95Ms)
      }
      const p95Ms = Number(median(taken).toFixed(2))
      grown[name].push({ rows, p95Ms })
      say(`${name} at ${rows} rows: p95 ${p95Ms} ms`)
    }
  }
  return grown
}

/** How the last of the sizes compares with the first. */
const factorOf = (sizes: readonly Size[]): number =>
  (sizes.at(-1)?.p95Ms ?? Number.NaN) / (sizes[0]?.p95Ms ?? Number.NaN)

export function growthTable(growth: Growth): string {
  const titles = sizes.map((rows) => `${rows.toLocaleString('en')} rows`.padStart(16))
  return [
    `${'p95 in ms'.padEnd(22)}${titles.join('')}  factor (at most ${growthMax})`,
    ...names.map((name) => {
      const cells = growth[name].map(({ p95Ms }) => p95Ms.toFixed(1).padStart(16))
      const factor = factorOf(growth[name]).toFixed(2)
      return `${workloads[name].title.padEnd(22)}${cells.join('')}  ${factor.padStart(6)}`
    }),
  ].join('\n')
}
