import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** One answer as it came over the wire. Header names are in lower case. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  /** The body, where it is JSON. */
  readonly json: Readonly<Record<string, unknown>>
}

const silenceMax = 45_000

/**
 * A connection on which exactly the given bytes travel. Node's own client would refuse to send most
 * of what these tests are about, and would hide what comes back. What comes back is cut into answers,
 * strictly: bytes that are no answer make it fail.
 */
export class RawConnection {
  readonly socket: Socket
  /** All final answers so far, in the order in which they came. */
  readonly answers: Answer[] = []
  /** When nothing comes any more, for whatever reason. */
  readonly ended: Promise<void>
  #received: Buffer = Buffer.alloc(0)
  readonly #waiting: PromiseWithResolvers<Answer>[] = []
  #broken: Error | undefined

  constructor(url: string) {
    const { hostname, port } = new URL(url)
    this.socket = connect({
      port: Number(port),
      host: hostname.replaceAll(/[[\]]/g, ''),
      allowHalfOpen: true,
      noDelay: true,
    })
    // A line that is cut shows in what did not come; where a test wants to know, it listens itself.
    this.socket.on('error', () => {})
    this.socket.setTimeout(silenceMax, () => this.#fail(new Error('The server fell silent.')))
    this.socket.on('data', (bytes: Buffer) => this.#read(bytes))
    this.socket.on('end', () => this.socket.end())
    const closed = new Promise((resolve) => this.socket.once('close', resolve))
    this.ended = closed.then(() => this.#close())
    this.ended.catch(() => {})
  }

  send(bytes: string | Buffer): void {
    if (!this.socket.writable) return
    this.socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)
  }

  /** Sends each byte by itself, until all are sent or the server has heard enough. */
  async trickle(bytes: string): Promise<void> {
    for (const byte of Buffer.from(bytes, 'latin1')) {
      if (!this.socket.writable || this.answers.length > 0) return
      await new Promise((sent) => this.socket.write(Buffer.of(byte), sent))
    }
  }

  /** Sends one request and waits for its answer; any number may be on their way at once. */
  ask(bytes: string | Buffer): Promise<Answer> {
    const waiting = Promise.withResolvers<Answer>()
    this.#waiting.push(waiting)
    this.send(bytes)
    return waiting.promise
  }

  /** Waits until the server hangs up, and gives all that it said. */
  async untilClosed(): Promise<readonly Answer[]> {
    await this.ended
    return this.answers
  }

  /** Waits for so many answers, then hangs up and gives all that there were: these, and no more. */
  async hangUpAfter(count: number): Promise<readonly Answer[]> {
    while (this.answers.length < count && !this.socket.closed) {
      await Promise.race([once(this.socket, 'data'), this.ended])
    }
    return this.hangUp()
  }

  /** Says that nothing more will be sent, and waits for all that the server has to say. */
  async hangUp(): Promise<readonly Answer[]> {
    this.socket.end()
    return this.untilClosed()
  }

  #read(bytes: Buffer): void {
    this.#received = this.#received.length === 0 ? bytes : Buffer.concat([this.#received, bytes])
    try {
      for (let next = readAnswer(this.#received); next; next = readAnswer(this.#received)) {
        this.#received = this.#received.subarray(next.bytes)
        if (next.answer.status < 200) continue
        this.answers.push(next.answer)
        this.#waiting.shift()?.resolve(next.answer)
      }
    } catch (error) {
      this.#fail(error as Error)
    }
  }

  #fail(error: Error): void {
    this.#broken = error
    this.socket.destroy()
  }

  #close(): void {
    const rest = this.#received.toString('latin1')
    if (rest !== '') this.#broken ??= new Error(`Half an answer came: ${rest.slice(0, 200)}`)
    const error = this.#broken ?? new Error('The server hung up without an answer.')
    for (const { reject } of this.#waiting.splice(0)) reject(error)
    if (this.#broken) throw this.#broken
  }
}

interface Read {
  readonly answer: Answer
  /** How many bytes the answer has, its head included. */
  readonly bytes: number
}

/** The first answer in what came; undefined while it is not whole. Throws for what is none. */
function readAnswer(received: Buffer): Read | undefined {
  if (received.length === 0) return undefined
  const headLength = received.indexOf('\r\n\r\n')
  if (headLength < 0) return undefined
  const [first = '', ...lines] = received.toString('latin1', 0, headLength).split('\r\n')
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(first)?.[1])
  if (Number.isNaN(status)) throw new Error(`This begins no answer: ${first.slice(0, 200)}`)
  const headers = headersOf(lines)
  const start = headLength + 4
  const hasBody = status >= 200 && status !== 204 && status !== 304
  const length = hasBody ? headers['content-length'] : '0'
  if (length === undefined) throw new Error(`An answer without a length: ${first}`)
  const end = start + Number(length)
  if (received.length < end) return undefined
  const text = received.toString('utf8', start, end)
  const isJson = /[/+]json/.test(headers['content-type'] ?? '') && text !== ''
  return { answer: { status, headers, text, json: isJson ? JSON.parse(text) : {} }, bytes: end }
}

function headersOf(lines: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const line of lines) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).toLowerCase()
    // Of these there must never be two, and nothing that was sent may make a header of its own.
    if (Object.hasOwn(headers, name)) throw new Error(`The answer has two ${name} headers.`)
    headers[name] = line.slice(colon + 1).trim()
  }
  return headers
}
