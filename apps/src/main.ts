import { fileURLToPath } from 'node:url'
import {
  ConfigError,
  createServer,
  DataFolderInUseError,
  parseConfig,
  readEnvironment,
  type Server,
  version,
} from '@plinth/platform/server'
import { buildWeb } from '@plinth/web/build'
import { clientRoutes } from '@plinth/web/client-routes'
import { apps } from './all.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const builtWeb = fileURLToPath(new URL('../../web/dist/', import.meta.url))

/** Starts Plinth, says where it is, and stays until it is told to stop. */
async function main(): Promise<void> {
  const config = parseConfig(readEnvironment({ root }), { root, version })
  const webFolder = buildWeb().then(() => builtWeb)
  // A build that fails is reported where it is waited for, not before.
  webFolder.catch(() => {})
  const starting = createServer({ apps, config, webFolder, clientRoutes })
  const end = stopOnSignal(starting)
  const server = await starting
  process.on('unhandledRejection', (error) => {
    server.road.log.error({ err: error }, 'a promise failed that nobody waited for')
  })
  process.on('uncaughtException', (error) => {
    server.road.log.fatal({ err: error }, 'an error that nobody caught; stopping')
    void end(1)
  })
  announce(server)
}

function announce({ url, movedFromPort, setupUrl }: Server): void {
  const lines = [
    ...(movedFromPort ? [`Port ${movedFromPort} is taken, so Plinth uses the next free one.`] : []),
    `Plinth is ready at ${url}`,
    // On the terminal only: whoever reads the log must not become the administrator.
    ...(setupUrl ? [`First administrator: ${setupUrl}`] : []),
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
}

/** Wrappers (npm, a watcher, our own launcher) pass on what the terminal has sent to all already. */
const echoMilliseconds = 500

/**
 * Ends when it is told to, in the middle of a start as soon as that is through: what it began, such as
 * the database, has to be ended too. A second Ctrl-C ends at once.
 */
function stopOnSignal(starting: Promise<Server>): (code: number) => Promise<void> {
  let stoppingSince: number | undefined
  const stop = async (code: number) => {
    if (stoppingSince !== undefined) return
    stoppingSince = performance.now()
    const server = await starting.catch(() => undefined)
    // A start that fails says so itself.
    if (!server) return
    try {
      await server.close()
    } catch (error) {
      server.road.log.error({ err: error }, 'the end was not clean')
      process.exit(1)
    }
    process.exit(code)
  }
  let started: Server | undefined
  const keepStarted = (server: Server) => {
    started = server
  }
  starting.then(keepStarted, () => {})
  const stopAtOnce = async () => {
    await started?.dismiss()
    process.exit(130)
  }
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0))
  process.on('SIGINT', () => {
    if (stoppingSince === undefined) void stop(0)
    else if (performance.now() - stoppingSince > echoMilliseconds) void stopAtOnce()
  })
  return stop
}

/** What the person at the terminal can mend is said in one sentence, without a stack. */
function explain(error: unknown): string {
  if (error instanceof ConfigError || error instanceof DataFolderInUseError) return error.message
  if (error instanceof Error) return `Plinth could not start: ${error.message}`
  return 'Plinth could not start.'
}

main().catch((error: unknown) => {
  process.stderr.write(`${explain(error)}\n`)
  process.exit(1)
})
