import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import type { FieldError } from '../../platform/src/errors/define.ts'
import type { AnyOperation } from '../../platform/src/operation/define.ts'
import { routeOf, toolNameOf } from '../../platform/src/operation/registry.ts'
import { outputJsonSchema } from '../../platform/src/schema/json-schema.ts'
import { fits } from '../fuzz/fits.ts'
import type { Answer, RawConnection } from './raw-connection.ts'
import type { Target } from './raw-target.ts'
import { type TextField, textAt } from './raw-text-fields.ts'

type Fields = Readonly<Record<string, unknown>>
export type Surface = 'http' | 'mcp'

/** A text that is tried in some fields of one operation at the same time, over one surface. */
export interface Trial {
  readonly surface: Surface
  readonly operation: AnyOperation
  readonly fields: readonly TextField[]
  readonly text: string
}

/** What became of it, in one shape whatever the surface. */
export interface Outcome {
  readonly status: number
  readonly output?: Fields
  readonly problem?: Fields
}

export interface Tally {
  readonly accepted: number
  readonly refused: number
  /** What is wrong with the answers, in a sentence each. */
  readonly complaints: readonly string[]
}

const linesOpen = 4
/** A password takes its time, and a connection to the database for as long. */
const inFlight = ({ limit }: AnyOperation) => (limit === 'auth' ? 6 : 24)
/** How often somebody asks again who is told that the machine is too busy. */
const attemptsMax = 20

/** Tries texts, some of them at a time. The rest of the input is that of the operation's example. */
export async function tryTexts(
  target: Target,
  trials: readonly Trial[],
  example: Fields,
): Promise<Tally> {
  const lines = Array.from({ length: linesOpen }, () => target.connect())
  const tally = { accepted: 0, refused: 0, complaints: [] as string[] }
  const step = trials[0] ? inFlight(trials[0].operation) : 1
  for (let begin = 0; begin < trials.length; begin += step) {
    await Promise.all(
      trials.slice(begin, begin + step).map(async (trial, at) => {
        const line = lines[at % linesOpen] as RawConnection
        const outcome = await send(target, line, { trial, example })
        tally[outcome.status < 300 ? 'accepted' : 'refused'] += 1
        const complaint = complaintAbout(trial, outcome)
        if (complaint) tally.complaints.push(`${titleOf(trial)} ${complaint}`)
      }),
    )
    // Nobody may have more than some dozens of keys that live.
    await target.plinth.sql(
      `update identity.api_key set revoked_at = now()
       where owner_id = $1 and name <> 'laptop' and revoked_at is null`,
      [target.ada.personId],
    )
  }
  for (const line of lines) await line.hangUp()
  return tally
}

function titleOf({ surface, operation, fields, text }: Trial): string {
  const names = fields.map(({ name }) => name).join(', ')
  return `${JSON.stringify(text.slice(0, 80))} as ${names} of ${operation.name} over ${surface}`
}

interface Attempt {
  readonly trial: Trial
  readonly example: Fields
}

async function send(target: Target, line: RawConnection, given: Attempt): Promise<Outcome> {
  for (let attempt = 1; ; attempt++) {
    const outcome = await sendOnce(target, line, given)
    const isBusy = outcome.problem?.code === 'UNAVAILABLE' && attempt < attemptsMax
    if (!isBusy) return outcome
    await setTimeout(Number(outcome.problem?.retryAfter) * 1_000)
  }
}

async function sendOnce(
  target: Target,
  line: RawConnection,
  { trial, example }: Attempt,
): Promise<Outcome> {
  const { operation, fields, surface, text } = trial
  const tops = new Set(fields.map(({ name }) => name.split('.')[0]))
  const rest = Object.fromEntries(Object.entries(example).filter(([name]) => !tops.has(name)))
  // An account is a new one each time.
  const base = rest.email === undefined ? rest : { ...rest, email: `${randomUUID()}@example.com` }
  const input = fields.reduce<Fields>((done, field) => field.put(done, text), base)
  if (surface === 'mcp') return mcpOutcome(await line.ask(mcpRequest(target, operation, input)))
  const { status, json } = await line.ask(httpRequest(target, operation, input))
  return status < 300 ? { status, output: json } : { status, problem: json }
}

/** The whole request that makes a call, as a client makes it who read the API description. */
export function httpRequest(target: Target, operation: AnyOperation, input: Fields): string {
  const { method, path, parameters } = routeOf(operation)
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name) => encodeURIComponent(String(input[name])))
  const rest = Object.entries(input).filter(([name]) => !parameters.includes(name))
  const { url } = target.plinth
  const credential =
    operation.actors === 'person'
      ? `Cookie: ${target.ada.cookie}\r\nOrigin: ${url}\r\n`
      : `Authorization: Bearer ${target.key}\r\n`
  const head = (query: string) =>
    `${method} /api/v1${filled}${query} HTTP/1.1\r\nHost: ${new URL(url).host}\r\n${credential}`
  if (method === 'GET' || method === 'DELETE') {
    const pairs = rest.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
    return `${head(pairs.length === 0 ? '' : `?${pairs.join('&')}`)}\r\n`
  }
  return head('') + withBody(Object.fromEntries(rest))
}

