import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { removeDatabase } from '../../platform/src/db/embedded/visit.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const launcher = join(root, 'platform/bin/launch.mjs')

/** A Plinth as a person starts it: a process of its own on a data folder of its own. */
export interface Installation {
  readonly dataFolder: string
  start(environment?: Readonly<Record<string, string>>): Promise<Running>
  /** Begins to start, through another program if one is given, and tells of one that fails. */
  launch(environment?: Readonly<Record<string, string>>, through?: readonly string[]): Starting
  /** Deletes everything. */
  remove(): Promise<void>
}

export interface Starting {
  readonly process: ChildProcess
  /** All that was printed so far on both streams. */
  output(): string
  /** Rejects with the output when it ends before it is ready. */
  readonly ready: Promise<Running>
  readonly exitCode: Promise<number | null>
  /** As that of one that runs. */
  end(signal: NodeJS.Signals): Promise<number | null>
}

export interface Running {
  readonly process: ChildProcess
  /** All that was printed so far on both streams. */
  output(): string
  readonly url: string
  /**
   * Sends a signal to the server itself, past the launcher, and waits until all of it is gone. One
   * that ended before is left alone.
   */
  end(signal: NodeJS.Signals): Promise<number | null>
}

export async function createInstallation(): Promise<Installation> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'plinth-start-'))
  return {
    dataFolder,
    start: (environment = {}) => launch(dataFolder, environment).ready,
    launch: (environment = {}, through = []) => launch(dataFolder, environment, through),
    remove: () => removeDatabase(dataFolder),
  }
}

/** Runs the start command. */
function launch(
  dataFolder: string,
  environment: Readonly<Record<string, string>>,
  through: readonly string[] = [],
): Starting {
  const [program = '', ...words] = [...through, process.execPath, launcher, 'apps/src/main.ts']
  const child = spawn(program, words, {
    cwd: root,
    // A group of its own, as a terminal gives each command, so that a signal can reach all of it.
    detached: true,
    env: { PATH: process.env.PATH, PLINTH_DATA: dataFolder, PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  const output = () => text
  // Its streams are read to their end by then, so that nothing it said is missing.
  const exitCode = once(child, 'close').then(([code]: (number | null)[]) => code ?? null)
  const end = async (signal: NodeJS.Signals) => {
    const isGone = child.exitCode !== null || child.signalCode !== null
    if (!isGone) process.kill(-(child.pid ?? 0), signal)
    return exitCode
  }
  const ready = new Promise<Running>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      text += chunk.toString()
      const url = text.match(/Plinth is ready at (\S+)/)?.[1]
      if (url) resolve({ process: child, output, url, end })
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    void exitCode.then((code) => reject(new Error(`Ended with ${code}: ${text}`)))
  })
  // Who looks at the exit code alone must not be told of it a second time.
  ready.catch(() => {})
  return { process: child, output, ready, exitCode, end }
}

/** Signs up over HTTP and gives a way to add and list tasks. */
export async function signUp(url: string) {
  const email = `ada.${randomBytes(6).toString('hex')}@example.com`
  const password = 'wrought iron railing'
  const headers = { 'content-type': 'application/json', origin: url }
  const response = await fetch(`${url}/api/v1/auth/sign_up`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ email, password, name: 'Ada' }),
  })
  if (response.status !== 201) throw new Error(await response.text())
  const cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  return {
    email,
    password,
    cookie,
    add: (title: string, at = url) =>
      fetch(`${at}/api/v1/tasks`, {
        method: 'POST',
        headers: { ...headers, origin: at, cookie },
        body: JSON.stringify({ title }),
      }),
    async titles(at = url): Promise<string[]> {
      const listed = await fetch(`${at}/api/v1/tasks?limit=100`, { headers: { cookie } })
      const page = (await listed.json()) as { items: { title: string }[] }
      return page.items.map((task) => task.title)
    },
  }
}
