// `npm run dev`: the page from Vite at the address people use, everything else from the server
// behind it. The page changes while you type; the server restarts when its sources change.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { createServer as createVite, type ViteDevServer } from 'vite'
import { readEnvironment } from '../platform/src/config/environment.ts'
import { root } from './run.ts'

/** What the server answers; everything else is the page. */
const serverPaths = [
  '/api',
  '/mcp',
  '/docs',
  '/redoc',
  '/openapi.json',
  '/llms.txt',
  '/health',
  '/ready',
  '/metrics',
]

/** People know the page's port. The server's may be any, because only the page asks it. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}

async function startPage(serverPort: number): Promise<ViteDevServer> {
  // The Host header stays as it is, so the server sees the address that the browser sees.
  const target = { target: `http://127.0.0.1:${serverPort}`, changeOrigin: false }
  const page = await createVite({
    configFile: join(root, 'web/vite.config.ts'),
    root: join(root, 'web'),
    server: {
      host: environment.HOST || 'localhost',
      port: Number(environment.PORT || 3000),
      strictPort: Boolean(environment.PORT),
      // The server builds these for itself, which must not reload the page.
      watch: { ignored: ['**/web/dist*/**'] },
      proxy: Object.fromEntries(serverPaths.map((path) => [path, target])),
    },
  })
  return await page.listen()
}

function startServer(settings: { PORT: string; PUBLIC_URL: string }) {
  const watch = ['--watch', '--watch-preserve-output']
  const folders = ['platform/src', 'apps/src'].map((folder) => `--watch-path=${folder}`)
  return spawn(process.execPath, [...watch, ...folders, 'apps/src/main.ts'], {
    cwd: root,
    stdio: 'inherit',
    env: { ...environment, ...settings },
  })
}

const environment = readEnvironment({ root })
const serverPort = await freePort()
const page = await startPage(serverPort)
const server = startServer({
  PORT: String(serverPort),
  PUBLIC_URL: environment.PUBLIC_URL || page.resolvedUrls?.local[0] || 'http://localhost:3000',
})

// Ctrl-C reaches the server by itself; it ends when its calls and its database have ended.
// Vite would end this process at once, before the server has ended.
process.removeAllListeners('SIGTERM')
process.on('SIGINT', () => {})
process.on('SIGTERM', () => server.kill('SIGTERM'))
const [code] = (await once(server, 'exit')) as [number | null]
await page.close()
process.exit(code ?? 1)
