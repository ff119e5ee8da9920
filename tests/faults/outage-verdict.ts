import type { Answered, Create, Load, ToolResult } from './outage-load.ts'
import type { Besieged } from './outage-plinth.ts'

/** Twice what a call may take by design, so that a busy machine is not taken for a broken promise. */
const answerMillisecondsMax = 60_000

const mcpKinds = new Set(['tool list', 'tool create', 'tools/list'])
const refusals: Readonly<Record<number, string>> = { 503: 'UNAVAILABLE', 504: 'TIMEOUT' }

/** Whether the call did what it was for. */
export function isDone(answer: Answered): boolean {
  if (answer.status !== 200 && answer.status !== 201) return answer.kind === 'stranger'
  return !mcpKinds.has(answer.kind) || resultOf(answer)?.isError !== true
}

const resultOf = ({ body }: Answered) => body.result as ToolResult | undefined

/** What is wrong with an answer, whatever happens to the database; undefined when nothing is. */
export function complaintAbout(answer: Answered): string | undefined {
  const complaint = complain(answer)
  if (complaint === undefined) return undefined
  const { kind, status, code, text, milliseconds } = answer
  const shown = `${status} ${code ?? ''} after ${Math.round(milliseconds)} ms: ${text.slice(0, 400)}`
  return `${kind} ${complaint}: ${shown}`
}

function complain(answer: Answered): string | undefined {
  const { kind, status, code, milliseconds } = answer
  if (status === 0) return 'got no answer'
  if (milliseconds > answerMillisecondsMax) return 'took too long'
  if (kind === 'health') return status === 200 ? undefined : 'was not healthy'
  if (kind === 'stranger') return status === 401 ? undefined : 'was not asked for a credential'
  if (kind === 'ready') return complainOfReady(answer)
  if (mcpKinds.has(kind) && status === 200) return complainOfMessage(answer)
  if (status === 200 || status === 201) return undefined
  if (code === 'IDEMPOTENCY_IN_PROGRESS') return complainOfRetryAfter(answer)
  return complainOfRefusal(answer)
}

function complainOfReady(answer: Answered): string | undefined {
  if (answer.status === 200)
    return answer.body.status === 'ready' ? undefined : 'is not a word of it'
  if (answer.status !== 503) return 'is neither ready nor unavailable'
  if (typeof answer.body.reason !== 'string') return 'does not say why'
  return complainOfRetryAfter(answer)
}

/** A problem document (RFC 9457) that says what happened, when to come again, and which call it was. */
function complainOfRefusal(answer: Answered): string | undefined {
  const { status, code, headers, body } = answer
  if (code === undefined || refusals[status] !== code) return 'was refused in another way'
  if (!headers['content-type']?.startsWith('application/problem+json')) return 'has another type'
  if (body.status !== status || typeof body.nextStep !== 'string') return 'is no problem document'
  if (body.requestId !== headers['x-request-id']) return 'names another request'
  return complainOfRetryAfter(answer)
}

function complainOfRetryAfter({ headers }: Answered): string | undefined {
  return /^[1-9]\d*$/.test(headers['retry-after'] ?? '') ? undefined : 'has no Retry-After'
}

/** A JSON-RPC answer to our message, with a result or a tool's refusal in it. */
function complainOfMessage({ kind, body, code }: Answered): string | undefined {
  if (body.jsonrpc !== '2.0' || body.id !== 7) return 'is no answer to the message'
  const result = body.result as ToolResult | undefined
  if (result === undefined) return 'has no result'
  if (kind === 'tools/list') return Array.isArray(result.tools) ? undefined : 'has no tools'
  if (result.isError !== true) return result.structuredContent ? undefined : 'has no content'
  const problem = result._meta?.['plinth/problem']
  const isKnown = code === 'UNAVAILABLE' || code === 'TIMEOUT' || code === 'IDEMPOTENCY_IN_PROGRESS'
  if (!isKnown) return 'failed in another way'
  if (typeof problem?.retryAfter !== 'number') return 'does not say when to come again'
  const words = result.content?.[0]?.text ?? ''
  return words.startsWith(`${code}: `) ? undefined : 'does not tell the model'
}

/** The id that a create was answered with. */
export function idOf(answer: Answered): string | undefined {
  if (!isDone(answer)) return undefined
  const output = answer.kind === 'tool create' ? resultOf(answer)?.structuredContent : answer.body
  return typeof output?.id === 'string' ? output.id : 'none'
}

const idsOf = ({ answers }: Create) => [
  ...new Set(answers.map(idOf).filter((id) => id !== undefined)),
]

/** Creates that are not in the database as often, or not under the id, as their callers were told. */
export async function wrongCreates(
  { sql }: Besieged,
  { creates }: Load,
): Promise<readonly string[]> {
  const rows = await sql<{ title: string; ids: string[] }>(
    'select title, array_agg(id::text) as ids from tasks.task group by title',
  )
  const kept = new Map(rows.map(({ title, ids }) => [title, ids]))
  return creates.flatMap((create) => {
    const found = kept.get(create.title) ?? []
    const told = idsOf(create)
    const isRight =
      told.length > 0 ? found.join() === told.join() : !create.key && found.length <= 1
    const said = create.answers.map(({ status, code }) => `${status} ${code ?? ''}`).join(', ')
    return isRight ? [] : [`${create.title} (${said}) is there as ${found}, told as ${told}`]
  })
}

/** Secrets that stand in an answer or in the log, by their place in the list of them. */
export function leaks({ secrets, logs }: Besieged, { answers }: Load): readonly string[] {
  const said = answers.map(({ text, headers }) => {
    const { 'set-cookie': _session, ...others } = headers
    return text + JSON.stringify(others)
  })
  return [...said, ...logs].filter((text) => secrets.some((secret) => text.includes(secret)))
}
