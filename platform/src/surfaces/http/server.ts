import { randomUUID } from 'node:crypto'
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http'
import type { Socket } from 'node:net'
import type { PlinthError } from '../../errors/define.ts'
import { badRequest, headersTooLarge, requestTimeout } from '../../errors/platform.ts'
import { toProblem } from '../../errors/problem.ts'
import type { Road } from '../road.ts'
import { plain } from './address.ts'
import { untilInDoubt } from './framing.ts'
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
/** For an answer to be ready for a client that has shut its end: it may wait, or be gone. */
const halfClosedMax = 5_000
/** For a client that is refused before there is a request, to read why. */
const lingerMax = 2_000
const headerBytesMax = 16_384
const tunnelAsked = 'ERR_TUNNEL_ASKED'

/**
 * The server under Fastify. It is made here, because Fastify makes a second one when it listens on
 * both loopback addresses, and that one would lack the handler for broken requests.
 */
export function createNodeServer(road: Road, listener: RequestListener): Server {
  const answer = untilInDoubt(listener)
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
    answer,
  )
  server.setTimeout(silenceMax)
  const refuse = createSocketErrorHandler(road)
  server.on('clientError', refuse)
  server.on('connect', (_request, stream) => {
    // Node lets go of a socket that asks for a tunnel, and with no listener here it would hang up on
    // it without a word. So its bytes and its errors are ours to take.
    const socket = stream as Socket
    socket.on('error', () => socket.destroy())
    socket.resume()
    refuse(Object.assign(new Error('A tunnel was asked for.'), { code: tunnelAsked }), socket)
  })
  // Node would answer an expectation it does not know by itself, without any of our headers; RFC
  // 9110 section 10.1.1 lets a server pass it over.
  server.on('checkExpectation', answer)
  answerHalfClosed(server)
  return server
}

/**
 * A client may shut its end of the line behind its last request and wait for the answers. Node would
 * hang up on it, because a client that is gone looks just the same. That one must not keep a call
 * running, so the line has a short time from here.
 */
function answerHalfClosed(server: Server): void {
  // Node has this as a plain member that its documentation passes over.
  Object.assign(server, { httpAllowHalfOpen: true })
  server.on('connection', (socket: Socket) => {
    socket.on('end', () => {
      // Where no answer is due Node has shut our end by now.
      if (socket.writable) setTimeout(() => socket.destroy(), halfClosedMax).unref()
    })
  })
}

/** A socket as Node's server keeps it. */
type HttpSocket = Socket & {
  /** The answer that is next to be written, if any. */
  readonly _httpMessage?: ServerResponse | null
  /** With the request that is being read, or was last. */
  readonly parser?: { readonly incoming?: IncomingMessage | null } | null
}

/** Answers what could not be parsed, on the bare socket, in the same form as everything else. */
function createSocketErrorHandler(road: Road) {
  const constants = Object.entries(securityHeaders(road.config))
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')
  const answer = (error: NodeJS.ErrnoException, socket: HttpSocket): void => {
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
    setTimeout(() => socket.destroy(), lingerMax).unref()
  }
  const refused = new WeakSet<Socket>()
  return (error: NodeJS.ErrnoException, socket: HttpSocket): void => {
    if (error.code === 'ECONNRESET') socket.destroy()
    // Each further piece of what could not be read is an error of its own; one answer is enough.
    if (socket.destroyed || refused.has(socket)) return
    refused.add(socket)
    afterAnswers(socket, () => {
      // What such a connection costs counts against its address like any request.
      road.limitAddress(plain(socket.remoteAddress ?? '')).then(
        ({ retryAfterSeconds }) => {
          // It may have been closed behind the last answer, which must not be cut short.
          if (!socket.writable) return
          if (retryAfterSeconds <= 0 && !isAnswered(socket)) answer(error, socket)
          else socket.destroy()
        },
        () => socket.destroy(),
      )
    })
  }
}

/**
 * Calls back when each request that arrived whole has its answer. What follows them on the line and
 * cannot be read is refused behind them, or a client would take the refusal for the answer to what
 * was done.
 */
function afterAnswers(socket: HttpSocket, then: () => void): void {
  const next = socket._httpMessage
  if (next?.req.complete) next.once('close', () => afterAnswers(socket, then))
  else then()
}

/**
 * Whether the request that breaks off has an answer, or a part of one: what needs no body is refused
 * before the body is there. A second answer would be taken for that to another request.
 */
function isAnswered({ _httpMessage: next, parser }: HttpSocket): boolean {
  return next ? next.headersSent : parser?.incoming?.complete === false
}

function toRefusal({ code }: NodeJS.ErrnoException): PlinthError {
  if (code === 'HPE_HEADER_OVERFLOW')
    return headersTooLarge({ extra: { maxBytes: headerBytesMax } })
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return requestTimeout()
  if (code === tunnelAsked) return badRequest({ detail: 'This server opens no tunnels.' })
  return badRequest({ detail: 'The bytes that arrived are not an HTTP request.' })
}
