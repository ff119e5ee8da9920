// `npm run bench [-- --quick]`: what Plinth costs beside a bare server that does the same SQL with no
// checks. Prints a table and writes bench/results.json. For work on a hot path: `--only read` measures
// one workload, and `--profile <folder>` writes a CPU profile of Plinth; neither writes results.
import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { takeCores } from './cores.ts'
import { type BenchDatabase, startDatabase } from './database.ts'
import { type Measurement, measure, type Window } from './measure.ts'
import { type Rounds, resultOf, table } from './report.ts'
import { type BenchServer, startServer } from './server.ts'
import { verify } from './verify.ts'
import { type WorkloadName, workloadNames } from './workloads.ts'

const rounds = 3
/** Node-postgres' own number, and Plinth's. */
const poolMax = 10
const fullWindow: Window = { warmUpSeconds: 3, seconds: 12 }
const quickWindow: Window = { warmUpSeconds: 0.5, seconds: 1 }
const resultsFile = new URL('results.json', import.meta.url)

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    profile: { type: 'string' },
  },
})
const window = options.quick ? quickWindow : fullWindow
const chosen = workloadNames.filter((name) => options.only === undefined || options.only === name)
if (chosen.length === 0) throw new Error(`--only takes one of ${workloadNames.join(', ')}.`)

// What has been started is stopped and deleted then, too: every measurement ends early.
const interrupted = new AbortController()
process.once('SIGINT', () => interrupted.abort())

const say = (line: string) => void process.stdout.write(`${line}\n`)

/** Bare and ours by turns, so that whatever else the machine does meets both alike. */
async function runRounds(
  workload: WorkloadName,
  { servers, database }: { servers: readonly BenchServer[]; database: BenchDatabase },
): Promise<Rounds> {
  const { signal } = interrupted
  const taken: Record<keyof Rounds, Measurement[]> = { bare: [], ours: [] }
  for (let round = 0; round < rounds; round += 1) {
    for (const server of servers) {
      await database.settle()
      const tasksBefore = await database.countTasks()
      const measured = await measure({ server, workload, window, database, signal })
      const added = (await database.countTasks()) - tasksBefore
      if (workload.startsWith('create') && added < measured.acknowledged) {
        throw new Error(`${server.name} acknowledged ${measured.acknowledged} and added ${added}.`)
      }
      taken[server.name].push(measured)
      say(`${workload} ${server.name} ${Math.round(measured.perSecond)}/s`)
    }
  }
  return taken
}

async function main(things: AsyncDisposableStack): Promise<void> {
  const cores = takeCores()
  say(cores ? `Server on core ${cores.server}, all else on ${cores.others}.` : 'Nothing is pinned.')
  const database = await startDatabase()
  things.defer(database.remove)
  const { place, dataFolder, password } = database
  const launch = { settings: { place, dataFolder, password, poolMax }, cores }
  const bare = await startServer('bare', launch)
  things.defer(bare.stop)
  const profiling = options.profile ? ['--cpu-prof', `--cpu-prof-dir=${options.profile}`] : []
  const ours = await startServer('ours', { ...launch, nodeOptions: profiling })
  things.defer(ours.stop)

  await verify({ bare, ours, people: database.people })
  const results = new Map<WorkloadName, Rounds>()
  for (const workload of chosen) {
    results.set(workload, await runRounds(workload, { servers: [bare, ours], database }))
  }
  const rssMb = Math.round((await ours.usage()).rssBytes / 1024 / 1024)
  say(`\n${table(results)}\n\nmemory after the run: ${rssMb} MB`)
  if (options.only || options.profile) return
  const written = [...results].map(([name, measured]) => [name, resultOf(measured)] as const)
  const text = JSON.stringify({ ...Object.fromEntries(written), rssMb }, null, 2)
  await writeFile(resultsFile, `${text}\n`)
}

await using things = new AsyncDisposableStack()
try {
  await main(things)
} catch (error) {
  if (!interrupted.signal.aborted) throw error
  say('Interrupted.')
  process.exitCode = 130
}
