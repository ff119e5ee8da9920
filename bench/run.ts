// `npm run bench [-- --quick]`: what Plinth costs beside a bare server that does the same SQL with no
// checks, what each step of the road adds, and what a hundred times the rows change. Prints tables; the
// full run writes bench/results.json. `--part compare|ablation|growth` runs one of the three. For work
// on a hot path: `--only read` compares one workload, and `--profile <folder>` writes a CPU profile.
import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import autocannon from 'autocannon'
import { type Ablation, ablationTable, roundedAblation } from './ablation.ts'
import { takeCores } from './cores.ts'
import { type BenchDatabase, startDatabase } from './database.ts'
import { type Growth, growthTable, measureGrowth } from './growth.ts'
import { climb } from './ladder.ts'
import { type Measurement, measure, type Window } from './measure.ts'
import { type Rounds, resultOf, table } from './report.ts'
import { type BenchServer, startServer } from './server.ts'
import { measureStepsAlone } from './steps.ts'
import { verify } from './verify.ts'
import { type WorkloadName, workloadNames } from './workloads.ts'

const rounds = 3
/** Node-postgres' own number, and Plinth's. */
const poolMax = 10
const fullWindow: Window = { warmUpSeconds: 2, seconds: 7 }
const quickWindow: Window = { warmUpSeconds: 0.5, seconds: 1 }
const resultsFile = new URL('results.json', import.meta.url)

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    part: { type: 'string' },
    only: { type: 'string' },
    profile: { type: 'string' },
  },
})
const parts = ['compare', 'ablation', 'growth'] as const
type Part = (typeof parts)[number]
if (options.part && !parts.some((part) => part === options.part)) {
  throw new Error(`--part takes one of ${parts.join(', ')}.`)
}
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

/** CPU of a request that does nothing, at both servers. */
async function measureNothing({ bare, ours }: Servers): Promise<Ablation['nothing']> {
  const cost = async (server: BenchServer, path: string) => {
    const request = (amount: number) =>
      autocannon({ url: `${server.url}${path}`, connections: 16, amount })
    const amount = options.quick ? 1_000 : 10_000
    await request(amount)
    const before = (await server.usage()).cpuMicros
    await request(amount)
    return ((await server.usage()).cpuMicros - before) / amount
  }
  return { bareMicros: await cost(bare, '/nothing'), oursMicros: await cost(ours, '/health') }
}

interface Servers {
  readonly bare: BenchServer
  readonly ours: BenchServer
}

async function ablate(servers: Servers, database: BenchDatabase): Promise<Ablation> {
  const ladders = await climb(
    database,
    options.quick ? { rounds: 3, runs: 50 } : { rounds: 15, runs: 150 },
  )
  const steps = await measureStepsAlone({ rounds: options.quick ? 3 : 20 })
  return { ...ladders, steps, nothing: await measureNothing(servers) }
}

const does = (part: Part): boolean => options.part === undefined || options.part === part

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
  await verify({ bare, ours, people: database.people() })

  const written: Record<string, unknown> = {}
  if (does('compare')) {
    const results = new Map<WorkloadName, Rounds>()
    for (const workload of chosen) {
      results.set(workload, await runRounds(workload, { servers: [bare, ours], database }))
    }
    const rssMb = Math.round((await ours.usage()).rssBytes / 1024 / 1024)
    say(`\n${table(results)}\n\nmemory after the run: ${rssMb} MB`)
    for (const [name, measured] of results) written[name] = resultOf(measured)
    written.rssMb = rssMb
  }
  if (options.only || options.profile) return
  if (does('ablation')) {
    const ablation = await ablate({ bare, ours }, database)
    say(`\n${ablationTable(ablation)}\n`)
    written.ablation = roundedAblation(ablation)
  }
  // A quick run has no time to seed a million rows.
  if (options.part === 'growth' || (does('growth') && !options.quick)) {
    const { signal } = interrupted
    const growth: Growth = await measureGrowth({ server: ours, database, window, signal, say })
    say(`\n${growthTable(growth)}`)
    written.growth = growth
  }
  if (options.quick || options.part) return
  await writeFile(resultsFile, `${JSON.stringify(written, null, 2)}\n`)
}

await using things = new AsyncDisposableStack()
try {
  await main(things)
} catch (error) {
  if (!interrupted.signal.aborted) throw error
  say('Interrupted.')
  process.exitCode = 130
}
