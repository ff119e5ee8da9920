import { createServer, type IncomingHttpHeaders, request } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface KeyProxy {
  readonly url: string
  stop(): Promise<void>
}

/**
 * A loopback proxy that adds a key to every request, for clients that cannot. Apart from that it
 * changes one thing: where a request names the proxy itself (Host, Origin), the server's own name
 * is put, as every reverse proxy does. Foreign names pass unchanged, so that the server judges them.
 */
export async function startProxy(target: string, key: string): Promise<KeyProxy> {
  const upstream = new URL(target)
  const server = createServer((incoming, outgoing) => {
    const { port } = server.address() as AddressInfo
    const headers = { ...renamed(incoming.headers, port, upstream), authorization: `Bearer ${key}` }
    const forwarded = request(
      upstream.origin + (incoming.url ?? '/'),
      { method: incoming.method, headers },
      (response) => {
        outgoing.writeHead(response.statusCode ?? 502, response.headers)
        response.pipe(outgoing)
      },
    )
    forwarded.on('error', () => outgoing.destroy())
    outgoing.on('close', () => forwarded.destroy())
    incoming.pipe(forwarded)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}${upstream.pathname}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function renamed(headers: IncomingHttpHeaders, port: number, upstream: URL): IncomingHttpHeaders {
  const own = [`127.0.0.1:${port}`, `localhost:${port}`]
  const { host, origin } = headers
  return {
    ...headers,
    ...(own.includes(host ?? '') ? { host: upstream.host } : {}),
    ...(own.some((name) => origin === `http://${name}`) ? { origin: upstream.origin } : {}),
  }
}
