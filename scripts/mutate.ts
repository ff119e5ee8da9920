// `npm run mutate [-- file …] [--fresh] [--write]`: changes the road in small ways, one at a time, and
// looks whether a test notices. A file whose result still holds (the same sources, the same tests) is
// not run again unless --fresh is given, so a run that was cut off goes on where it was. With --write
// the table goes into docs/quality.md. Everything else it writes lies in coverage/mutation/.
import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { apps } from '../apps/src/all.ts'
import { startTestCluster } from '../platform/src/testing/cluster.ts'
import type { Mutant } from './mutate-file.ts'
import { equivalents, type MutationTarget, targets } from './mutation-plan.ts'
import { measuredOn, type Row, toTable, writeToPage } from './quality-page.ts'
import { root, run } from './run.ts'

const scoreMin = 80
const folder = 'coverage/mutation'

interface Result {
  /** Of all that the result depends on. */
  readonly key: string
  readonly seconds: number
  readonly mutants: readonly Mutant[]
}

const testsOf = ({ tests }: MutationTarget) => globSync(tests, { cwd: root }).sort()

/** A result holds for as long as nothing changed in the folders of the file and of its tests. */
function keyOf(target: MutationTarget): string {
  const folders = new Set([target.file, ...testsOf(target)].map(dirname))
  const hash = createHash('sha256')
  for (const path of [...folders].flatMap((name) => globSync(`${name}/*.ts`, { cwd: root })).sort())
    hash.update(path).update(readFileSync(join(root, path)))
  return hash.digest('base64url')
}

const resultPath = ({ file }: MutationTarget) =>
  join(root, folder, `${file.replaceAll('/', '-')}.json`)

function readResult(target: MutationTarget): Result | undefined {
  const path = resultPath(target)
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined
}

/** In a process of its own, so that Ctrl-C ends Stryker and this one can still tidy up. */
async function mutate(target: MutationTarget): Promise<Result> {
  const key = keyOf(target)
  const startedAt = performance.now()
  const mutantsPath = join(root, folder, 'mutants.json')
  const exitCode = await run([
    'scripts/mutate-file.ts',
    ...[target.file, mutantsPath, ...testsOf(target)],
  ])
  if (exitCode !== 0) throw new Error(`${target.file} could not be judged.`)
  const mutants: readonly Mutant[] = JSON.parse(readFileSync(mutantsPath, 'utf8'))
  return { key, seconds: (performance.now() - startedAt) / 1000, mutants }
}

const isUnnoticed = ({ status }: Mutant) => status === 'Survived' || status === 'NoCoverage'

const isEquivalent = (file: string, mutant: Mutant) =>
  equivalents.some(
    ({ line, replacement, file: at }) =>
      at === file && line === mutant.source && replacement === mutant.replacement,
  )

interface Count {
  readonly file: string
  readonly mutants: number
  readonly killed: number
  readonly timedOut: number
  readonly survived: number
  /** How many of those that survived change nothing. */
  readonly equivalent: number
}

function countOf({ file }: MutationTarget, { mutants }: Result): Count {
  const unnoticed = mutants.filter(isUnnoticed)
  const timedOut = mutants.filter(({ status }) => status === 'Timeout').length
  return {
    file,
    mutants: mutants.length,
    killed: mutants.length - unnoticed.length - timedOut,
    timedOut,
    survived: unnoticed.length,
    equivalent: unnoticed.filter((mutant) => isEquivalent(file, mutant)).length,
  }
}

const scoreOf = ({ mutants, survived }: Count) =>
  mutants === 0 ? 100 : (100 * (mutants - survived)) / mutants

const toRow = (count: Count): Row => [
  count.file,
  ...[count.mutants, count.killed, count.timedOut, count.survived, count.equivalent].map(String),
  `${(Math.floor(scoreOf(count) * 10) / 10).toFixed(1)} %`,
]

const head = ['file', 'mutants', 'killed', 'endless', 'survived', 'of them equivalent', 'score']

function toTableOf(counts: readonly Count[]): string {
  const sum = (pick: (count: Count) => number) =>
    counts.reduce((total, count) => total + pick(count), 0)
  const all = {
    file: 'all',
    mutants: sum(({ mutants }) => mutants),
    killed: sum(({ killed }) => killed),
    timedOut: sum(({ timedOut }) => timedOut),
    survived: sum(({ survived }) => survived),
    equivalent: sum(({ equivalent }) => equivalent),
  }
  return toTable(head, [...counts, all].map(toRow))
}

function complaintsOf(target: MutationTarget, count: Count): readonly string[] {
  const { file, survived, equivalent } = count
  return [
    ...(scoreOf(count) < scoreMin ? [`${file}: fewer than ${scoreMin} % were noticed.`] : []),
    ...(target.isGuard && survived > equivalent ? [`${file}: a guard was changed unnoticed.`] : []),
  ]
}

function printSurvivors({ file }: MutationTarget, { mutants }: Result): void {
  for (const mutant of mutants.filter(isUnnoticed)) {
    if (isEquivalent(file, mutant)) continue
    const { line, source, replacement, status } = mutant
    const short = replacement.replaceAll(/\s+/g, ' ').slice(0, 80)
    console.log(`  ${basename(file)}:${line} ${status}: ${source}  →  ${short}`)
  }
}

function equivalentsAsText(): string {
  return equivalents
    .map(
      ({ file, line, replacement, why }) =>
        `- \`${file}\`, \`${line}\` → \`${replacement}\`: ${why}`,
    )
    .join('\n')
}

async function main(): Promise<number> {
  const options = process.argv.slice(2)
  const named = options.filter((option) => !option.startsWith('--')).map((path) => basename(path))
  const isChosen = ({ file }: MutationTarget) =>
    named.length === 0 || named.includes(basename(file))
  mkdirSync(join(root, folder), { recursive: true })
  const { cluster, stop } = await startTestCluster(apps)
  // Stryker's workers, which it kills when a mutant hangs, must not have a PostgreSQL of their own.
  process.env.TEST_CLUSTER = JSON.stringify(cluster)
  const done: { readonly target: MutationTarget; readonly result: Result }[] = []
  try {
    for (const target of targets.filter(isChosen)) {
      const kept = options.includes('--fresh') ? undefined : readResult(target)
      const result = kept?.key === keyOf(target) ? kept : await mutate(target)
      writeFileSync(resultPath(target), JSON.stringify(result))
      const { mutants, survived } = countOf(target, result)
      const note = result === kept ? 'nothing changed' : `${Math.round(result.seconds)} s`
      console.log(`${target.file}: ${mutants} mutants, ${survived} survived, ${note}`)
      printSurvivors(target, result)
      done.push({ target, result })
    }
  } finally {
    await stop()
  }
  console.log(`\n${toTableOf(done.map(({ target, result }) => countOf(target, result)))}\n`)
  const complaints = done.flatMap(({ target, result }) =>
    complaintsOf(target, countOf(target, result)),
  )
  for (const complaint of complaints) console.error(complaint)
  if (options.includes('--write')) writeResults()
  return Math.min(complaints.length, 1)
}

/** The page has all files or none: a table of some would read as if there were no others. */
function writeResults(): void {
  const counts = targets.map((target) => {
    const result = readResult(target)
    if (result?.key !== keyOf(target)) throw new Error(`${target.file} has no result that holds.`)
    return countOf(target, result)
  })
  writeToPage('mutation', `${measuredOn()}\n\n${toTableOf(counts)}`)
  writeToPage('equivalents', equivalentsAsText())
}

process.exitCode = await main()
