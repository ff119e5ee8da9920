import { encodeInput } from '../../platform/src/client/request.ts'
import { literal } from '../../platform/src/client/type-text.ts'
import type { AnyOperation } from '../../platform/src/operation/define.ts'
import { routeOf, toolNameOf } from '../../platform/src/operation/registry.ts'
import { sampleInput } from '../../platform/src/surfaces/http/openapi-operation.ts'

/** The address that the examples are written for: where `npm start` says it is. */
export const exampleUrl = 'http://localhost:3000'

/** The input of an example: the one that the API description shows, or another one to run it with. */
type Given = Readonly<Record<string, unknown>>

/** A command that calls the operation over HTTP. */
export async function httpExample(operation: AnyOperation, given?: Given): Promise<string> {
  const route = routeOf(operation)
  const { target, body } = encodeInput(route, given ?? (await sampleInput(operation)))
  const hasBody = body !== undefined && body !== '{}'
  const isUsual = route.method === (hasBody ? 'POST' : 'GET')
  return curl([
    ...(isUsual ? [] : [`--request ${route.method}`]),
    quoted(`${exampleUrl}/api/v1${target}`),
    ...credentialOf(operation),
    ...(hasBody ? ["--header 'Content-Type: application/json'", `--data ${jsonText(body)}`] : []),
  ])
}

/** A command that calls the operation's tool over MCP, which is one message to one address. */
export async function mcpExample(operation: AnyOperation, given?: Given): Promise<string> {
  const message = {
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: { name: toolNameOf(operation), arguments: given ?? (await sampleInput(operation)) },
  }
  return curl([
    quoted(`${exampleUrl}/mcp`),
    '--header "Authorization: Bearer $PLINTH_KEY"',
    "--header 'Content-Type: application/json'",
    "--header 'Accept: application/json, text/event-stream'",
    `--data ${jsonText(JSON.stringify(message))}`,
  ])
}

/** The same call with the typed client. */
export async function clientExample(operation: AnyOperation, given?: Given): Promise<string> {
  const input = script(given ?? (await sampleInput(operation)))
  return `await client.call(${literal(operation.name)}, ${input})`
}

const widest = 70

/** A value as this repository writes it in TypeScript: on one line where it is short. */
function script(value: unknown, indent = ''): string {
  if (typeof value !== 'object' || value === null) return literal(value)
  const inner = `${indent}  `
  const isList = Array.isArray(value)
  const parts = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([name, member]) => `${isList ? '' : `${name}: `}${script(member, inner)}`)
  const [open, close] = isList ? ['[', ']'] : ['{', '}']
  if (parts.length === 0) return open + close
  const short = isList ? `[${parts.join(', ')}]` : `{ ${parts.join(', ')} }`
  const isShort = short.length <= widest && !short.includes('\n')
  return isShort
    ? short
    : `${open}\n${parts.map((part) => `${inner}${part},\n`).join('')}${indent}${close}`
}

function credentialOf({ actors, effect }: AnyOperation): readonly string[] {
  if (actors === 'anyone') return []
  if (actors === 'any') return ['--header "Authorization: Bearer $PLINTH_KEY"']
  // A change that a cookie speaks for has to say which page it comes from.
  const origin = effect === 'read' ? [] : [`--header 'Origin: ${exampleUrl}'`]
  return ['--cookie "plinth_session=$PLINTH_SESSION"', ...origin]
}

function curl(parts: readonly string[]): string {
  return `curl ${parts.join(' \\\n  ')}`
}

/** JSON on one line where it is short, else on several, which a shell takes in quotes, too. */
function jsonText(json: string): string {
  const value: unknown = JSON.parse(json)
  const short = JSON.stringify(value)
  if (short.length <= widest) return quoted(short)
  // What holds nothing further and is short stays on one line.
  const long = JSON.stringify(value, null, 2).replaceAll(/[[{]\n[^[\]{}]*[\]}]/g, (part) => {
    const line = part.replaceAll(/\n\s*/g, ' ').replace(/^\[ (.*) \]$/, '[$1]')
    return line.length <= widest ? line : part
  })
  return quoted(long)
}

/** A word of a POSIX shell, in single quotes; an apostrophe ends them, stands alone, and begins anew. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
