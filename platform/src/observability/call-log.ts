import { type Logger, pino } from 'pino'
import { scrub } from './scrub.ts'

/** What the line of a finished call says; made of ids, numbers and words of ours. */
export interface CallLine {
  /** May be the client's own, so it is the one field that is looked at for secrets. */
  readonly requestId: string
  /** The client's, where it differs from the request's id. */
  readonly correlationId: string | undefined
  readonly personId: string | undefined
  /** For example `agent:0199…`, or `nobody`. */
  readonly actor: string
  readonly operation: string
  readonly surface: string
  readonly status: number
  readonly durationMilliseconds: number
  readonly replayed: boolean
}

/** Pino's own parts, by the symbols that it publishes for this. */
interface Internals {
  readonly [pino.symbols.streamSym]: { write(line: string): void }
  readonly [pino.symbols.chindingsSym]: string
}

/** What needs no escaping in JSON. */
const plain = /^[\w.:-]*$/

const quoted = (text: string): string => (plain.test(text) ? `"${text}"` : JSON.stringify(text))

/**
 * The line that each finished call leaves, `call done`, put together by hand and written to the same
 * stream as all others. There is one for every call, its form is always the same, and looking through
 * it for secrets, as every other line is looked through, cost more than the rest of the line.
 */
export function createCallLog(log: Logger): (line: CallLine) => void {
  const internals = log as unknown as Internals
  const stream = internals[pino.symbols.streamSym]
  const bindings = internals[pino.symbols.chindingsSym]
  const stamp = createStamp()
  return (line) => {
    if (!log.isLevelEnabled('info')) return
    const { correlationId, personId, durationMilliseconds } = line
    stream.write(
      `{"level":"info","timestamp":"${stamp()}"${bindings}` +
        `,"request_id":${quoted(scrub(line.requestId))}` +
        (correlationId === undefined ? '' : `,"correlation_id":${quoted(scrub(correlationId))}`) +
        (personId === undefined ? '' : `,"user_id":"${personId}"`) +
        `,"actor":${quoted(line.actor)},"action":"${line.operation}","surface":"${line.surface}"` +
        `,"status":${line.status},"duration_ms":${Math.round(durationMilliseconds * 100) / 100}` +
        (line.replayed ? ',"replayed":true' : '') +
        ',"message":"call done"}\n',
    )
  }
}

/** The time as text, made once a millisecond: at full load ten lines share it. */
function createStamp(): () => string {
  let at = 0
  let text = ''
  return () => {
    const now = Date.now()
    if (now !== at) {
      at = now
      text = new Date(now).toISOString()
    }
    return text
  }
}
