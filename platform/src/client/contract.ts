import type { AnyOperation } from '../operation/define.ts'
import { type App, type Registry, routeOf } from '../operation/registry.ts'
import { inputJsonSchema, outputJsonSchema } from '../schema/json-schema.ts'
import { literal, typeText } from './type-text.ts'

const head = `// Printed from the registry by \`node platform/bin/launch.mjs web/generate.ts\`; do not edit.
// biome-ignore-all format: the printer keeps one member on one line.
// biome-ignore-all lint/style/noExcessiveLinesPerFile: it is as long as the registry is.
import type { RouteTable } from '@plinth/platform/client'

/** What each operation takes and gives, as the server's schemas say it. */
export interface Contract {
`

/**
 * Prints the TypeScript module that gives \`createClient\` its types: an interface \`Contract\` of each
 * operation's input and output, the table of its routes, and what the scopes of each app allow.
 * The same registry always prints the same text.
 */
export function contractSource(registry: Registry): string {
  const outputs = new Map<string, string>()
  const members = registry.operations.map((operation) => memberText(operation, outputs))
  return [
    head,
    members.join('\n'),
    '}\n\n',
    '/** Where each operation answers, under /api/v1. */\n',
    'export const routes = {\n',
    ...registry.operations.map(routeText),
    '} as const satisfies RouteTable<Contract>\n\n',
    '/** What a key may be allowed, in plain words for the person who allows it. */\n',
    'export const scopes: readonly { readonly scope: string; readonly words: string }[] = [\n',
    ...registry.apps.flatMap(scopeTexts),
    ']\n',
  ].join('')
}

/** One operation. An output that was printed before is named, so that a task is one type. */
function memberText(operation: AnyOperation, outputs: Map<string, string>): string {
  const input = typeText(inputJsonSchema(operation.input), '    ')
  const printed = typeText(outputJsonSchema(operation.output), '    ')
  const output = outputs.get(printed) ?? printed
  outputs.set(
    printed,
    output === printed ? `Contract[${literal(operation.name)}]['output']` : output,
  )
  const name = literal(operation.name)
  return (
    `  /** ${operation.summary} */\n` +
    `  readonly ${name}: {\n    readonly input: ${input}\n    readonly output: ${output}\n  }\n`
  )
}

function routeText(operation: AnyOperation): string {
  const { method, path } = routeOf(operation)
  return `  ${literal(operation.name)}: { method: ${literal(method)}, path: ${literal(path)} },\n`
}

function scopeTexts(app: App): string[] {
  return Object.entries(app.scopes ?? {}).map(
    ([verb, words]) =>
      `  { scope: ${literal(`${app.name}:${verb}`)}, words: ${literal(words)} },\n`,
  )
}
