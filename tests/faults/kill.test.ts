import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { type Chance, createChance, seedOfRun } from './chance.ts'
import { askAsOwner, postmasterOf, remainsOf } from './inside.ts'
import { createInstallation, type Installation, type Running } from './installation.ts'
import { committedOf, complaintsAbout, relearn } from './kill-verdict.ts'
import { createLoad, createLoadPerson, isSuccess, type Load, learn, type Sent } from './load.ts'

// Somebody pulls the plug while people and agents write: of Plinth, of the PostgreSQL under it, of one
// of its server processes, of both. Whatever was acknowledged must be there once, whatever was not at
// most once, and everything must be up again by itself.

/** What is killed. `backend` is one process of PostgreSQL, upon which it restarts all of its own. */
type Victim = 'plinth' | 'postgres' | 'backend' | 'both'

/** Of one installation; two are tormented side by side. */
const rounds: readonly Victim[] = [
  ...Array.from({ length: 6 }, () => 'plinth' as const),
  ...Array.from({ length: 4 }, () => 'postgres' as const),
  ...Array.from({ length: 2 }, () => 'backend' as const),
  ...Array.from({ length: 3 }, () => 'both' as const),
]
const environment = { RATE_LIMIT_ENABLED: 'false' }
const healingMilliseconds = 120_000

/** What a round did, so that the test is known to bite. */
interface Blow {
  readonly victim: Victim
  /** Requests that were sent and not answered when the signal was sent. */
  readonly inFlight: number
  /** Of all requests of the round: ended without an answer, or answered that it did not work. */
  readonly cut: number
  readonly failed: number
  /** Of those: committed all the same. */
  readonly committed: number
}

interface Siege {
  readonly installation: Installation
  readonly chance: Chance
  readonly load: Load
  plinth: Running
}

async function layOut(chance: Chance): Promise<Siege> {
  const installation = await createInstallation()
  const plinth = await installation.start(environment)
  const people = await Promise.all(['Ada', 'Grace', 'Tom'].map(() => createLoadPerson(plinth.url)))
  return { installation, chance, plinth, load: createLoad({ people, clients: 12, chance }) }
}

/** The process that the signal is for, besides Plinth itself. */
async function targetOf(victim: Victim, { dataFolder }: Installation): Promise<number> {
  const [backend] = await askAsOwner<{ pid: number }>(
    dataFolder,
    `select pid from pg_stat_activity where usename = 'plinth_app' order by state_change desc`,
  )
  const target = victim === 'backend' ? backend?.pid : await postmasterOf(dataFolder)
  if (!target) throw new Error('There is nothing to kill.')
  return target
}

/** Waits until the installation is up again, which a dead Plinth needs a start for and nothing else. */
async function recover(victim: Victim, siege: Siege, restarts: number): Promise<void> {
  if (victim === 'plinth' || victim === 'both') {
    siege.plinth = await siege.installation.start(environment)
    return
  }
  const { plinth } = siege
  const timing = { timeout: healingMilliseconds, interval: 50 }
  if (victim === 'postgres') {
    await expect.poll(() => countOf(plinth, 'was started again'), timing).toBe(restarts + 1)
  }
  await expect.poll(async () => (await fetch(`${plinth.url}/ready`)).status, timing).toBe(200)
}

const countOf = (plinth: Running, words: string): number => plinth.output().split(words).length - 1

