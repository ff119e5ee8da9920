// The tables of docs/quality.md. Figures get there through a script that measured them, never by hand.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './run.ts'

const page = join(root, 'docs/quality.md')

export type Row = readonly string[]

/** A Markdown table whose columns after the first are numbers, padded so that it reads as text too. */
export function toTable(head: Row, rows: readonly Row[]): string {
  const widths = head.map((_, at) =>
    Math.max(3, ...[head, ...rows].map((row) => row[at]?.length ?? 0)),
  )
  const toLine = (row: Row) =>
    `| ${row.map((cell, at) => pad(cell, { at, width: widths[at] ?? 0 })).join(' | ')} |`
  const rule = widths.map((width, at) =>
    at === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  )
  return [toLine(head), `| ${rule.join(' | ')} |`, ...rows.map(toLine)].join('\n')
}

const pad = (cell: string, { at, width }: { at: number; width: number }) =>
  at === 0 ? cell.padEnd(width) : cell.padStart(width)

/** Replaces what stands between `<!-- name -->` and `<!-- end of name -->` of docs/quality.md. */
export function writeToPage(name: string, text: string): void {
  const [start, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`]
  const before = readFileSync(page, 'utf8')
  const [from, to] = [before.indexOf(start), before.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`docs/quality.md has no place for ${name}.`)
  writeFileSync(page, `${before.slice(0, from + start.length)}\n${text}\n${before.slice(to)}`)
}

/** When and on what a figure was measured. */
export function measuredOn(): string {
  return `Measured on ${Temporal.Now.plainDateISO('UTC')} with Node.js ${process.versions.node}.`
}
