import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** One check that the official suite made within a scenario. */
export interface Check {
  readonly id: string
  readonly status: 'SUCCESS' | 'FAILURE' | 'WARNING' | 'SKIPPED' | 'INFO'
  readonly errorMessage?: string
}

const suite = fileURLToPath(
  new URL('../../node_modules/@modelcontextprotocol/conformance/', import.meta.url),
)

/** The scenarios that the suite has for servers of a revision, those it does not score included. */
export async function scenariosOf(revision: string): Promise<string[]> {
  const file = await readFile(join(suite, 'requirements', `${revision}.yaml`), 'utf8')
  const scored = /^server:\n((?: {2}- .+\n)+)/m.exec(file)?.[1] ?? ''
  const others = file.matchAll(/^ {2}- scenario: (.+)\n {4}leg: server$/gm)
  return [
    ...[...scored.matchAll(/- (.+)/g)].map((match) => match[1] ?? ''),
    ...[...others].map((match) => match[1] ?? ''),
  ]
}

/** Runs the official suite against a server, and reads what it found by scenario. */
export async function runConformance(
  url: string,
  revision: string,
): Promise<ReadonlyMap<string, readonly Check[]>> {
  const folder = await mkdtemp(join(tmpdir(), 'plinth-conformance-'))
  try {
    await runSuite(['server', '--url', url, '--requirements', revision, '-o', folder])
    const found = new Map<string, readonly Check[]>()
    for (const name of await readdir(folder)) {
      // server-<scenario>-<time>
      const scenario = name.replace(/^server-/, '').replace(/-\d{4}-\d{2}-\d{2}T.*$/, '')
      found.set(scenario, JSON.parse(await readFile(join(folder, name, 'checks.json'), 'utf8')))
    }
    return found
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The suite ends with 1 when anything failed, so that its files and not its end say what did. */
function runSuite(parameters: readonly string[]): Promise<void> {
  const command = [join(suite, 'dist', 'index.js'), ...parameters]
  return new Promise((resolve, reject) => {
    execFile(process.execPath, command, { timeout: 120_000 }, (error) => {
      if (error && error.code !== 1) reject(error)
      else resolve()
    })
  })
}
