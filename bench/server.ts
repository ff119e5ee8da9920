import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { memoryFlags } from '../platform/bin/pinned-node.mjs'
import type { Answer, Question, Settings, Usage } from './child.ts'
import type { Cores } from './cores.ts'

export type ServerName = 'bare' | 'ours'

/** A server under test, in a process and on a core of its own. */
export interface BenchServer {
  readonly name: ServerName
  readonly url: string
  usage(): Promise<Usage>
  stop(): Promise<void>
}

interface Launch {
  readonly settings: Settings
  readonly cores: Cores | undefined
  /** Options of Node.js, for example to write a profile. */
  readonly nodeOptions?: readonly string[]
}

export async function startServer(name: ServerName, launch: Launch): Promise<BenchServer> {
  const child = await spawnServer(name, launch)
  const exited = once(child, 'exit')
  const ask = async (message: Settings | Question): Promise<Answer> => {
    const answer = once(child, 'message') as Promise<[Answer]>
    child.send(message)
    const ended = exited.then(() => {
      throw new Error(`The ${name} server has ended.`)
    })
    return (await Promise.race([answer, ended]))[0]
  }
  const { port } = (await ask(launch.settings)) as { readonly port: number }
  return {
    name,
    url: `http://127.0.0.1:${port}`,
    usage: () => ask('usage') as Promise<Usage>,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.send('stop' satisfies Question)
      await exited
    },
  }
}

async function spawnServer(
  name: ServerName,
  { settings, cores, nodeOptions = [] }: Launch,
): Promise<ChildProcess> {
  const script = fileURLToPath(new URL(`${name}.ts`, import.meta.url))
  const command = [process.execPath, ...memoryFlags, ...nodeOptions, script]
  const pinned = cores ? ['taskset', '--cpu-list', String(cores.server), ...command] : command
  const [program = '', ...args] = pinned
  // Lines go to a file, as they do in production: to a pipe, the reader would cost its core time.
  const log = await open(join(settings.dataFolder, `${name}.log`), 'a', 0o600)
  try {
    return spawn(program, args, { stdio: ['ignore', log.fd, 'inherit', 'ipc'] })
  } finally {
    await log.close()
  }
}
