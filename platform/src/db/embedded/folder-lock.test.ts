import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { DataFolderInUseError, takeFolderLock } from './folder-lock.ts'

// Processes start slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

/** Takes the lock when it is told to, says how that went, and holds it until it is ended. */
const starter = `
  import { once } from 'node:events'
  import { takeFolderLock } from ${JSON.stringify(import.meta.resolve('./folder-lock.ts'))}
  process.stdout.write('waiting\\n')
  await once(process.stdin, 'data')
  try {
    await takeFolderLock(process.argv[1])
    process.stdout.write('won ' + process.pid + '\\n')
  } catch (error) {
    process.stdout.write('lost to ' + error.pid + '\\n')
  }
  await once(process.stdin, 'end')
`

let folder: string
const children: ChildProcess[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'folder-lock-'))
})

afterEach(async () => {
  for (const child of children.splice(0)) await end(child)
  await rm(folder, { recursive: true, force: true })
})

/** A process that is ready to take the lock. */
async function startStarter(): Promise<ChildProcess> {
  const options = ['--input-type=module', '-e', starter, folder]
  const child = spawn(process.execPath, options, { stdio: ['pipe', 'pipe', 'inherit'] })
  children.push(child)
  await nextLine(child)
  return child
}

function tellToTake(child: ChildProcess): Promise<string> {
  child.stdin?.write('go\n')
  return nextLine(child)
}

async function nextLine(child: ChildProcess): Promise<string> {
  const [line] = await once(child.stdout!, 'data')
  return String(line).trim()
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}

describe('the lock of a data folder', () => {
  test('refuses a second starter in plain words, and names the process that holds it', async () => {
    const holder = await startStarter()
    expect(await tellToTake(holder)).toBe(`won ${holder.pid}`)

    const refusal = await takeFolderLock(folder).catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(DataFolderInUseError)
    expect(refusal).toMatchObject({ dataFolder: folder, pid: holder.pid })
    expect(String(refusal)).toContain(
      `Another Plinth (process ${holder.pid}) already runs on the data folder ${folder}. ` +
        'Stop that one first',
    )
  })

  test('refuses a second starter in the same process', async () => {
    const lock = await takeFolderLock(folder)
    await expect(takeFolderLock(folder)).rejects.toThrow(`process ${process.pid}`)
    await lock.release()
  })

  test('can be taken again after it was released, and leaves nothing behind', async () => {
    const first = await takeFolderLock(folder)
    await first.release()
    const second = await takeFolderLock(folder)
    await first.release()
    await expect(takeFolderLock(folder)).rejects.toThrow(DataFolderInUseError)
    await second.release()
    await second.release()
    expect(await readdir(join(folder, 'lock'))).toEqual([])
  })

  test('is free as soon as its holder was killed, and the dead socket is removed', async () => {
    const holder = await startStarter()
    await tellToTake(holder)
    await end(holder)
    expect(await readdir(join(folder, 'lock'))).toHaveLength(1)

    const lock = await takeFolderLock(folder)
    expect(await readdir(join(folder, 'lock'))).toHaveLength(1)
    await lock.release()
    expect(await readdir(join(folder, 'lock'))).toEqual([])
  })

  test('stays with a holder that is alive but does not answer', async () => {
    const holder = await startStarter()
    await tellToTake(holder)
    holder.kill('SIGSTOP')
    const refusal = await takeFolderLock(folder).catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(DataFolderInUseError)
    expect(refusal).toMatchObject({ pid: undefined })
    holder.kill('SIGCONT')
  })

  test('is refused when the socket belongs to a program that says something else', async () => {
    const first = await takeFolderLock(folder)
    const [name = ''] = await readdir(join(folder, 'lock'))
    await first.release()
    const stranger = createServer((socket) => socket.end('hello'))
    stranger.listen(join(folder, 'lock', name))
    await once(stranger, 'listening')
    await expect(takeFolderLock(folder)).rejects.toThrow(DataFolderInUseError)
    stranger.close()
  })

  test('goes to exactly one of eight that start at once over a dead lock, every time', async () => {
    for (let round = 0; round < 5; round += 1) {
      const starters = await Promise.all(Array.from({ length: 8 }, startStarter))
      const answers = await Promise.all(starters.map(tellToTake))
      const winners = answers.filter((answer) => answer.startsWith('won'))
      expect(winners).toHaveLength(1)
      const winnerPid = winners[0]!.replace('won ', '')
      const losers = answers.filter((answer) => answer === `lost to ${winnerPid}`)
      expect(losers).toHaveLength(7)
      // Killed, all of them, so that the next round finds a dead lock.
      await Promise.all(starters.map(end))
    }
  })

  test('holds on a folder whose path is too long for the address of a socket', async () => {
    const long = await mkdtemp(join(folder, 'x'.repeat(200)))
    const lock = await takeFolderLock(long)
    // The socket lies in the folder all the same, where another container would look for it.
    expect(await readdir(join(long, 'lock'))).toHaveLength(1)
    await expect(takeFolderLock(long)).rejects.toThrow(`process ${process.pid}`)
    await lock.release()
    await (await takeFolderLock(long)).release()
  })
})
