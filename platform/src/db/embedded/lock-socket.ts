import { randomBytes } from 'node:crypto'
import { rename, rm } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'

const answerMilliseconds = 2_000
const answerCharactersMax = 64

/** The folder of the sockets. */
export interface LockPlace {
  readonly lockFolder: string
  /** The same folder by a path that is short enough for a socket's address. */
  readonly socketFolder: string
}

type Stage = 'trying' | 'holding'

/** A live process that wants or has the folder; `pid` is missing when it did not say. */
export interface Neighbour {
  readonly name: string
  readonly stage: Stage
  readonly pid: number | undefined
}

/** Our own socket, visible to the others. */
export interface Standing {
  readonly name: string
  hold(): void
  leave(): Promise<void>
}

/** What the process behind a socket says of itself; undefined, and swept away, when it is dead. */
export async function askNeighbour(place: LockPlace, name: string): Promise<Neighbour | undefined> {
  const { answer, errorCode, isTimeout } = await readAnswer(join(place.socketFolder, name))
  if (errorCode === 'ECONNREFUSED' || errorCode === 'ENOENT') {
    await rm(join(place.lockFolder, name), { force: true })
    return undefined
  }
  const [, digits, stage] = /^(\d+) (trying|holding)\n$/.exec(answer) ?? []
  if (digits) {
    return { name, stage: stage === 'holding' ? 'holding' : 'trying', pid: Number(digits) }
  }
  // It broke off because it is just leaving: the next look will not find it. One that is silent,
  // says something else, or may not be talked to, is alive: it must be taken for the holder.
  const isBrokenOff = !errorCode || errorCode === 'ECONNRESET' || errorCode === 'EPIPE'
  const isLeaving = answer === '' && isBrokenOff && !isTimeout
  return { name, stage: isLeaving ? 'trying' : 'holding', pid: undefined }
}

interface Answer {
  readonly answer: string
  readonly errorCode: string | undefined
  readonly isTimeout: boolean
}

function readAnswer(path: string): Promise<Answer> {
  return new Promise((resolve) => {
    const socket = connect(path)
    let answer = ''
    let errorCode: string | undefined
    let isTimeout = false
    // A timer of our own: a socket's timeout would start anew with each byte.
    const timer = setTimeout(() => {
      isTimeout = true
      socket.destroy()
    }, answerMilliseconds)
    socket.setEncoding('utf8')
    socket.on('data', (text: string) => {
      answer = (answer + text).slice(0, answerCharactersMax)
    })
    socket.on('error', (error: NodeJS.ErrnoException) => {
      errorCode = error.code
    })
    socket.on('close', () => {
      clearTimeout(timer)
      resolve({ answer, errorCode, isTimeout })
    })
  })
}

/** Shows our own socket to the others; undefined when a new holder swept it away meanwhile. */
export async function standUp(place: LockPlace): Promise<Standing | undefined> {
  const name = freshName()
  let stage: Stage = 'trying'
  const server = createServer((socket) => {
    // Whoever asked may be gone before the answer: that is no concern of ours.
    socket.on('error', () => {})
    // Closed at once: an asker that hangs must not keep us from giving the folder free.
    socket.end(`${process.pid} ${stage}\n`, () => socket.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ path: join(place.socketFolder, `new-${name}`), exclusive: true }, resolve)
  })
  // Accepting may fail for a moment when file descriptors run out; the lock stays in force.
  server.on('error', () => {})
  server.unref()
  const visible = join(place.lockFolder, name)
  const leave = async () => {
    await rm(visible, { force: true })
    if (server.listening) await new Promise<void>((resolve) => server.close(() => resolve()))
  }
  try {
    // The name that others look for appears only now: a refusal always means a dead process.
    await rename(join(place.lockFolder, `new-${name}`), visible)
  } catch (error) {
    await leave()
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
  return {
    name,
    hold: () => {
      stage = 'holding'
    },
    leave,
  }
}

/** A name that no socket ever had or will have. */
export function freshName(): string {
  return `lock-${randomBytes(8).toString('hex')}`
}
