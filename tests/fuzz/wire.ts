import { once } from 'node:events'
import { Agent, type IncomingHttpHeaders, request } from 'node:http'
import type { AnyOperation } from '../../platform/src/operation/define.ts'
import { routeOf } from '../../platform/src/operation/registry.ts'
import type { JsonSchema } from '../../platform/src/schema/json-schema.ts'
import type { AlmostValid } from './arbitrary.ts'
import { fits } from './fits.ts'
import type { Fields } from './values.ts'

export interface WireRequest {
  readonly method: string
  /** Path and query, as they stand in the request line. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Buffer | undefined
}

export interface WireAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  readonly milliseconds: number
}

/** Where the fields of an operation's input stand in a request that is not a body. */
interface Places {
  readonly method: string
  readonly path: string
  readonly inPath: readonly string[]
  readonly hasQuery: boolean
}

export function placesOf(operation: AnyOperation): Places {
  const { method, path, parameters } = routeOf(operation)
  const hasQuery = method === 'GET' || method === 'DELETE'
  return { method, path: `/api/v1${path}`, inPath: parameters, hasQuery }
}

/** The request that carries an input, as a client makes it who read the API description. */
export function requestOf(
  operation: AnyOperation,
  input: Fields,
  headers: Readonly<Record<string, string>> = {},
): WireRequest {
  const { method, path, inPath, hasQuery } = placesOf(operation)
  const address = path.replaceAll(/\{(\w+)\}/g, (_, name) =>
    encodeURIComponent(String(input[name])),
  )
  const rest = Object.entries(input).filter(([name]) => !inPath.includes(name))
  if (hasQuery) {
    const query = rest.flatMap(([name, value]) => pairsOf(name, value)).join('&')
    return { method, path: query === '' ? address : `${address}?${query}`, headers }
  }
  const body = JSON.stringify(Object.fromEntries(rest))
  return {
    method,
    path: address,
    headers: { 'content-type': 'application/json', ...headers },
    body,
  }
}

/** A list of one is given by itself, a longer one item by item. */
function pairsOf(name: string, value: unknown): readonly string[] {
  const items = Array.isArray(value) ? (value.length === 0 ? [''] : value) : [value]
  return items.map((item) => `${encodeURIComponent(name)}=${encodeURIComponent(String(item))}`)
}

/**
 * Whether a mistake is still one after it became a request. In a path or a query everything is text:
 * the number 7 for a text arrives as the text "7", which is right, and a missing part of the path is
 * another address.
 */
export function isSendable(operation: AnyOperation, schema: JsonSchema, given: AlmostValid) {
  const { inPath, hasQuery } = placesOf(operation)
  const [name = ''] = given.field.split('.')
  const isInPath = inPath.includes(name)
  if (!isInPath && !hasQuery) return true
  const value = given.input[name]
  if (value === undefined) return !isInPath
  if (addressLength(value) > addressLengthMax) return false
  const items = Array.isArray(value) ? value : [value]
  if (!items.every(isPlainText) || (isInPath && !isPathPart(String(value)))) return false
  const { properties = {} } = schema
  const property = Object.hasOwn(properties, name) ? properties[name] : undefined
  return property === undefined || !fits(property, arrived(property, value))
}

/** Beyond this the whole address is refused, whatever is in it. */
const addressLengthMax = 4_000
const addressLength = (value: unknown) => Buffer.byteLength(String(value)) * 3

const isPlainText = (value: unknown) =>
  typeof value === 'string' ? value.isWellFormed() : typeof value === 'number' || value === true

/** What has no place in a path, or more than the router takes of it, is a matter of its own. */
const isPathPart = (text: string) => text !== '' && text.length <= 200

/** What a text of the query is after it was read as what the schema says it is. */
function arrived(schema: JsonSchema, value: unknown): unknown {
  if (Array.isArray(value)) {
    if (value.length > 1) return value
    const [only = ''] = value
    if (schema.type !== 'array') return arrived(schema, only)
    return only === '' ? [] : String(only).split(',')
  }
  const text = String(value)
  if (schema.type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text
  const isNumber = schema.type === 'integer' || schema.type === 'number'
  return isNumber && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
}

/** A line that lay idle may be closed by the server at any time, so it is not used again. */
const idleMax = 1_000
const agent = new Agent({ keepAlive: true, maxSockets: 8, timeout: idleMax })
const silenceMax = 30_000

/** Sends a request exactly so, and times the answer. Throws when there is none in 30 seconds. */
export async function exchange(url: string, wire: WireRequest): Promise<WireAnswer> {
  const { hostname, port } = new URL(url)
  const { method, path, headers, body } = wire
  const started = performance.now()
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  const sent = request({
    agent,
    hostname,
    port,
    method,
    path,
    headers: { ...length, ...headers },
    signal: AbortSignal.timeout(silenceMax),
  })
  sent.end(body)
  const [response] = await once(sent, 'response').catch((error: Error) => {
    const line = sent.reusedSocket ? 'a line that was used before' : 'a new line'
    throw new Error(`No answer on ${line}: ${error.message}\n${toCurl(url, wire)}`, {
      cause: error,
    })
  })
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk)
  return {
    status: response.statusCode,
    headers: response.headers,
    text: Buffer.concat(chunks).toString('utf8'),
    milliseconds: performance.now() - started,
  }
}

const slowMilliseconds = 2_000
const hangMilliseconds = 10_000

/**
 * The same, and refuses a server that hangs. Machines are noisy, so what was slow is asked a second
 * time, alone, and only what is much too slow twice counts.
 */
export async function exchangeInTime(url: string, wire: WireRequest): Promise<WireAnswer> {
  const first = await exchange(url, wire)
  if (first.milliseconds <= slowMilliseconds) return first
  const second = await exchange(url, wire)
  if (first.milliseconds > hangMilliseconds && second.milliseconds > hangMilliseconds) {
    throw new Error(`It took ${first.milliseconds} ms, and again ${second.milliseconds} ms.`)
  }
  return first
}

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`
const bodyShownMax = 4_000

/** The command that sends the request again. */
export function toCurl(url: string, { method, path, headers, body }: WireRequest): string {
  const lines = [
    `curl -i --path-as-is -X ${method} ${quoted(url + path)}`,
    ...Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
  ]
  if (body === undefined) return lines.join(' ')
  const isText = typeof body === 'string' && !body.includes('\0') && body.isWellFormed()
  const shown = isText
    ? quoted(body)
    : `$(echo ${Buffer.from(body).toString('base64')} | base64 -d)`
  return shown.length > bodyShownMax
    ? `${lines.join(' ')} --data-binary … (${body.length} characters that begin ${body.slice(0, 100)})`
    : `${lines.join(' ')} --data-binary ${shown}`
}
