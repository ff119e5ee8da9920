import type { App } from '@plinth/platform'
import { tasks } from './tasks/app.ts'

/** The apps of this installation. No other file names them all. */
export const apps: readonly App[] = [
  // One line for each, in the order of the API's description.
  tasks,
]
