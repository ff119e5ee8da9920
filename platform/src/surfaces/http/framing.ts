import type { IncomingMessage, RequestListener } from 'node:http'
import type { Socket } from 'node:net'
import type { PlinthError } from '../../errors/define.ts'
import { badRequest } from '../../errors/platform.ts'

/**
 * Says what makes it doubtful where a request ends, or undefined. Node's parser refuses most of that
 * itself. It lets pass versions of which only the first line looks like HTTP/1, chunks over HTTP/1.0,
 * which RFC 9112 section 6.1 calls faulty framing, and codings besides chunks, which it does not undo.
 */
export function complaintAboutFraming(request: IncomingMessage): PlinthError | undefined {
  const { httpVersionMajor, httpVersionMinor, headers } = request
  if (httpVersionMajor !== 1) return badRequest({ detail: 'This server speaks HTTP/1.1.' })
  const coding = headers['transfer-encoding']
  if (coding === undefined) return undefined
  return httpVersionMinor === 0 || coding.toLowerCase() !== 'chunked'
    ? badRequest({ detail: 'A body may be sent in chunks over HTTP/1.1, and in no other coding.' })
    : undefined
}

/**
 * Answers nothing that comes on a line after a request of which the end is in doubt: what looks like
 * the next request may be a part of its body, put there by somebody else. After an upgrade that was
 * passed over the parser loses what came in the same packet, so that is the end of the line, too.
 */
export function untilInDoubt(listener: RequestListener): RequestListener {
  const ended = new WeakSet<Socket>()
  return (request, response) => {
    const { socket, headers } = request
    if (ended.has(socket)) return
    if (headers.upgrade !== undefined || complaintAboutFraming(request)) {
      ended.add(socket)
      response.shouldKeepAlive = false
    }
    listener(request, response)
  }
}
