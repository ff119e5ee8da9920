import { type Variable, type VariableName, variables } from '../../platform/src/config/schema.ts'
import type { AnyOperation } from '../../platform/src/operation/define.ts'
import { refusalsOf } from '../../platform/src/operation/refusals.ts'
import {
  type App,
  appOf,
  type Registry,
  routeOf,
  scopeOf,
  toolNameOf,
} from '../../platform/src/operation/registry.ts'
import {
  inputJsonSchema,
  type JsonSchema,
  outputJsonSchema,
} from '../../platform/src/schema/json-schema.ts'
import { clientExample, exampleUrl, httpExample } from './examples.ts'
import { fieldTable, type Things } from './fields.ts'
import { code, heading, list, pageText, shell, table } from './markdown.ts'

const actors = {
  anyone: 'anyone, signed in or not',
  any: 'a person in a browser, and the scripts and agents that hold a key of theirs',
  person: 'a person in a browser; no key may',
} as const

/** docs/reference/operations.md: every operation of every app. */
export async function operationsPage(registry: Registry): Promise<string> {
  const sections = await Promise.all(registry.apps.map((app) => appSection(app)))
  return pageText([
    '# Operations',
    `Everything that can be called, by app. Each operation has an address under \`/api/v1\`, and, where
keys may call it, a tool ([mcp-tools.md](mcp-tools.md)). Whatever is refused is a problem document
with one of the codes in [errors.md](errors.md).`,
    list(
      registry.apps.map(
        ({ title, name, operations }) =>
          `[${title}](#${name}): ${Object.values(operations)
            .map((operation) => `[${operation.name}](#${operation.name})`)
            .join(', ')}`,
      ),
    ),
    rules,
    limitsSection(),
    ...sections,
  ])
}

const rules = `## What holds for every call

- The examples are for a Plinth at ${exampleUrl}. \`PLINTH_KEY\` holds an API key, \`PLINTH_SESSION\`
  the value of the session cookie that signing in has set; over https its name is
  \`__Host-plinth_session\`. Ids in them stand for those of your own things.
- Fields of \`GET\` and \`DELETE\` are in the query, those of the others in a JSON body; those in braces
  are in the path. Unknown fields are refused.
- A write by somebody who is signed in takes \`Idempotency-Key\`: sent again with the same input, it
  happens once and gives the first answer, for 24 hours.
- \`If-Match\` with the version that an answer had as \`ETag\` is the same as \`ifVersion\`.
- An instant is RFC 3339 in UTC, a date ISO 8601, an id a UUID.`

function limitsSection(): string {
  const limit = (name: VariableName) => [
    rateOf(name),
    `[${code(name)}](environment.md#${name.toLowerCase()})`,
  ]
  return `${heading(2, 'Limits', 'limits')}

A rate is \`<count>/<seconds>s+<at once>\`. A call counts against the address first, then against the
class of its operation.

${table(
  ['class', 'counted for each', 'default', 'variable'],
  [
    ['', 'network address', ...limit('PLINTH_LIMIT_ADDRESS')],
    [code('default'), 'API key', ...limit('PLINTH_LIMIT_KEY')],
    [code('default'), 'browser session', ...limit('PLINTH_LIMIT_SESSION')],
    [code('auth'), 'network address, and account', ...limit('PLINTH_LIMIT_AUTH')],
  ],
)}`
}

function rateOf(name: VariableName): string {
  const { default: rate = '' }: Variable = variables[name]
  return code(rate)
}

async function appSection(app: App): Promise<string> {
  const operations = Object.values(app.operations)
  const things = thingsOf(app, operations)
  const link: Things = (title) =>
    things.has(title) ? `[${title}](#${anchorOf(app, title)})` : undefined
  const described = await Promise.all(
    operations.map((operation) => operationSection(operation, link)),
  )
  const scopes = Object.entries(app.scopes ?? {}).map(([verb, words]) => [
    code(`${app.name}:${verb}`),
    words,
  ])
  return [
    heading(2, app.title, app.name),
    app.summary,
    table(['scope', 'what it allows'], scopes),
    ...[...things.values()].map(
      (thing) =>
        `${heading(3, String(thing.title), anchorOf(app, String(thing.title)))}\n\n${
          thing.description ? `${thing.description}\n\n` : ''
        }${fieldTable(thing, { side: 'answer' })}`,
    ),
    ...described,
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

const anchorOf = ({ name }: App, title: string) => `${name}-${title.toLowerCase()}`

/** The things with a name that answers of an app hold, each once. */
function thingsOf(app: App, operations: readonly AnyOperation[]): ReadonlyMap<string, JsonSchema> {
  const found = new Map<string, JsonSchema>()
  const look = (schema: JsonSchema, root: JsonSchema): void => {
    if (schema.title !== undefined && schema.type === 'object' && !found.has(schema.title)) {
      found.set(schema.title, { ...(root.$defs ? { $defs: root.$defs } : {}), ...schema })
    }
    for (const inner of [
      ...Object.values(schema.properties ?? {}),
      ...(schema.items ? [schema.items] : []),
      ...(schema.anyOf ?? []),
      ...(schema.oneOf ?? []),
      ...Object.values(schema.$defs ?? {}),
    ]) {
      look(inner, root)
    }
  }
  for (const operation of operations) {
    if (appOf(operation) !== app.name) continue
    const output = outputJsonSchema(operation.output)
    look(output, output)
  }
  return found
}

async function operationSection(operation: AnyOperation, things: Things): Promise<string> {
  const output = outputJsonSchema(operation.output)
  const named = output.title === undefined ? undefined : things(output.title)
  const input = fieldTable(inputJsonSchema(operation.input), { side: 'input' })
  const answer = fieldTable(output, { side: 'answer', things })
  const declared = new Set(operation.errors.map((kind) => kind.code))
  const refusals = refusalsOf(operation).map((kind) => {
    const link = `[${kind.code}](errors.md#${kind.code.toLowerCase()})`
    return declared.has(kind.code) ? `**${link}**` : link
  })
  return [
    heading(3, operation.name, operation.name),
    operation.summary,
    table(['', ''], factsOf(operation)),
    input === '' ? '**Input:** none.' : '**Input:**',
    input,
    named === undefined ? '**Answer:**' : `**Answer:** ${named}.`,
    named === undefined ? answer : '',
    `**Refusals**${declared.size > 0 ? ', its own first' : ''}: ${refusals.join(', ')}.`,
    shell(await httpExample(operation)),
    `\`\`\`ts\n${await clientExample(operation)}\n\`\`\``,
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

function factsOf(operation: AnyOperation): readonly (readonly string[])[] {
  const { method, path } = routeOf(operation)
  const status = operation.created ? '`201` with its `Location`' : '`200`'
  const scope = scopeOf(operation)
  return [
    ['HTTP', `\`${method} /api/v1${path}\`, answers ${status}`],
    ['MCP', toolFact(operation)],
    ['effect', effectFact(operation)],
    ['who may call', actors[operation.actors]],
    ...(operation.actors === 'any'
      ? [['scope', scope === undefined ? 'none is needed' : code(scope)]]
      : []),
    ['limit', limitFact(operation)],
    ['recorded', recordFact(operation)],
    ['undone by', undoFact(operation)],
    ['idempotent', idempotentFact(operation)],
    ...(operation.reads === undefined ? [] : [['answers with', readsFact[operation.reads]]]),
  ]
}

const readsFact = {
  private: 'private data of the person',
  untrusted: 'text that strangers wrote: a model must not obey it',
} as const

function toolFact(operation: AnyOperation): string {
  if (operation.actors !== 'any') return 'no tool: keys may not call it'
  return `[${code(toolNameOf(operation))}](mcp-tools.md#${toolNameOf(operation)})`
}

function effectFact({ effect, hints, outward }: AnyOperation): string {
  const what = {
    read: 'reads',
    write: hints?.destructive ? 'writes, and takes something away' : 'writes',
    destroy: 'destroys',
  }[effect]
  return outward ? `${what}, and reaches outside of the installation` : what
}

function limitFact({ limit, account }: AnyOperation): string {
  const rates = {
    default: `${rateOf('PLINTH_LIMIT_KEY')} for each key, ${rateOf('PLINTH_LIMIT_SESSION')} for each session`,
    auth: `${rateOf('PLINTH_LIMIT_AUTH')} for each address${account ? ' and for each account' : ''}`,
  }
  return `[${code(limit)}](#limits): ${rates[limit]}`
}

function recordFact({ effect, record }: AnyOperation): string {
  return effect !== 'read' || record
    ? 'every call that was done, and every refusal after the input was read'
    : 'refusals only, after the input was read'
}

function undoFact({ effect, undo }: AnyOperation): string {
  if (effect === 'read') return 'nothing to undo'
  if (undo === undefined || undo === false) return 'nothing'
  return undo === 'rows'
    ? 'its rows as they were, in `platform.change`'
    : `[${undo.by}](#${undo.by})`
}

function idempotentFact({ effect, hints, actors: who }: AnyOperation): string {
  if (hints?.idempotent ?? effect === 'read') return 'yes: repeated, it changes nothing more'
  return who === 'anyone' ? 'no' : 'no: repeat it with an idempotency key'
}
