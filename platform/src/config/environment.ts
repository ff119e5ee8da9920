import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import type { Environment } from './parse.ts'

/**
 * The process's variables over those of a `.env` file in the root folder, when there is one. This
 * is the only place that looks at process.env.
 */
export function readEnvironment({ root }: { readonly root: string }): Environment {
  return mergeEnvironment({ file: readEnvFile(join(root, '.env')), process: process.env })
}

/** What the process was given wins over the file, unless it is empty there. */
export function mergeEnvironment(from: { file: Environment; process: Environment }): Environment {
  const given = Object.entries(from.process).filter(([, text]) => text?.trim() !== '')
  return { ...from.file, ...Object.fromEntries(given) }
}

function readEnvFile(path: string): Environment {
  try {
    return parseEnv(readFileSync(path, 'utf8'))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {}
    throw error
  }
}
