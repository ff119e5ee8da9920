import type { AnyOperation } from '../../operation/define.ts'
import { type App, routeOf, scopeOf, toolNameOf } from '../../operation/registry.ts'
import type { Road } from '../road.ts'
import { apiPrefix } from './encode.ts'

/**
 * What a language model has to know before it uses this installation, in the form of llmstxt.org: a
 * title, a quote, paragraphs, and sections of links.
 */
export function llmsText(road: Pick<Road, 'registry' | 'config' | 'publicUrl'>): string {
  const { registry, config, publicUrl } = road
  return `${[
    '# Plinth',
    '> The operations of this installation, over HTTP and over MCP: the same checks on both, and the\n' +
      '> same history of who changed what.',
    `Version ${config.version}, at ${publicUrl}.`,
    // The form has room for links alone below a heading, so what the apps are stands above them all.
    registry.apps.map(({ title, summary }) => `- ${title}: ${summary}`).join('\n'),
    connecting(publicUrl),
    '## Descriptions',
    [
      `- [OpenAPI 3.1](${publicUrl}/openapi.json): every operation with its input, answer and errors`,
      `- [Error codes](${publicUrl}/docs/errors): when each is given, and what to do about it`,
      `- [API explorer](${publicUrl}/docs): the same for people, in a browser`,
    ].join('\n'),
    ...registry.apps.flatMap((app) => sectionOf(app, publicUrl)),
  ].join('\n\n')}\n`
}

/** What holds for every call, so that no operation has to repeat it. */
function connecting(publicUrl: string): string {
  return [
    'To connect, ask the person for an API key. They make one in the browser, choose its scopes, and',
    'see it once; it begins with `plk_`. A call acts as that person and reaches only what is theirs.',
    '',
    `- Over MCP: Streamable HTTP at \`${publicUrl}/mcp\` (all apps) or \`${publicUrl}/mcp/<app>\`, with`,
    '  `Authorization: Bearer plk_…`. The list has the tools that the scopes of the key allow.',
    `- Over HTTP: \`${publicUrl}${apiPrefix}\`, with the same header, JSON in UTF-8 in and out.`,
    '- Unknown fields are refused. Numbers are numbers, times are RFC 3339 in UTC.',
    '- Lists come in pages: pass `nextCursor` as `cursor`.',
    '- To repeat a write safely, send the same `Idempotency-Key` header (over MCP `idempotencyKey`).',
    '- A refusal is a problem document (RFC 9457): `code` says which one, `nextStep` what to do.',
    '- After 429 and 503 wait as many seconds as `retryAfter` says.',
  ].join('\n')
}

function sectionOf({ title, operations }: App, publicUrl: string): string[] {
  const links = Object.values(operations).map((operation) => linkTo(operation, publicUrl))
  return [`## ${title}`, links.join('\n')]
}

/** A link to where the OpenAPI document describes the operation (JSON Pointer, RFC 6901). */
function linkTo(operation: AnyOperation, publicUrl: string): string {
  const { method, path } = routeOf(operation)
  const pointer = `/paths/${(apiPrefix + path).replaceAll('/', '~1')}/${method.toLowerCase()}`
  const scope = scopeOf(operation)
  const access = {
    anyone: 'open to anyone',
    person: 'for a person in a browser only',
    any: `tool \`${toolNameOf(operation)}\`${scope === undefined ? '' : `, scope \`${scope}\``}`,
  }[operation.actors]
  const url = `${publicUrl}/openapi.json#${encodeURI(pointer)}`
  const route = `\`${method} ${apiPrefix}${path}\``
  return `- [${operation.name}](${url}): ${operation.summary} ${route}, ${access}`
}
