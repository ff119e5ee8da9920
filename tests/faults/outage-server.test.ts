import pg from 'pg'
import { describe, expect, inject, test, vi } from 'vitest'
import { ask, startExternalPostgres } from './outage-external.ts'
import { type Besieged, besiege, externalGround, poolMax } from './outage-plinth.ts'
import { expectFullPools, type Siege, siege, until } from './outage-siege.ts'

// The server itself is full, killed or keeps Plinth waiting, or somebody ends Plinth's connections,
// while some twenty clients go on calling.

vi.setConfig({ testTimeout: 240_000 })

const superuser = (): pg.ClientConfig => {
  const { secret: _secret, ...connection } = inject('cluster')
  return { ...connection, database: 'postgres' }
}

/** Does something again and again from the beginning of a siege to its end. */
function again(work: (besieged: Besieged) => Promise<unknown> | unknown): Siege {
  let timer: NodeJS.Timeout | undefined
  let last: unknown
  return {
    isWhole: false,
    begin(besieged) {
      timer = setInterval(() => {
        last = work(besieged)
      }, 400)
    },
    async end() {
      clearInterval(timer)
      await last
    },
  }
}

const sieges: Readonly<Record<string, () => Siege>> = {
  'somebody ends the connections of Plinth again and again': () =>
    again(async ({ sql }) => {
      const [here] = await sql<{ name: string }>('select current_database() as name')
      const text = `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = $1 and usename in ('plinth_app', 'plinth_identity')`
      await ask(superuser(), text, [here?.name])
    }),
  'all connections break at once, again and again': () => again(({ door }) => door.cutAll()),
  'slow calls have taken all connections': slowCalls,
  'everybody waits for who is calling': lockedAccounts,
}

/** More calls than there are connections wait for a row that somebody has locked. */
function slowCalls(): Siege {
  let locker: pg.Client | undefined
  let waiting: Promise<readonly number[]> | undefined
  return {
    isWhole: false,
    async begin(besieged, { firstId }) {
      locker = await lock(besieged, `select from tasks.task where id = '${firstId}' for update`)
      waiting = Promise.all(
        Array.from({ length: 2 * poolMax }, async (_, n) => {
          const response = await fetch(`${besieged.url}/api/v1/tasks/${firstId}`, {
            method: 'PATCH',
            headers: {
              'content-type': 'application/json',
              authorization: `Bearer ${besieged.person.key}`,
            },
            body: JSON.stringify({ description: `change ${n}` }),
          })
          await response.text()
          return response.status
        }),
      )
      const { app } = besieged.server.database
      // Whoever comes now waits for one of these.
      await until(() => (app.stats().waiting >= poolMax ? [] : ['callers who wait']))
    },
    async end() {
      await locker?.end()
      const statuses = await waiting
      expect(statuses?.filter((status) => status === 200).length).toBeGreaterThanOrEqual(poolMax)
      expect(statuses?.filter((status) => status !== 200 && status !== 503)).toEqual([])
    },
  }
}

/** Nobody can be identified, and nobody signs in. */
function lockedAccounts(): Siege {
  let locker: pg.Client | undefined
  return {
    isWhole: false,
    async begin(besieged) {
      locker = await lock(besieged, 'lock table identity.person')
    },
    end: async () => locker?.end(),
  }
}

async function lock({ sql }: Besieged, text: string): Promise<pg.Client> {
  const [here] = await sql<{ name: string }>('select current_database() as name')
  const client = new pg.Client({ ...superuser(), database: here?.name ?? '' })
  await client.connect()
  await client.query('begin')
  await client.query(text)
  return client
}

describe.concurrent('while', () => {
  for (const [name, how] of Object.entries(sieges)) {
    test(`${name}, every call is answered and nothing is lost`, async ({ onTestFinished }) => {
      const besieged = await besiege()
      onTestFinished(besieged.stop)
      await siege(besieged, how())
      await expectFullPools(besieged)
    })
  }

  test('a server of somebody else’s is full and then killed, every call is answered and nothing is lost', async ({
    onTestFinished,
  }) => {
    const external = await startExternalPostgres({
      extraSettings: { max_connections: String(connectionsMax) },
      // It stays away for three seconds, and then recovers.
      pausesMilliseconds: Array(8).fill(3_000),
    })
    onTestFinished(external.stop)
    const besieged = await besiege(await externalGround(external))
    onTestFinished(besieged.stop)
    await siege(besieged, hoard(external.superuser))
    await siege(besieged, kill(external.superuser))
    await expectFullPools(besieged)
  })
})

const connectionsMax = 24
/** The rest is kept for superusers. */
const connectionsForAll = connectionsMax - 3

/** Other clients take every connection that the server has, and those that Plinth loses. */
function hoard(how: pg.ClientConfig): Siege {
  const clients: pg.Client[] = []
  const takeOne = async () => {
    const client = new pg.Client({ ...how, user: 'hoarder', password: 'hoarder' })
    client.on('error', () => {})
    const isTaken = await client.connect().then(
      () => true,
      () => false,
    )
    if (isTaken) clients.push(client)
  }
  return {
    isWhole: true,
    async begin({ door }) {
      await ask(how, "create role hoarder login password 'hoarder'")
      while (clients.length < connectionsForAll) {
        door.cutAll()
        await Promise.all(Array.from({ length: 8 }, takeOne))
      }
    },
    async end() {
      await Promise.all(clients.map((client) => client.end()))
    },
  }
}

/** As the system does it when memory runs out. What keeps the server starts it again. */
function kill(how: pg.ClientConfig): Siege {
  return {
    isWhole: false,
    async begin() {
      const [row] = await ask<{ pid: number }>(
        how,
        `select split_part(pg_read_file('postmaster.pid'), e'\\n', 1)::int as pid`,
      )
      process.kill(row?.pid ?? 0, 'SIGKILL')
    },
    end() {},
  }
}
