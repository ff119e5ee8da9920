import { createServer } from 'node:net'
import type { FastifyInstance } from 'fastify'

const firstPort = 3000
const lastPort = 3009
const loopback = ['127.0.0.1', '::1'] as const

export interface Listener {
  readonly port: number
  /** The default port, when it was taken. */
  readonly movedFrom: number | undefined
  serve(app: FastifyInstance): Promise<void>
}

/**
 * Finds the port before the server is built, because the server's own address is part of what it
 * answers. Without a port asked for: 3000, or the next free one up to 3009. Without a host asked for:
 * both loopback addresses, so that `localhost` works whichever one a client resolves it to.
 */
export async function listen(asked: {
  readonly host: string | undefined
  readonly port: number | undefined
}): Promise<Listener> {
  const hosts = asked.host === undefined ? await presentHosts() : [asked.host]
  const port = await findPort(hosts, asked.port)
  return {
    port,
    movedFrom: asked.port === undefined && port !== firstPort ? firstPort : undefined,
    async serve(app) {
      const host = asked.host ?? 'localhost'
      await app.listen({ port, host })
    },
  }
}

/** A machine without IPv6 has no ::1 to listen on. */
async function presentHosts(): Promise<readonly string[]> {
  const isPresent = await Promise.all(loopback.map(async (host) => (await probe(host, 0)) > 0))
  return loopback.filter((_, at) => isPresent[at])
}

async function findPort(hosts: readonly string[], asked: number | undefined): Promise<number> {
  if (asked === 0) return probe(hosts[0] ?? 'localhost', 0)
  if (asked !== undefined) {
    if (await isFree(hosts, asked)) return asked
    throw new Error(`Port ${asked} is taken. Stop what uses it, or set PORT to another one.`)
  }
  for (let port = firstPort; port <= lastPort; port++) if (await isFree(hosts, port)) return port
  throw new Error(`The ports ${firstPort} to ${lastPort} are all taken. Set PORT to a free one.`)
}

async function isFree(hosts: readonly string[], port: number): Promise<boolean> {
  for (const host of hosts) if ((await probe(host, port)) === 0) return false
  return true
}

/** Listens for a moment. Gives the port it had, or 0 when it could not. */
function probe(host: string, port: number): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(0))
    server.listen({ host, port, exclusive: true }, () => {
      const address = server.address()
      const found = typeof address === 'object' && address ? address.port : 0
      server.close(() => resolve(found))
    })
  })
}
