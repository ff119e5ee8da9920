import { setTimeout as sleep } from 'node:timers/promises'
import autocannon, { type LoadClient, type LoadRequest } from 'autocannon'
import type { BenchDatabase } from './database.ts'
import type { BenchServer } from './server.ts'
import { pick, type WorkloadName, workloads } from './workloads.ts'

export const connections = 32

/** Far more than any server here has shown; so many requests are prepared, no two with one key. */
const requestsPerSecondMax = 20_000
const preparedMax = 400

export interface Window {
  readonly warmUpSeconds: number
  readonly seconds: number
}

export interface Measurement {
  readonly perSecond: number
  readonly p50Ms: number
  readonly p95Ms: number
  readonly p99Ms: number
  /** CPU time of the server's process per request, user and system. */
  readonly cpuMicros: number
  /** The same of the database's processes; not a number where the system does not tell. */
  readonly databaseMicros: number
  /** How much of one core the server was busy. Well below 1, something else was the limit. */
  readonly busy: number
  /** Answers with the right status, in the warm-up too. */
  readonly acknowledged: number
}

interface Subject {
  readonly server: BenchServer
  readonly workload: WorkloadName
  readonly database: BenchDatabase
  readonly window: Window
  /** Ends it early, with an error. */
  readonly signal: AbortSignal
}

/** Loads a server with 32 connections and measures it once it is warm. Throws on any wrong answer. */
export async function measure(subject: Subject): Promise<Measurement> {
  const { server } = subject
  const { status } = workloads[subject.workload]
  const count = requestsPerClient(subject)
  const times: number[] = []
  const wrong: string[] = []
  let acknowledged = 0
  let isMeasuring = false

  const load = autocannon({
    url: server.url,
    connections,
    // Until it is stopped.
    duration: 3_600,
    sampleInt: 100,
    setupClient: (client) => client.setRequests(prepareRequests(subject, count)),
  })
  load.on('reqError', (error) => void wrong.push(error.message))
  load.on('response', (client, answered, _bytes, milliseconds) => {
    if (Number(answered) !== status) wrong.push(`status ${answered}`)
    else acknowledged += 1
    if (isMeasuring) times.push(milliseconds)
    if (subject.workload === 'createWithKey') refuseSecondRound(client, count, wrong)
  })
  const [before, after] = await observe(subject, (isInside) => {
    isMeasuring = isInside
  }).finally(async () => {
    load.stop()
    await load
  })
  if (wrong.length > 0 || times.length === 0) {
    throw new Error(`${server.name}: ${wrong.length} wrong answers: ${wrong[0] ?? 'none at all'}`)
  }
  const elapsed = after.milliseconds - before.milliseconds
  const cpuMicros = after.cpuMicros - before.cpuMicros
  times.sort((a, b) => a - b)
  return {
    perSecond: times.length / (elapsed / 1_000),
    p50Ms: quantile(times, 0.5),
    p95Ms: quantile(times, 0.95),
    p99Ms: quantile(times, 0.99),
    cpuMicros: cpuMicros / times.length,
    databaseMicros: (after.databaseMicros - before.databaseMicros) / times.length,
    busy: cpuMicros / 1_000 / elapsed,
    acknowledged,
  }
}

/** Lets the server get warm, and reads the clocks at both ends of the time that counts. */
async function observe(
  { server, database, window, signal }: Subject,
  tell: (isInside: boolean) => void,
) {
  const wait = (seconds: number) => sleep(seconds * 1_000, undefined, { signal })
  await wait(window.warmUpSeconds)
  const before = await readClock(server, database)
  tell(true)
  await wait(window.seconds)
  tell(false)
  return [before, await readClock(server, database)] as const
}

async function readClock(server: BenchServer, database: BenchDatabase) {
  const { cpuMicros } = await server.usage()
  const databaseMicros = database.cpuMicros() ?? Number.NaN
  return { cpuMicros, databaseMicros, milliseconds: performance.now() }
}

/** Each connection has requests of its own, so that no two ask for the same rows at the same time. */
function prepareRequests({ workload, database }: Subject, count: number): readonly LoadRequest[] {
  const { request } = workloads[workload]
  const people = database.people()
  return Array.from({ length: count }, () => request(pick(people)))
}

function requestsPerClient({ workload, window }: Subject): number {
  if (workload !== 'createWithKey') return preparedMax
  const seconds = window.warmUpSeconds + window.seconds
  return Math.ceil((requestsPerSecondMax * seconds) / connections)
}

/** A key that comes again is answered from memory, which is not what is measured. */
function refuseSecondRound(client: LoadClient, count: number, wrong: string[]): void {
  if (client.reqsMade > count) wrong.push('a key was used twice')
}

/** Of numbers in ascending order. */
function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0
}

export function median(numbers: readonly number[]): number {
  return quantile(
    numbers.toSorted((a, b) => a - b),
    0.5,
  )
}
