import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { askNeighbour, freshName, type LockPlace, type Standing, standUp } from './lock-socket.ts'

let place: LockPlace
let server: Server | undefined
let standing: Standing | undefined

beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lock-'))
  place = { lockFolder: folder, socketFolder: folder }
})
afterEach(async () => {
  await standing?.leave()
  standing = undefined
  server?.close()
  server = undefined
  await rm(place.lockFolder, { recursive: true, force: true })
})

/** Somebody whose socket answers like this. */
async function neighbourWho(answers: (socket: Socket) => void): Promise<string> {
  const name = freshName()
  server = createServer((socket) => {
    socket.on('error', () => {})
    answers(socket)
  })
  const started = server
  await new Promise<void>((resolve) => started.listen(join(place.socketFolder, name), resolve))
  return name
}

describe('a neighbour', () => {
  test('says that it is trying, and later that it holds', async () => {
    standing = await standUp(place)
    const name = standing?.name ?? ''
    expect(await askNeighbour(place, name)).toEqual({ name, stage: 'trying', pid: process.pid })
    standing?.hold()
    expect(await askNeighbour(place, name)).toEqual({ name, stage: 'holding', pid: process.pid })
  })

  test('that is gone is nobody, and its name is swept away', async () => {
    expect(await askNeighbour(place, 'lock-gone')).toBeUndefined()
    standing = await standUp(place)
    await standing?.leave()
    expect(await readdir(place.lockFolder)).toEqual([])
    expect(await askNeighbour(place, standing?.name ?? '')).toBeUndefined()
  })

  test('that breaks off without a word is just leaving', async () => {
    const name = await neighbourWho((socket) => socket.destroy())
    expect(await askNeighbour(place, name)).toEqual({ name, stage: 'trying', pid: undefined })
  })

  test.for(['hello\n', '12 sleeping\n', '12 holding', 'x'.repeat(10_000)])(
    'that says something else is taken for the holder: %s',
    async (answer) => {
      const name = await neighbourWho((socket) => socket.end(answer))
      expect(await askNeighbour(place, name)).toEqual({ name, stage: 'holding', pid: undefined })
    },
  )

  test('that keeps silent is taken for the holder', async () => {
    const name = await neighbourWho(() => {})
    expect(await askNeighbour(place, name)).toEqual({ name, stage: 'holding', pid: undefined })
  })
})

describe('standing up', () => {
  test('shows one socket under a name of its own, which goes again', async () => {
    standing = await standUp(place)
    expect(await readdir(place.lockFolder)).toEqual([standing?.name])
    await standing?.leave()
    await standing?.leave()
    expect(await readdir(place.lockFolder)).toEqual([])
  })

  test('is an error where no socket can be made', async () => {
    const nowhere = { lockFolder: join(place.lockFolder, 'x'), socketFolder: '/nowhere/at/all' }
    await expect(standUp(nowhere)).rejects.toMatchObject({ syscall: 'listen' })
  })

  test('begins again when a holder swept the new socket away before it was shown', async () => {
    const folder = join(place.lockFolder, 'elsewhere')
    // The socket is made in one folder and looked for in another, where it therefore is not.
    expect(await standUp({ ...place, lockFolder: folder })).toBeUndefined()
  })
})

test('no name comes twice', () => {
  const names = Array.from({ length: 1000 }, freshName)
  expect(new Set(names).size).toBe(1000)
  for (const name of names) expect(name).toMatch(/^lock-[0-9a-f]{16}$/)
})
