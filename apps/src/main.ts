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
  const server = await createServer({ apps, config, webFolder, clientRoutes })
  stopOnSignal(server)
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

function stopOnSignal(server: Server): void {
  let isStopping = false
  const stop = async (code: number) => {
    if (isStopping) return
    isStopping = true
    await server.close()
    process.exit(code)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => void stop(0))
  }
  process.on('unhandledRejection', (error) => {
    server.road.log.error({ err: error }, 'a promise failed that nobody waited for')
  })
  process.on('uncaughtException', (error) => {
    server.road.log.fatal({ err: error }, 'an error that nobody caught; stopping')
    void stop(1)
  })
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
