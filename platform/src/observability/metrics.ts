import { durationBounds } from './metric-definitions.ts'

/** The surfaces that calls come over. The road's own list must fit, or it does not compile. */
export type MeteredSurface = 'http' | 'mcp' | 'cli' | 'direct'

/** An operation as far as counting goes. It is known by identity, which costs no hashing. */
export interface MeteredOperation {
  readonly name: string
}

/** Told once of each call that has ended, by the one place that reports it. */
export interface CallMeter {
  done(operation: MeteredOperation, surface: MeteredSurface, durationMilliseconds: number): void
  refused(
    operation: MeteredOperation,
    surface: MeteredSurface,
    code: string,
    durationMilliseconds: number,
  ): void
}

/** How long the calls of one operation took. */
export interface DurationCells {
  /** One count per bound, each without those below it; slower calls are in `count` alone. */
  readonly buckets: readonly number[]
  readonly sumSeconds: number
  readonly count: number
}

/** What was counted since the start. */
export interface MeterReading {
  readonly calls: readonly {
    readonly operation: string
    readonly surface: MeteredSurface
    readonly code: string
    readonly count: number
  }[]
  readonly durations: readonly (DurationCells & { readonly operation: string })[]
  readonly refusedRequests: ReadonlyMap<string, number>
  readonly limited: ReadonlyMap<string, number>
}

export interface Meters extends CallMeter {
  /** A request that was refused before a call came of it. */
  refusedRequest(code: string): void
  /** A refusal by the rate limit of that name. */
  limited(name: string): void
  read(): MeterReading
}

type Tally = Record<MeteredSurface, number>

interface Cells {
  readonly operation: string
  readonly done: Tally
  readonly refused: Map<string, Tally>
  readonly buckets: number[]
  sumMilliseconds: number
  count: number
}

const boundsInMilliseconds = durationBounds.map((seconds) => seconds * 1000)
const emptyTally = (): Tally => ({ http: 0, mcp: 0, cli: 0, direct: 0 })

/**
 * Counts in plain numbers, one set of cells for each operation, made here once. A call costs two
 * additions and a short search, and no label is hashed: prom-client's own counters take some two
 * microseconds for that. They are given their labels when somebody asks (`exposition.ts`).
 */
export function createMeters(operations: readonly MeteredOperation[]): Meters {
  const byOperation = new Map(operations.map((operation) => [operation, cellsOf(operation)]))
  const refusedRequests = new Map<string, number>()
  const limited = new Map<string, number>()
  return {
    done(operation, surface, durationMilliseconds) {
      const cells = byOperation.get(operation)
      if (!cells) return
      cells.done[surface] += 1
      observe(cells, durationMilliseconds)
    },
    refused(operation, surface, code, durationMilliseconds) {
      const cells = byOperation.get(operation)
      if (!cells) return
      const tally = cells.refused.get(code) ?? emptyTally()
      tally[surface] += 1
      cells.refused.set(code, tally)
      observe(cells, durationMilliseconds)
    },
    refusedRequest: (code) => addOne(refusedRequests, code),
    limited: (name) => addOne(limited, name),
    read: () => ({
      calls: [...byOperation.values()].flatMap(callsOf),
      durations: [...byOperation.values()].map(durationsOf),
      refusedRequests,
      limited,
    }),
  }
}

function cellsOf({ name }: MeteredOperation): Cells {
  return {
    operation: name,
    done: emptyTally(),
    refused: new Map(),
    buckets: durationBounds.map(() => 0),
    sumMilliseconds: 0,
    count: 0,
  }
}

function observe(cells: Cells, milliseconds: number): void {
  cells.count += 1
  cells.sumMilliseconds += milliseconds
  const at = boundsInMilliseconds.findIndex((bound) => milliseconds <= bound)
  if (at >= 0) cells.buckets[at] = (cells.buckets[at] ?? 0) + 1
}

function addOne(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1)
}

/** What has not happened has no series: most pairs of an operation and a code never will. */
function callsOf({ operation, done, refused }: Cells): MeterReading['calls'] {
  return [['DONE', done] as const, ...refused].flatMap(([code, tally]) =>
    Object.entries(tally)
      .filter(([, count]) => count > 0)
      .map(([surface, count]) => ({
        operation,
        surface: surface as MeteredSurface,
        code,
        count,
      })),
  )
}

function durationsOf({ operation, buckets, sumMilliseconds, count }: Cells) {
  return { operation, buckets, sumSeconds: sumMilliseconds / 1000, count }
}
