import { once } from 'node:events'
import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http'
import { connect } from 'node:net'

export interface RawAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly bytes: Buffer
  readonly text: string
  /** The body, where it is JSON. */
  readonly json: Record<string, unknown>
}

interface RawRequest {
  readonly method?: string
  readonly headers?: OutgoingHttpHeaders
  readonly body?: string | Buffer
}

/** Sends exactly these headers; fetch adds its own and refuses to send some. For tests. */
export async function send(
  url: string,
  { method, headers, body }: RawRequest = {},
): Promise<RawAnswer> {
  const { hostname, port } = new URL(url)
  const path = url.slice(url.indexOf(port) + port.length) || '/'
  const sent = request({
    hostname,
    port,
    path,
    method: method ?? 'GET',
    headers: { host: 'localhost', ...headers },
    agent: false,
  })
  sent.end(body)
  const [response] = await once(sent, 'response')
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk)
  const bytes = Buffer.concat(chunks)
  const text = bytes.toString('utf8')
  const { statusCode: status, headers: received } = response
  const isJson = /[/+]json/.test(received['content-type'] ?? '')
  const isReadable = isJson && text !== '' && received['content-encoding'] === undefined
  const json = (isReadable ? await new Response(text).json() : {}) as RawAnswer['json']
  return { status, headers: received, bytes, text, json }
}

/** Sends JSON. */
export function post(url: string, body: unknown, headers: OutgoingHttpHeaders = {}) {
  const text = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body)
  const type = { 'content-type': 'application/json' }
  return send(url, { method: 'POST', headers: { ...type, ...headers }, body: text })
}

/**
 * Writes bytes on a socket of its own, and gives back all that came until the server hung up, or
 * until what came has the text after which we do.
 */
export async function sendBytes(
  url: string,
  bytes: string,
  { closesAfter }: { readonly closesAfter?: string } = {},
): Promise<string> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname.replaceAll(/[[\]]/g, ''))
  socket.setEncoding('latin1')
  let received = ''
  socket.on('data', (chunk) => {
    received += chunk
    if (closesAfter !== undefined && received.includes(closesAfter)) socket.end()
  })
  socket.write(bytes)
  await once(socket, 'close')
  return received
}
