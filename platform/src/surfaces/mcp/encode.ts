import type { CallToolResult } from '@modelcontextprotocol/server'
import type { PlinthError } from '../../errors/define.ts'
import { retryAfterOf, toProblem } from '../../errors/problem.ts'
import type { Done } from '../../operation/call.ts'
import type { Road } from '../road.ts'

/** What a model is made to read at most; programs take the whole from structuredContent. */
const textCharactersMax = 25_000
/** How many wrong fields the words of a refusal name; the problem document names all. */
const fieldsNamedMax = 10

/** The answer of a call that was done, as the result of a tool. */
export function toolResult({ output, replayed }: Done): CallToolResult {
  return {
    // The output is cut to its schema already; JSON is what it is on every surface.
    structuredContent: output as Record<string, unknown>,
    content: [{ type: 'text', text: shortened(JSON.stringify(output)) }],
    ...(replayed ? { _meta: { 'plinth/replayed': true } } : {}),
  }
}

/**
 * A refusal as a tool error: words for a model, the problem document (RFC 9457) for a program. It
 * stays out of structuredContent, which the tool's output schema describes.
 */
export function toolError(
  road: Pick<Road, 'publicUrl'>,
  error: PlinthError,
  requestId: string,
): CallToolResult {
  return {
    isError: true,
    content: [{ type: 'text', text: wordsOf(error, requestId) }],
    _meta: { 'plinth/problem': toProblem(error, { requestId, publicUrl: road.publicUrl }) },
  }
}

/** `CODE: detail. field: message. Next: what to do. member: value. (request id)` */
function wordsOf(error: PlinthError, requestId: string): string {
  const { kind, details } = error
  const { detail = kind.title, errors = [], extra = {} } = details
  const retryAfter = retryAfterOf(error)
  const fields = errors.slice(0, fieldsNamedMax)
  return [
    `${kind.code}: ${sentence(detail)}`,
    ...fields.map(({ field, message }) =>
      sentence(field === '' ? message : `${field}: ${message}`),
    ),
    `Next: ${sentence(kind.nextStep)}`,
    ...(retryAfter === undefined ? [] : [`Retry after ${retryAfter} s.`]),
    // What the next step speaks of, such as the allowed states: models see nothing but these words.
    ...Object.entries(extra).map(([member, value]) => `${member}: ${JSON.stringify(value)}.`),
    `(request ${requestId})`,
  ].join(' ')
}

function sentence(words: string): string {
  return /[.!?]$/.test(words) ? words : `${words}.`
}

function shortened(text: string): string {
  if (text.length <= textCharactersMax) return text
  const note = `… (cut; all ${text.length} characters are in structuredContent)`
  // The cut must not leave half of a surrogate pair, which is not valid in JSON's UTF-8.
  const kept = text.slice(0, textCharactersMax - note.length).replace(/[\ud800-\udbff]$/, '')
  return kept + note
}
