import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import type { Postmaster } from './postmaster.ts'
import { askServer, type Connection, waitUntilReady } from './probe.ts'

const { host, port, user, password } = inject('cluster')
const live: Connection = { host, port, user, password }

let folder: string
let server: Server | undefined

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'probe-'))
})
afterEach(async () => {
  server?.close()
  server = undefined
  await rm(folder, { recursive: true, force: true })
})

/** A server at a socket of its own that answers every connection like this. */
async function connectionTo(answers: (socket: Socket) => void): Promise<Connection> {
  const started = createServer((socket) => {
    socket.on('error', () => {})
    answers(socket)
  })
  server = started
  await new Promise<void>((resolve) => started.listen(join(folder, `.s.PGSQL.${port}`), resolve))
  return { ...live, host: folder }
}

/** PostgreSQL's message for an error of this class, as it stands on the wire. */
function errorMessage(code: string): Buffer {
  const body = Buffer.from(`SFATAL\0VFATAL\0C${code}\0Mno\0\0`)
  const length = Buffer.alloc(5)
  length.write('E')
  length.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([length, body])
}

describe('a server', () => {
  test('that serves is ready', async () => {
    expect(await askServer(live)).toBe('ready')
  })

  test('is absent without a socket, and behind something that is no socket', async () => {
    expect(await askServer({ ...live, host: folder })).toBe('absent')
    await writeFile(join(folder, `.s.PGSQL.${port}`), '')
    expect(await askServer({ ...live, host: folder })).toBe('absent')
  })

  test.for(['57P01', '57P02', '57P03', '53300'])('that says %s is busy', async (code) => {
    expect(await askServer(await connectionTo((socket) => socket.end(errorMessage(code))))).toBe(
      'busy',
    )
  })

  test('that says another thing, hangs up, or says nothing is silent', async () => {
    const answers = [
      (socket: Socket) => socket.end(errorMessage('XX000')),
      (socket: Socket) => socket.destroy(),
      () => {},
    ]
    for (const answer of answers) {
      expect(await askServer(await connectionTo(answer))).toBe('silent')
      server?.close()
      await rm(join(folder, `.s.PGSQL.${port}`), { force: true })
    }
  })

  test('that refuses the password is no case for waiting', async () => {
    await expect(askServer({ ...live, password: 'wrong' })).rejects.toThrow('refuses the password')
  })
})

describe('waiting for a server', () => {
  const signal = new AbortController().signal
  const log = () => {}
  const postmaster = (hasExited: () => boolean): Postmaster => ({
    pid: 0,
    hasExited: async () => hasExited(),
  })

  test('ends when it serves', async () => {
    const wait = { connection: live, log, signal }
    expect(
      await waitUntilReady(
        wait,
        postmaster(() => false),
      ),
    ).toBe('ready')
  })

  test('goes on while it starts', async () => {
    let asked = 0
    const connection = await connectionTo((socket) => {
      asked += 1
      socket.end(errorMessage('57P03'))
    })
    const wait = { connection, log, signal }
    expect(
      await waitUntilReady(
        wait,
        postmaster(() => asked > 3),
      ),
    ).toBe('exited')
    expect(asked).toBe(4)
  })

  test('ends when its process has ended, whoever answers at its socket', async () => {
    const wait = { connection: live, log, signal }
    expect(
      await waitUntilReady(
        wait,
        postmaster(() => true),
      ),
    ).toBe('exited')
  })

  test('ends when nobody wants it any more', async () => {
    const connection = { ...live, host: folder }
    const wait = { connection, log, signal: AbortSignal.abort() }
    expect(
      await waitUntilReady(
        wait,
        postmaster(() => false),
      ),
    ).toBe('late')
  })
})
