import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'

/** The folder of the repository. */
export const root = fileURLToPath(new URL('../', import.meta.url))

/**
 * Runs a script on the Node.js that runs this one, in the root folder and on the same terminal, and
 * gives back its exit code. Ctrl-C reaches the child by itself and is waited for, so that it can
 * clean up; what only this process gets is passed on.
 */
export async function run(args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' })
  const passOn = (signal: NodeJS.Signals) => void child.kill(signal)
  const stayUntilChildEnds = () => {}
  process.on('SIGINT', stayUntilChildEnds).on('SIGTERM', passOn).on('SIGHUP', passOn)
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
  process.off('SIGINT', stayUntilChildEnds).off('SIGTERM', passOn).off('SIGHUP', passOn)
  return code ?? 128 + constants.signals[signal ?? 'SIGKILL']
}
