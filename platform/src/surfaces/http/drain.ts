import { once } from 'node:events'
import type { RequestListener, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** The end of the surface: every answer that is owed is given, and nothing new is taken. */
export interface Drain {
  readonly isUnderWay: boolean
  /** Stands before the listener of each server that is watched. */
  guard(listener: RequestListener): RequestListener
  /** Fastify makes one server per address that it listens on, and each has to end. */
  watch(server: Server): Server
  /** Takes no new connection, and resolves when the last one has had its answer and is closed. */
  begin(): Promise<void>
  /** Breaks off what is still open. */
  cut(): void
}

export function createDrain(): Drain {
  const servers: Server[] = []
  const sockets = new Set<Socket>()
  /** The latest answer that each connection was promised. */
  const latest = new WeakMap<Socket, ServerResponse>()
  /** Answers that say that the connection ends with them. */
  const farewells = new WeakSet<ServerResponse>()
  let isUnderWay = false

  const sayFarewell = (response: ServerResponse): void => {
    farewells.add(response)
    response.shouldKeepAlive = false
  }

  return {
    get isUnderWay() {
      return isUnderWay
    },
    guard: (listener) => (request, response) => {
      const { socket } = request
      if (isUnderWay) {
        const before = latest.get(socket)
        // RFC 9112 section 9.6: what follows an answer with "close" is not processed, so its sender
        // may safely send it again.
        if (before && farewells.has(before)) return
        sayFarewell(response)
      }
      latest.set(socket, response)
      listener(request, response)
    },
    watch(server) {
      servers.push(server)
      server.on('connection', (socket) => {
        sockets.add(socket)
        socket.once('close', () => sockets.delete(socket))
      })
      return server
    },
    async begin() {
      isUnderWay = true
      for (const socket of sockets) {
        const response = latest.get(socket)
        if (response && !response.headersSent) sayFarewell(response)
        else if (response && !response.writableFinished) {
          response.once('finish', () => {
            if (latest.get(socket) === response) socket.destroySoon()
          })
        }
      }
      const open = servers.filter((server) => server.listening)
      const ended = open.map((server) => once(server, 'close'))
      shieldUnsent(sockets, () => {
        for (const server of open) server.close()
      })
      await Promise.all(ended)
    },
    cut() {
      for (const server of servers) server.closeAllConnections()
    },
  }
}

/**
 * `close` ends the connections that Node finds idle, and it counts those among them whose last answer
 * is complete here but still on its way to a slow client. That would cut the answer, so meanwhile it
 * looks unfinished.
 */
function shieldUnsent(sockets: ReadonlySet<Socket>, close: () => void): void {
  const unsent = [...sockets].flatMap((socket) => {
    const { _httpMessage: current } = socket as Socket & {
      readonly _httpMessage?: (ServerResponse & { finished: boolean }) | null
    }
    return current?.finished && !current.writableFinished ? [current] : []
  })
  for (const response of unsent) response.finished = false
  close()
  for (const response of unsent) response.finished = true
}
