import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

export interface CommandPlace {
  readonly folder: string
  readonly environment: Readonly<Record<string, string | undefined>>
}

export interface CommandResult {
  readonly code: number | null
  /** Both streams, as a terminal shows them. */
  readonly output: string
}

/** Runs a command as a shell does, and gives what it printed. */
export async function runCommand(command: string, place: CommandPlace): Promise<CommandResult> {
  const { child, output } = begin(command, place)
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, output: output() }
}

/** A command that goes on, such as a server. */
export interface LongCommand {
  output(): string
  /** Sends SIGTERM to it and to all that it began, as Ctrl-C would, and waits until it is gone. */
  end(): Promise<void>
}

/** Runs a command until it has printed something; rejects with what it printed when it ends before. */
export async function startCommand(
  command: string,
  place: CommandPlace & { readonly until: RegExp },
): Promise<LongCommand> {
  const { child, output } = begin(command, place)
  const closed = once(child, 'close')
  await new Promise<void>((resolve, reject) => {
    const look = () => place.until.test(output()) && resolve()
    child.stdout?.on('data', look)
    child.stderr?.on('data', look)
    void closed.then(([code]) => reject(new Error(`It ended with ${code}: ${output()}`)))
  })
  return {
    output,
    async end() {
      if (child.exitCode === null && child.signalCode === null && child.pid) {
        process.kill(-child.pid, 'SIGTERM')
      }
      await closed
    },
  }
}

function begin(
  command: string,
  { folder, environment }: CommandPlace,
): { readonly child: ChildProcess; output(): string } {
  const child = spawn('bash', ['-c', command], {
    cwd: folder,
    env: { ...environment },
    // A group of its own, as a terminal gives each command, so that a signal reaches all of it.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  const read = (chunk: Buffer) => {
    text += chunk.toString()
  }
  child.stdout.on('data', read)
  child.stderr.on('data', read)
  return { child, output: () => text }
}
