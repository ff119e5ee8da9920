import { once } from 'node:events'
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createDrain, type Drain } from './drain.ts'

// Against bare servers and sockets: what is said on the wire at the end is what clients rely on.

let drain: Drain
let servers: Server[]
let sockets: Socket[]
/** Answers that a request waits for, in the order of their requests. */
let held: ServerResponse[]

beforeEach(() => {
  drain = createDrain()
  ;[servers, sockets, held] = [[], [], []]
})
afterEach(() => {
  for (const socket of sockets) socket.destroy()
  drain.cut()
  for (const server of servers) server.close()
})

const hold: RequestListener = (_request, response) => {
  held.push(response)
}

async function listen(listener: RequestListener = hold): Promise<number> {
  const server = drain.watch(createServer(drain.guard(listener)))
  servers.push(server)
  // Long enough that no connection ends by itself.
  server.keepAliveTimeout = 600_000
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** A client that keeps what it hears. */
interface Client {
  readonly socket: Socket
  heard(): string
  readonly closed: Promise<void>
}

async function dial(port: number, first = ''): Promise<Client> {
  const socket = connect(port, '127.0.0.1')
  sockets.push(socket)
  let text = ''
  socket.on('error', () => {})
  socket.on('data', (part: Buffer) => {
    text += part.toString('latin1')
  })
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => resolve())
  })
  await once(socket, 'connect')
  if (first !== '') socket.write(first)
  return { socket, heard: () => text, closed }
}

const get = 'GET / HTTP/1.1\r\nhost: localhost\r\n\r\n'
const answersIn = (text: string) => text.split('HTTP/1.1 200 OK').length - 1
const waitForHeld = (count: number) => vi.waitFor(() => expect(held).toHaveLength(count), 10_000)

test('each owed answer is given, says that it is the last, and every server ends', async () => {
  const ports = [await listen(), await listen()]
  const clients = await Promise.all(ports.map((port) => dial(port, get)))
  await waitForHeld(2)
  const ended = drain.begin()
  expect(drain.isUnderWay).toBe(true)
  for (const port of ports) await expect(dial(port)).rejects.toThrow('ECONNREFUSED')
  for (const response of held) response.end('whole')
  await ended
  for (const client of clients) {
    await client.closed
    expect(client.heard()).toContain('Connection: close')
    expect(client.heard()).toMatch(/\r\n\r\nwhole$/)
  }
})

test('connections that wait for nothing are closed at once, silent ones too', async () => {
  const port = await listen((_request, response) => void response.end('done'))
  const idle = await dial(port, get)
  await vi.waitFor(() => expect(idle.heard()).toContain('done'), 10_000)
  expect(idle.heard()).toContain('Connection: keep-alive')
  const silent = await dial(port)
  await vi.waitFor(async () => expect(await connectionsOf(0)).toBe(2), 10_000)
  await drain.begin()
  await Promise.all([idle.closed, silent.closed])
})

function connectionsOf(at: number): Promise<number> {
  return new Promise((resolve, reject) => {
    servers[at]?.getConnections((error, count) => (error ? reject(error) : resolve(count)))
  })
}

test('a request that has begun to arrive is taken, answered, and is the last one', async () => {
  const port = await listen((_request, response) => void response.end('done'))
  const client = await dial(port, get)
  await vi.waitFor(() => expect(answersIn(client.heard())).toBe(1), 10_000)
  client.socket.write(get.slice(0, 20))
  // An answer on another connection shows that the server has read what was sent before.
  const other = await dial(port, get)
  await vi.waitFor(() => expect(answersIn(other.heard())).toBe(1), 10_000)
  const ended = drain.begin()
  client.socket.write(get.slice(20))
  await ended
  await client.closed
  expect(answersIn(client.heard())).toBe(2)
  expect(client.heard().split('Connection: close')).toHaveLength(2)
})

test('of several requests on one connection, those that came in time are all answered', async () => {
  const port = await listen()
  const client = await dial(port, get.repeat(3))
  await waitForHeld(3)
  const ended = drain.begin()
  for (const response of held) response.end('whole')
  await ended
  await client.closed
  expect(answersIn(client.heard())).toBe(3)
  expect(client.heard().lastIndexOf('Connection: close')).toBeGreaterThan(
    client.heard().lastIndexOf('Connection: keep-alive'),
  )
})

test('a request behind the last answer of its connection is not processed', async () => {
  const port = await listen()
  const client = await dial(port, get)
  await waitForHeld(1)
  const ended = drain.begin()
  client.socket.write(get)
  await vi.waitFor(() => expect(held[0]?.socket?.bytesRead).toBe(2 * get.length), 10_000)
  held[0]?.end('whole')
  await ended
  await client.closed
  expect(answersIn(client.heard())).toBe(1)
  expect(held).toHaveLength(1)
})

test('an answer on its way to a slow reader arrives whole', async () => {
  const body = Buffer.alloc(32 * 1024 * 1024, 'x')
  const port = await listen((_request, response) => {
    held.push(response)
    response.end(body)
  })
  const client = await dial(port)
  client.socket.pause()
  client.socket.write(get)
  await waitForHeld(1)
  expect(held[0]).toMatchObject({ writableEnded: true, writableFinished: false })
  const ended = drain.begin()
  client.socket.resume()
  await ended
  await client.closed
  expect(client.heard().length).toBeGreaterThan(body.length)
})

test('an answer that had begun is finished, and then its connection is closed', async () => {
  const port = await listen()
  const client = await dial(port, get)
  await waitForHeld(1)
  held[0]?.writeHead(200, { 'content-length': '10' })
  held[0]?.write('first')
  await vi.waitFor(() => expect(client.heard()).toContain('first'), 10_000)
  const ended = drain.begin()
  held[0]?.end('second'.slice(0, 5))
  await ended
  await client.closed
  expect(client.heard()).toContain('firstsecon')
})

test('what is still open can be cut', async () => {
  const port = await listen()
  const client = await dial(port, get)
  await waitForHeld(1)
  const ended = drain.begin()
  drain.cut()
  await ended
  await client.closed
  expect(client.heard()).toBe('')
})
