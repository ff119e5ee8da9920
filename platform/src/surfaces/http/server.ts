import { randomUUID } from 'node:crypto'
import { createServer, type RequestListener, type Server, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { PlinthError } from '../../errors/define.ts'
import { badRequest, headersTooLarge, requestTimeout } from '../../errors/platform.ts'
import { toProblem } from '../../errors/problem.ts'
import type { Road } from '../road.ts'
import { plain } from './address.ts'
import { problemType } from './problems.ts'
import { securityHeaders } from './security-headers.ts'

/** Every wait for a client has an end. All in milliseconds. */
const waits = Object.freeze({
  /** For the whole request to arrive, so that nobody can hold a connection by dripping bytes. */
  requestTimeout: 15_000,
  headersTimeout: 15_000,
  connectionsCheckingInterval: 5_000,
  /** Longer than the idle time of the usual load balancers, which must be the ones to hang up. */
  keepAliveTimeout: 72_000,
})
/** For a client that stops reading its answer. */
const silenceMax = 120_000
const headerBytesMax = 16_384

/**
 * The server under Fastify. It is made here, because Fastify makes a second one when it listens on
 * both loopback addresses, and that one would lack the handler for broken requests.
 */
export function createNodeServer(road: Road, listener: RequestListener): Server {
  const server = createServer(
    {
      ...waits,
      maxHeaderSize: headerBytesMax,
      // Node's own answer to a missing Host header is not a problem document; ours is.
      requireHostHeader: false,
      // Of two Authorization headers Node would take the first, and a proxy before us perhaps the
      // last. Joined they are no credential at all.
      joinDuplicateHeaders: true,
    },
    listener,
  )
  server.setTimeout(silenceMax)
  server.on('clientError', createSocketErrorHandler(road))
  // Node would answer an expectation it does not know by itself, without any of our headers; RFC
  // 9110 section 10.1.1 lets a server pass it over.
  server.on('checkExpectation', listener)
  return server
}

/** Answers what could not be parsed, on the bare socket, in the same form as everything else. */
function createSocketErrorHandler(road: Road) {
  const constants = Object.entries(securityHeaders(road.config))
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')
  const answer = (error: NodeJS.ErrnoException, socket: Socket): void => {
    const refusal = toRefusal(error)
    const { code, status } = refusal.kind
    const requestId = randomUUID()
    road.refused({ address: plain(socket.remoteAddress ?? ''), code, requestId, path: '' })
    const body = JSON.stringify(toProblem(refusal, { requestId, publicUrl: road.publicUrl }))
    socket.end(
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${constants}` +
        `x-request-id: ${requestId}\r\nx-correlation-id: ${requestId}\r\n` +
        `x-process-time: 0.000000\r\ncontent-type: ${problemType}\r\n` +
        `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
    )
    // The client may still be sending; it gets the time to read, not the time to stay.
    socket.setTimeout(1_000, () => socket.destroy())
  }
  return (error: NodeJS.ErrnoException, socket: Socket): void => {
    // What such a connection costs counts against its address like any request.
    road.limitAddress(plain(socket.remoteAddress ?? '')).then(
      ({ retryAfterSeconds }) => {
        if (retryAfterSeconds <= 0 && isAnswerable(error, socket)) answer(error, socket)
        else socket.destroy()
      },
      () => socket.destroy(),
    )
  }
}

/** Where an answer has begun already, a second one would be read as a part of it. */
function isAnswerable(error: NodeJS.ErrnoException, socket: Socket): boolean {
  const current = (socket as Socket & { readonly _httpMessage?: { headersSent: boolean } | null })
    ._httpMessage
  return error.code !== 'ECONNRESET' && socket.writable && current?.headersSent !== true
}

function toRefusal({ code }: NodeJS.ErrnoException): PlinthError {
  if (code === 'HPE_HEADER_OVERFLOW')
    return headersTooLarge({ extra: { maxBytes: headerBytesMax } })
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return requestTimeout()
  return badRequest({ detail: 'The bytes that arrived are not an HTTP request.' })
}
