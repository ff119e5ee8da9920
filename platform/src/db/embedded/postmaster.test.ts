import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  findPostmaster,
  isAlive,
  type Postmaster,
  readPostmasterPid,
  sendSignal,
  stopPostmaster,
  waitForExit,
} from './postmaster.ts'

let cluster: string
let child: ChildProcess | undefined

beforeEach(async () => {
  cluster = await mkdtemp(join(tmpdir(), 'postmaster-'))
})
afterEach(async () => {
  child?.kill('SIGKILL')
  child = undefined
  await rm(cluster, { recursive: true, force: true })
})

/** A program that answers signals as it is told, in the place of PostgreSQL. */
async function startProgram(script: string): Promise<Postmaster> {
  const started = spawn(
    process.execPath,
    ['-e', `${script}; setInterval(() => {}, 1000); console.log('up')`],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  child = started
  await once(started.stdout, 'data')
  return {
    pid: started.pid ?? 0,
    hasExited: async () => started.exitCode !== null || started.signalCode !== null,
  }
}

const writePid = (text: string) => writeFile(join(cluster, 'postmaster.pid'), text)

describe('the number in postmaster.pid', () => {
  test('is read from the first line', async () => {
    await writePid('4711\n/some/folder\n')
    expect(await readPostmasterPid(cluster)).toBe(4711)
  })

  test.for(['', 'x\n', '-4711\n', '0\n', '1\n', '1.5\n', '99999999999999999999\n'])(
    'is none when the file holds %j',
    async (text) => {
      await writePid(text)
      expect(await readPostmasterPid(cluster)).toBeUndefined()
      expect(await findPostmaster(cluster)).toBeUndefined()
    },
  )

  test('is none without a file', async () => {
    expect(await readPostmasterPid(cluster)).toBeUndefined()
  })

  test('of a program that is not PostgreSQL, or of none, is no server of ours', async () => {
    const { pid } = await startProgram('')
    await writePid(`${pid}\n`)
    expect(await findPostmaster(cluster)).toBeUndefined()
    child?.kill('SIGKILL')
    await once(child!, 'exit')
    expect(await findPostmaster(cluster)).toBeUndefined()
  })
})

describe('a process', () => {
  test('is alive until it has ended', async () => {
    const { pid } = await startProgram('')
    expect(isAlive(pid)).toBe(true)
    child?.kill('SIGKILL')
    await once(child!, 'exit')
    expect(isAlive(pid)).toBe(false)
  })

  test('that is somebody else’s is alive', () => {
    expect(isAlive(1)).toBe(true)
  })

  test('that has ended takes a signal without complaint', async () => {
    const postmaster = await startProgram('')
    child?.kill('SIGKILL')
    await once(child!, 'exit')
    expect(() => sendSignal(postmaster, 'SIGINT')).not.toThrow()
  })

  test('that does not end in time is not waited for', async () => {
    const postmaster = await startProgram('')
    expect(await waitForExit(postmaster, 50)).toBe(false)
    child?.kill('SIGKILL')
    expect(await waitForExit(postmaster, 60_000)).toBe(true)
  })
})

describe('stopping', () => {
  test('begins gently, and is quiet about it', async () => {
    const postmaster = await startProgram("process.on('SIGINT', () => process.exit(7))")
    const said: string[] = []
    await stopPostmaster(postmaster, (message) => void said.push(message))
    expect(child?.exitCode).toBe(7)
    expect(said).toEqual([])
  })

  test('has nothing to do where the server has ended', async () => {
    const postmaster = await startProgram('')
    child?.kill('SIGKILL')
    await once(child!, 'exit')
    await stopPostmaster(postmaster, () => {})
    expect(child?.signalCode).toBe('SIGKILL')
  })
})
