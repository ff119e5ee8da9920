import { once } from 'node:events'
import type { RunningPlace } from '../platform/src/db/open.ts'

/** What a server under test is told when it starts. */
export interface Settings {
  readonly place: RunningPlace
  /** With the installation's secret. */
  readonly dataFolder: string
  /** The superuser's. Only the bare server uses it. */
  readonly password: string
  readonly poolMax: number
}

/** What the process has used so far, user and system time of all its threads together. */
export interface Usage {
  readonly cpuMicros: number
  readonly rssBytes: number
}

export type Question = 'usage' | 'stop'
export type Answer = { readonly port: number } | Usage

interface Started {
  readonly port: number
  close(): Promise<void>
}

/** Runs a server in this process for the bench, which asks over the channel between the two. */
export async function serve(start: (settings: Settings) => Promise<Started>): Promise<void> {
  // The terminal sends Ctrl-C to everybody; the bench decides when its servers end.
  process.on('SIGINT', () => {})
  process.once('disconnect', () => process.exit(1))
  const [settings] = (await once(process, 'message')) as [Settings]
  const { port, close } = await start(settings)
  process.on('message', (question: Question) => {
    if (question === 'usage') return tell(usage())
    void close().then(() => process.exit(0))
  })
  tell({ port })
}

function tell(answer: Answer): void {
  process.send?.(answer)
}

function usage(): Usage {
  const { user, system } = process.cpuUsage()
  return { cpuMicros: user + system, rssBytes: process.memoryUsage.rss() }
}
