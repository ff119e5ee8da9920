import { randomInt } from 'node:crypto'
import { connect, createServer, type Server, type Socket } from 'node:net'

export type Direction = 'toServer' | 'toClient'

/** A TCP proxy in front of a PostgreSQL, through which a test decides what becomes of the bytes. */
export interface Door {
  readonly host: '127.0.0.1'
  readonly port: number
  /** As it stands in a connection string. */
  readonly address: string
  /** Clients that are connected now. */
  clients(): number
  /** Connections that were cut, or have lost bytes, since the door was made. */
  harmed(): number
  /** All that comes from now on passes. A connection that has lost bytes never gets better. */
  pass(): void
  /** Cuts all connections and listens no more: the machine itself refuses whoever comes. */
  refuse(): Promise<void>
  /** Listens again. */
  admit(): Promise<void>
  /** Loses what goes in these directions, goodbyes included, on old and new connections. */
  swallow(...directions: readonly Direction[]): void
  /** Keeps what goes in both directions until it may pass again. */
  hold(): void
  delay(milliseconds: number): void
  /** Cuts each connection, old or new, when as many more bytes have gone to its client. */
  cutAfter(bytes: () => number): void
  /** Loses all answers to a connection from the moment at which these bytes go to the server. */
  loseAnswersAfter(bytes: string): void
  /** Loses these bytes, and all that comes after them in both directions. The server is not told. */
  loseAllFrom(bytes: string): void
  /** Cuts all connections, and goes on listening. */
  cutAll(): void
  close(): Promise<void>
}

/** What becomes of bytes that arrive now. */
interface Rule {
  readonly swallowed?: readonly Direction[]
  readonly isHeld?: boolean
  readonly delayMilliseconds?: number
  readonly cutAfter?: () => number
  readonly loseAnswersAfter?: Buffer
  readonly loseAllFrom?: Buffer
}

/** Opens a door to the Unix socket that `target` names at the time of each connection. */
export async function openDoor(target: () => string): Promise<Door> {
  const passages = new Set<Passage>()
  let harmedEarlier = 0
  let rule: Rule = {}
  const apply = (next: Rule) => {
    rule = next
    for (const passage of passages) passage.obey(rule)
  }
  const cutAll = () => {
    for (const passage of passages) passage.cut()
  }
  const admitOne = (client: Socket) => {
    const server = connect({ path: target(), allowHalfOpen: true })
    const passage = new Passage({ client, server })
    passages.add(passage)
    passage.onceOver(() => {
      passages.delete(passage)
      if (passage.isHarmed) harmedEarlier++
    })
    passage.obey(rule)
  }

  let listener: Server | undefined = await listenSomewhere(admitOne)
  const { port } = listener.address() as { readonly port: number }
  const refuse = async () => {
    const closing = listener
    listener = undefined
    const closed = new Promise<void>((resolve) =>
      closing ? closing.close(() => resolve()) : resolve(),
    )
    cutAll()
    await closed
  }
  const host = '127.0.0.1' as const
  return {
    host,
    port,
    address: `${host}:${port}`,
    clients: () => [...passages].filter((passage) => passage.hasClient).length,
    harmed: () => harmedEarlier + [...passages].filter((passage) => passage.isHarmed).length,
    pass: () => apply({}),
    refuse,
    async admit() {
      listener ??= await listen(port, admitOne)
    },
    swallow: (...swallowed) => apply({ swallowed }),
    hold: () => apply({ isHeld: true }),
    delay: (delayMilliseconds) => apply({ delayMilliseconds }),
    cutAfter: (cutAfter) => apply({ cutAfter }),
    loseAnswersAfter: (bytes) => apply({ loseAnswersAfter: Buffer.from(bytes) }),
    loseAllFrom: (bytes) => apply({ loseAllFrom: Buffer.from(bytes) }),
    cutAll,
    close: refuse,
  }
}

/** Below the ports that the system hands out, so that nobody takes ours while it is refused. */
const firstPort = 20_000
const lastPort = 32_000
const attemptsMax = 100

async function listenSomewhere(serve: (client: Socket) => void): Promise<Server> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await listen(randomInt(firstPort, lastPort), serve)
    } catch (error) {
      if (attempt === attemptsMax) throw error
    }
  }
}

function listen(port: number, serve: (client: Socket) => void): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, serve)
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
}

/** One client's connection with the one to the server behind it. */
class Passage {
  readonly #client: Socket
  readonly #lanes: Readonly<Record<Direction, Lane>>
  readonly #sockets: readonly [Socket, Socket]
  #isCut = false