/** The same call of a tool, in the message of one JSON-RPC request. */
export function mcpRequest(target: Target, operation: AnyOperation, input: Fields): string {
  const params = { name: toolNameOf(operation), arguments: input }
  const message = { jsonrpc: '2.0', id: messageId, method: 'tools/call', params }
  const accept =
    'Accept: application/json, text/event-stream\r\nMCP-Protocol-Version: 2025-11-25\r\n'
  return `POST /mcp HTTP/1.1\r\n${target.lines}${accept}${withBody(message)}`
}

const messageId = 7

function withBody(value: unknown): string {
  // As bytes in a text of Latin letters, which is what a connection sends.
  const body = Buffer.from(JSON.stringify(value)).toString('latin1')
  return `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
}

interface ToolAnswer {
  readonly id?: unknown
  readonly result?: {
    readonly isError?: boolean
    readonly structuredContent?: Fields
    readonly content?: readonly { readonly text: string }[]
    readonly _meta?: { readonly 'plinth/problem'?: Fields }
  }
}

/** The answer of a tool. One that is not in the form of one has the status 500. */
export function mcpOutcome({ status, json }: Answer): Outcome {
  if (status !== 200) return { status, problem: json }
  const { result, id } = json as ToolAnswer
  const words = result?.content?.[0]?.text ?? ''
  const problem = result?._meta?.['plinth/problem']
  if (result?.isError && problem && words.startsWith(`${problem.code}: `)) {
    return { status: Number(problem.status), problem }
  }
  const output = result?.structuredContent
  // What a model reads is what a program reads, where it is short enough to be whole.
  const whole = JSON.stringify(output)
  const isSame = whole === words || (whole?.length ?? 0) > 25_000
  return output && isSame && id === messageId ? { status, output } : { status: 500, problem: json }
}

/** What is wrong with the answer to a text, if anything. */
function complaintAbout(trial: Trial, outcome: Outcome): string | undefined {
  const { status, output, problem = {} } = outcome
  if (status >= 500) return `was answered ${status}: ${JSON.stringify(outcome)}`
  if (output) return complaintAboutOutput(trial, output)
  const {
    code,
    requestId,
    nextStep,
    errors = [],
  } = problem as Fields & {
    readonly errors?: readonly FieldError[]
  }
  if (!requestId || !nextStep) return `was refused without a word: ${JSON.stringify(problem)}`
  if (code === 'INVALID_INPUT') return complaintAboutNames(trial, errors)
  if (!codesBehindDecoding(trial).includes(String(code))) return `was refused with ${code}`
  return isText(trial.text) || isInPath(trial) ? undefined : `is no text, and went on to ${code}`
}

/** A refusal must name what does not fit, and nothing else. */
function complaintAboutNames({ fields, text }: Trial, errors: readonly FieldError[]) {
  const named = new Set(errors.map(({ field }) => field))
  const wrong = [...named].filter((one) => !fields.some(({ name }) => name === one))
  if (wrong.length > 0) return `was refused for ${wrong.join(', ')}`
  const passedOver = fields.filter(({ name, schema }) => !named.has(name) && !fits(schema, text))
  if (passedOver.length > 0) return `was not refused as ${passedOver.map(({ name }) => name)}`
  const needless = fields.filter((field) => named.has(field.name) && mustBeTaken(field, text))
  return needless.length > 0 ? `was refused: ${JSON.stringify(errors)}` : undefined
}

/** What a call may be refused with when there is nothing wrong with its input. */
function codesBehindDecoding(trial: Trial): readonly string[] {
  const own = trial.operation.errors.map(({ code }) => code)
  return [...own, 'NOT_FOUND', ...(isInPath(trial) ? ['ROUTE_NOT_FOUND', 'URI_TOO_LONG'] : [])]
}

const isInPath = ({ surface, operation, fields }: Trial) =>
  surface === 'http' && fields.some(({ name }) => routeOf(operation).parameters.includes(name))

function complaintAboutOutput({ operation, fields, text }: Trial, output: Fields) {
  if (!isText(text)) return 'is no text, and was taken'
  if (JSON.stringify(Object.keys(output)).includes('assword')) return 'came with a password'
  const given = outputJsonSchema(operation.output).properties
  for (const field of fields) {
    const expected = field.isTrimmed ? text.trim() : text
    if (!fits(field.schema, expected)) return 'does not fit, and was taken'
    if (given?.[field.name.split('.')[0] ?? ''] === undefined) continue
    const kept = textAt(output, field.name)
    // An empty text means none; a line is never empty.
    if (kept !== (expected === '' ? null : expected)) return `came back as ${JSON.stringify(kept)}`
  }
  return undefined
}

/** Whether there is no reason to refuse it: it is a text, and neither too short nor too long. */
function mustBeTaken({ name, schema, isFree, isTrimmed }: TextField, text: string): boolean {
  // A new password must be a good one, too, and the refusal says so.
  if (!isFree || name === 'password' || !isText(text)) return false
  const length = [...(isTrimmed ? text.trim() : text)].length
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY } = schema
  return length >= minLength && length <= maxLength
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the point.
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/
/** Text as Plinth means it: whole Unicode without control characters but tab and line ends. */
const isText = (text: string) => text.isWellFormed() && !controls.test(text)