async function strike(victim: Victim, siege: Siege): Promise<Blow> {
  const { load, chance, installation } = siege
  const from = load.book.length
  const restarts = countOf(siege.plinth, 'was started again')
  const run = load.run(siege.plinth.url)
  await run.succeeded(10 + chance.below(40))
  const target = await targetOf(victim, installation)
  await pause(chance.below(60))
  const inFlight = load.book.filter(({ outcome }) => outcome === 'in flight').length
  if (victim !== 'plinth') process.kill(target, 'SIGKILL')
  if (victim === 'plinth' || victim === 'both') await siege.plinth.end('SIGKILL')
  run.stop()
  await run.ended
  await recover(victim, siege, restarts)

  const round = load.book.slice(from)
  expect(round.filter(isSuccess).length).toBeGreaterThanOrEqual(10)
  const unanswered = round.filter((sent) => !isSuccess(sent))
  // An error of ours would hide behind the kill: only 503, and 504 where time ran out, may be said.
  const said = new Set(unanswered.map(({ status }) => status ?? 503))
  expect([...said].filter((status) => status !== 503 && status !== 504)).toEqual([])
  const committed = await settle(siege, unanswered)
  expect(await complaintsAbout(installation.dataFolder, load.book)).toEqual([])
  return {
    victim,
    inFlight,
    cut: unanswered.filter(({ status }) => status === undefined).length,
    failed: unanswered.filter(({ status }) => status !== undefined).length,
    committed,
  }
}

/** Does what a client does: repeats what has a key, and looks after what has none. */
async function settle({ installation, load, plinth }: Siege, unanswered: readonly Sent[]) {
  const { dataFolder } = installation
  // A server process that outlived its Plinth may still be ending its last transaction.
  await expect
    .poll(() => askAsOwner(dataFolder, livelyOthers), { timeout: healingMilliseconds })
    .toEqual([])
  const committed = await committedOf(dataFolder, unanswered)
  for (const sent of unanswered) {
    if (sent.key === undefined) {
      if (committed.has(sent)) await relearn(dataFolder, sent)
    } else {
      const id = `${sent.id}-again-${load.book.length}`
      const again = await load.send(plinth.url, { ...sent, id })
      expect(isSuccess(again), JSON.stringify(again)).toBe(true)
      learn(again)
    }
  }
  return committed.size
}

/** The server processes of requests that are in a transaction. */
const livelyOthers = `select distinct pid from pg_locks join pg_stat_activity using (pid)
  where locktype = 'virtualxid' and usename = 'plinth_app'`

async function torment(chance: Chance): Promise<readonly Blow[]> {
  const siege = await layOut(chance)
  const { installation, load } = siege
  try {
    const blows: Blow[] = []
    for (const victim of chance.shuffle(rounds)) blows.push(await strike(victim, siege))
    expect(await siege.plinth.end('SIGTERM')).toBe(0)
    expect(await remainsOf(installation.dataFolder)).toEqual([])

    siege.plinth = await installation.start(environment)
    expect(await complaintsAbout(installation.dataFolder, load.book)).toEqual([])
    return blows
  } catch (error) {
    process.stdout.write(`What Plinth said (seed ${chance.seed}):\n${siege.plinth.output()}\n`)
    throw error
  } finally {
    await siege.plinth.end('SIGTERM')
    await installation.remove()
  }
}

test('kill -9, thirty times under a write load, loses and doubles nothing', async () => {
  const seed = seedOfRun()
  process.stdout.write(`The kills come at moments of the seed ${seed} (FAULTS_SEED repeats it).\n`)
  const sieges = [createChance(seed), createChance(seed + 1)].map(torment)
  // One that fails must not keep the other from clearing up.
  await Promise.allSettled(sieges)
  const blows = (await Promise.all(sieges)).flat()
  expect(blows).toHaveLength(30)
  for (const victim of new Set(rounds)) {
    const own = blows.filter((blow) => blow.victim === victim)
    const sum = (of: 'inFlight' | 'cut' | 'failed' | 'committed') =>
      own.reduce((total, blow) => total + blow[of], 0)
    process.stdout.write(
      `${own.length} kills of ${victim}: ${sum('inFlight')} requests in flight, ${sum('cut')} cut, ` +
        `${sum('failed')} answered that it failed, ${sum('committed')} of these committed\n`,
    )
    // A kill between two requests would prove nothing.
    expect(sum('inFlight'), victim).toBeGreaterThan(0)
    expect(sum('cut') + sum('failed'), victim).toBeGreaterThan(0)
  }
}, 900_000)
