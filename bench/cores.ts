import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** One processor for the server under test, and another for the database and the load. */
export interface Cores {
  readonly server: number
  readonly others: number
}

/**
 * Two cores that this process may use, after moving it to the second. What it starts from then on
 * stays there too, unless it is started elsewhere. Undefined where `taskset` is missing or there is
 * one core only: then the operating system decides, and numbers vary more.
 */
export function takeCores(): Cores | undefined {
  const [server, others] = allowedCores()
  if (server === undefined || others === undefined) return undefined
  try {
    const move = ['--all-tasks', '--cpu-list', '--pid', String(others), String(process.pid)]
    execFileSync('taskset', move, { stdio: 'ignore' })
    return { server, others }
  } catch {
    return undefined
  }
}

/** `Cpus_allowed_list: 0-1,4` of Linux means 0, 1 and 4. */
function allowedCores(): readonly number[] {
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(readStatus())?.[1] ?? ''
  return list.split(',').flatMap((part) => {
    const [first = Number.NaN, last = first] = part.split('-').map(Number)
    const count = last - first + 1
    return count > 0 ? Array.from({ length: count }, (_, index) => first + index) : []
  })
}

function readStatus(): string {
  try {
    return readFileSync('/proc/self/status', 'utf8')
  } catch {
    return ''
  }
}
