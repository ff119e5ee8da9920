import { join } from 'node:path'
import { exists, readText } from './durable-file.ts'
import { noteName } from './location.ts'

// The passwords of a database follow from the secret of its data folder. A new secret in the place of
// a lost one would fit nothing, and hide what has happened.

const putBack = (dataFolder: string): string =>
  `Put the file ${join(dataFolder, 'secret')} back from a backup.`

/** Throws when the data folder has a database and not the secret that it was made with. */
export async function refuseLostSecret(dataFolder: string): Promise<void> {
  const home = (await readText(join(dataFolder, noteName))) || join(dataFolder, 'postgres')
  const isLost =
    !(await exists(join(dataFolder, 'secret'))) && (await exists(join(home, 'cluster')))
  if (isLost) {
    throw new Error(`The secret of the database in ${home} is missing. ${putBack(dataFolder)}`)
  }
}

/** The same error, or one that says what a refused password means on a database of ours. */
export function explainWrongSecret(error: unknown, dataFolder: string): unknown {
  if (!isPasswordRefused(error)) return error
  const text = `The secret in ${dataFolder} is another one than the database was made with. `
  return new Error(text + putBack(dataFolder), { cause: error })
}

/** PostgreSQL's code 28P01, however often the error was wrapped on its way. */
const isPasswordRefused = (error: unknown): boolean =>
  error instanceof Error &&
  (('code' in error && error.code === '28P01') || isPasswordRefused(error.cause))