  constructor({ client, server }: { readonly client: Socket; readonly server: Socket }) {
    this.#client = client
    this.#sockets = [client, server]
    this.#lanes = { toServer: new Lane(client, server), toClient: new Lane(server, client) }
    this.#lanes.toServer.onLeaving = (bytes) => this.#watchQuestions(bytes)
    this.#lanes.toClient.onLeaving = (bytes) => this.#measureAnswers(bytes)
  }

  #answerBytesLeft = Number.POSITIVE_INFINITY
  #rule: Rule = {}
  #tail = Buffer.alloc(0)

  get hasClient(): boolean {
    return !this.#client.destroyed && !this.#client.readableEnded
  }

  get isHarmed(): boolean {
    return this.#isCut || this.#lanes.toServer.isLost || this.#lanes.toClient.isLost
  }

  onceOver(tell: () => void): void {
    let left = this.#sockets.length
    for (const socket of this.#sockets) socket.once('close', () => --left === 0 && tell())
  }

  obey(rule: Rule): void {
    this.#answerBytesLeft = rule.cutAfter?.() ?? Number.POSITIVE_INFINITY
    this.#rule = rule
    for (const direction of ['toServer', 'toClient'] as const) {
      const lane = this.#lanes[direction]
      if (rule.swallowed?.includes(direction)) lane.lose()
      lane.pace(rule.isHeld ? Number.POSITIVE_INFINITY : (rule.delayMilliseconds ?? 0))
    }
  }

  /** The client sees a reset, as when a machine in between has forgotten the connection. */
  cut(): void {
    this.#isCut = true
    // A Unix socket, which is the server's side, knows no reset.
    const [client, server] = this.#sockets
    client.resetAndDestroy()
    server.destroy()
  }

  #watchQuestions(bytes: Buffer): Buffer {
    const { loseAnswersAfter, loseAllFrom } = this.#rule
    const sought = loseAnswersAfter ?? loseAllFrom
    if (!sought) return bytes
    // What is looked for may come in two parts.
    const seen = Buffer.concat([this.#tail, bytes])
    this.#tail = seen.subarray(Math.max(0, seen.length - sought.length))
    if (!seen.includes(sought)) return bytes
    this.#lanes.toClient.lose()
    if (!loseAllFrom) return bytes
    this.#lanes.toServer.lose()
    return Buffer.alloc(0)
  }

  #measureAnswers(bytes: Buffer): Buffer {
    if (bytes.length <= this.#answerBytesLeft) {
      this.#answerBytesLeft -= bytes.length
      return bytes
    }
    const first = bytes.subarray(0, this.#answerBytesLeft)
    // The client gets the first part before it sees the end.
    this.#client.end(first)
    this.#isCut = true
    for (const socket of this.#sockets) setImmediate(() => socket.destroy())
    return Buffer.alloc(0)
  }
}

interface Waiting {
  readonly takenAt: number
  /** Undefined stands for the goodbye. */
  readonly bytes: Buffer | undefined
}

/** The way of the bytes from one socket to the other, in order, each after the time it has to wait. */
class Lane {
  readonly #to: Socket
  #waiting: Waiting[] = []
  #delayMilliseconds = 0
  #timer: NodeJS.Timeout | undefined
  #isOver = false
  isLost = false
  onLeaving: (bytes: Buffer) => Buffer = (bytes) => bytes

  constructor(from: Socket, to: Socket) {
    this.#to = to
    from.on('data', (bytes: Buffer) => this.#take(bytes))
    from.once('end', () => this.#take(undefined))
    from.once('close', () => this.#take(undefined))
    // An error is followed by the close.
    from.on('error', () => {})
  }

  lose(): void {
    this.isLost = true
    this.#waiting = []
  }

  pace(delayMilliseconds: number): void {
    this.#delayMilliseconds = delayMilliseconds
    this.#letGo()
  }

  #take(bytes: Buffer | undefined): void {
    if (this.isLost || this.#isOver) return
    if (bytes === undefined) this.#isOver = true
    this.#waiting.push({ takenAt: performance.now(), bytes })
    this.#letGo()
  }

  #letGo(): void {
    clearTimeout(this.#timer)
    const now = performance.now()
    for (;;) {
      const [next] = this.#waiting
      if (!next) return
      const left = next.takenAt + this.#delayMilliseconds - now
      if (left > 0) {
        if (Number.isFinite(left)) this.#timer = setTimeout(() => this.#letGo(), left)
        return
      }
      this.#waiting.shift()
      this.#forward(next.bytes)
    }
  }

  #forward(bytes: Buffer | undefined): void {
    if (!this.#to.writable) return
    if (bytes === undefined) this.#to.end()
    else this.#to.write(this.onLeaving(bytes))
  }
}
