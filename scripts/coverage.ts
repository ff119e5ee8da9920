// `npm run coverage [-- --write] [-- <what Vitest takes>]`: runs all tests, prints which part of the
// lines and branches of the server they ran, and fails below the floor. With --write the table goes
// into docs/quality.md. Everything else it writes lies in coverage/.
import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { measuredOn, type Row, toTable, writeToPage } from './quality-page.ts'
import { root, run } from './run.ts'

const percentMin = 90
const packages = ['platform/src', 'apps/src'] as const

interface Count {
  readonly total: number
  readonly covered: number
}

/** Vitest's json-summary: a file's absolute path, or `total`. */
type Summary = Readonly<Record<string, { readonly lines: Count; readonly branches: Count }>>

type Kind = 'lines' | 'branches'
type Folder = Readonly<Record<Kind, Count>>

function readFiles(): readonly (readonly [string, Folder])[] {
  const path = join(root, 'coverage/lines/coverage-summary.json')
  const summary: Summary = JSON.parse(readFileSync(path, 'utf8'))
  return Object.entries(summary)
    .filter(([file]) => file !== 'total')
    .map(([file, counts]) => [relative(root, file), counts])
}

const add = (one: Count, other: Count): Count => ({
  total: one.total + other.total,
  covered: one.covered + other.covered,
})

function sumOf(folders: readonly Folder[]): Folder {
  const none = { total: 0, covered: 0 }
  return folders.reduce<Folder>(
    (sum, { lines, branches }) => ({
      lines: add(sum.lines, lines),
      branches: add(sum.branches, branches),
    }),
    { lines: none, branches: none },
  )
}

const percent = ({ total, covered }: Count) => (total === 0 ? 100 : (100 * covered) / total)

const shown = (count: Count) => `${(Math.floor(percent(count) * 10) / 10).toFixed(1)} %`

const toRow = (name: string, { lines, branches }: Folder): Row => [
  name,
  String(lines.total),
  shown(lines),
  String(branches.total),
  shown(branches),
]

/** `platform/src/surfaces/http` for a file in it; one folder for all of an app. */
function folderOf(file: string): string {
  const parts = file.split('/').slice(0, -1)
  return parts.slice(0, parts[0] === 'apps' ? 3 : 4).join('/')
}

const forVitest = process.argv.slice(2).filter((argument) => argument !== '--write')
const writes = process.argv.includes('--write')
if (writes && forVitest.length > 0) throw new Error('Only a run of all tests is written down.')
const exitCode = await run(['node_modules/vitest/vitest.mjs', 'run', '--coverage', ...forVitest])

const files = readFiles()
const folders = [...new Set(files.map(([file]) => folderOf(file)))].sort()
const rows = folders.map((folder) =>
  toRow(
    folder,
    sumOf(files.filter(([file]) => folderOf(file) === folder).map(([, counts]) => counts)),
  ),
)
const totals = packages.map((name) => ({
  name,
  sum: sumOf(files.filter(([file]) => file.startsWith(name)).map(([, counts]) => counts)),
}))
const table = toTable(
  ['folder', 'lines', 'run', 'branches', 'run'],
  [...totals.map(({ name, sum }) => toRow(`all of ${name}`, sum)), ...rows],
)
console.log(`\n${table}\n`)

const missed = totals.flatMap(({ name, sum }) =>
  (['lines', 'branches'] as const)
    .filter((kind) => percent(sum[kind]) < percentMin)
    .map((kind) => `${name}: ${shown(sum[kind])} of the ${kind}, and not ${percentMin} %`),
)
for (const sentence of missed) console.error(sentence)
if (writes && exitCode === 0) writeToPage('coverage', `${measuredOn()}\n\n${table}`)
process.exitCode = exitCode !== 0 ? exitCode : Math.min(missed.length, 1)
