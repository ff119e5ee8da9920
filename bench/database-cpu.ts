import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Linux counts in hundredths of a second on every architecture that Plinth supports. */
const microsPerTick = 10_000

/**
 * CPU time that a PostgreSQL server and the processes it has started have used, user and system, in
 * microseconds. Undefined where there is no /proc.
 */
export function databaseCpuMicros(dataDirectory: string): number | undefined {
  try {
    const postmaster = readFileSync(join(dataDirectory, 'postmaster.pid'), 'utf8').split('\n')[0]
    const ticks = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => ticksOf(pid, String(postmaster)))
    return microsPerTick * ticks.reduce((sum, more) => sum + more, 0)
  } catch {
    return undefined
  }
}

/** Fields 4 and 14 to 17 of proc_pid_stat(5); what is before the last ")" may hold anything. */
function ticksOf(pid: string, postmaster: string): number {
  const stat = readStat(pid)
  const [, parent, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [user, system, endedUser, endedSystem] = fields.slice(9, 13).map(Number)
  const own = (user ?? 0) + (system ?? 0)
  if (parent === postmaster) return own
  return pid === postmaster ? own + (endedUser ?? 0) + (endedSystem ?? 0) : 0
}

/** Empty when the process has ended since it was listed. */
function readStat(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return ''
  }
}
