// `node platform/bin/launch.mjs bench/start.ts`: how long a person waits for `npm start` until Plinth
// says that it is ready. A first start makes the database and builds the web; a later one does not.
import { rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { createInstallation, type Installation } from '../tests/faults/installation.ts'

const rounds = 5
const builtWeb = fileURLToPath(new URL('../web/dist/', import.meta.url))

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return (performance.now() - startedAt) / 1000
}

async function startOnce(installation: Installation): Promise<number> {
  let stop: () => Promise<unknown> = async () => {}
  const taken = await seconds(async () => {
    const running = await installation.start()
    stop = () => running.end('SIGTERM')
  })
  await stop()
  return taken
}

function print(what: string, taken: readonly number[]): void {
  const sorted = taken.toSorted((a, b) => a - b)
  const median = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
  const range = `${sorted[0]?.toFixed(2)} to ${sorted.at(-1)?.toFixed(2)}`
  console.log(
    `${what.padEnd(34)} median ${median.toFixed(2)} s (${range} s, ${taken.length} starts)`,
  )
}

const first: number[] = []
const fresh: number[] = []
const later: number[] = []
for (let round = 0; round < rounds; round++) {
  await rm(builtWeb, { recursive: true, force: true })
  const bare = await createInstallation()
  first.push(await startOnce(bare))
  await bare.remove()
  const installation = await createInstallation()
  fresh.push(await startOnce(installation))
  later.push(await startOnce(installation))
  await installation.remove()
}
print('first start, web to be built', first)
print('first start, web built before', fresh)
print('later start', later)
