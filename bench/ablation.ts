import type { Ladders, Rung } from './ladder.ts'
import type { StepCost } from './steps.ts'

/** What each step of the road adds, in microseconds of CPU per call. */
export interface Ablation extends Ladders {
  /** Steps that need no database, each by itself. */
  readonly steps: readonly StepCost[]
  /** A request that does nothing, at the bare server and at ours. */
  readonly nothing: { readonly bareMicros: number; readonly oursMicros: number }
}

const width = 48
const cell = (micros: number) => (Number.isNaN(micros) ? '-' : micros.toFixed(1)).padStart(10)
const line = (step: string, ...micros: number[]) => step.padEnd(width) + micros.map(cell).join('')

/** The ablation for people. */
export function ablationTable({ read, create, steps, nothing }: Ablation): string {
  const ladder = (title: string, rungs: readonly Rung[]) => [
    '',
    `${`${title}: each line adds to those above it`.padEnd(width)}    server  database`,
    ...rungs.map(({ step, serverMicros, databaseMicros }) =>
      line(`  ${step}`, serverMicros, databaseMicros),
    ),
    line(
      '  in sum',
      rungs.reduce((sum, rung) => sum + rung.serverMicros, 0),
      rungs.reduce((sum, rung) => sum + rung.databaseMicros, 0),
    ),
  ]
  return [
    'What each step costs, in microseconds of CPU',
    ...ladder('read, at the database', read),
    ...ladder('create, at the database', create),
    '',
    `${'in the server alone, each by itself'.padEnd(width)}      read    create`,
    ...steps.map(({ step, readMicros, createMicros }) =>
      line(`  ${step}`, readMicros, createMicros),
    ),
    '',
    `${'a request that does nothing'.padEnd(width)}      bare      ours`,
    line('  HTTP; ours: host, ids, headers too', nothing.bareMicros, nothing.oursMicros),
  ].join('\n')
}

/** Rounded for the results file. */
export function roundedAblation({ read, create, steps, nothing }: Ablation) {
  const round = (value: unknown): unknown =>
    typeof value === 'number' ? Number(value.toFixed(2)) : value
  const each = (rows: readonly object[]) =>
    rows.map((row) => Object.fromEntries(Object.entries(row).map(([k, v]) => [k, round(v)])))
  return {
    read: each(read),
    create: each(create),
    steps: each(steps),
    nothing: each([nothing])[0],
  }
}
