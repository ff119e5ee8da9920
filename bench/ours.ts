// Plinth as it runs in production, on the database that the bench has started.
import { apps } from '../apps/src/all.ts'
import { createServer, parseConfig, version } from '../platform/src/server.ts'
import { serve } from './child.ts'

/** Limits are kept and their headers sent, but one machine may ask as often as it can. */
const unreachable = '9999999/1s+9999999'

await serve(async ({ place, dataFolder, poolMax }) => {
  const config = parseConfig(
    {
      PLINTH_ENV: 'production',
      PLINTH_DATA: dataFolder,
      PORT: '0',
      DATABASE_POOL_MAX: String(poolMax),
      PLINTH_LIMIT_ADDRESS: unreachable,
      PLINTH_LIMIT_KEY: unreachable,
    },
    { root: dataFolder, version },
  )
  const server = await createServer({ apps, config, place })
  return { port: Number(new URL(server.localUrl).port), close: server.close }
})
