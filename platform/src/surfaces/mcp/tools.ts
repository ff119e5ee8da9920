import type { Tool } from '@modelcontextprotocol/server'
import type { Caller } from '../../identity/caller.ts'
import type { AnyOperation } from '../../operation/define.ts'
import { type App, appOf, type Registry, scopeOf, toolNameOf } from '../../operation/registry.ts'
import {
  inputJsonSchema,
  type ObjectJsonSchema,
  outputJsonSchema,
} from '../../schema/json-schema.ts'
import { idempotencyKeySchema } from './decode.ts'

/** The tools of one endpoint. */
export interface Catalogue {
  /** What the caller may call, in registry order: equal scopes give equal bytes. */
  visibleTo(caller: Caller): Tool[]
  /** Undefined for a name that is unknown and for one that the caller's scopes hide, alike. */
  find(name: string, caller: Caller): AnyOperation | undefined
}

interface Entry {
  readonly tool: Tool
  readonly operation: AnyOperation
  readonly scope: string | undefined
}

/**
 * Makes the tools once, at start, from the operations that a key may call. Without `app` the names
 * carry their app (`tasks_add_task`), with it they do not (`add_task`). Throws for a name that
 * clients would refuse, since they refuse the whole list with it.
 */
export function createCatalogue(registry: Registry, app: App | undefined): Catalogue {
  const entries = new Map<string, Entry>()
  for (const operation of registry.operations) {
    if (operation.actors !== 'any' || (app !== undefined && appOf(operation) !== app.name)) continue
    const tool = toolOf(operation, app === undefined ? toolNameOf(operation) : verbOf(operation))
    entries.set(tool.name, { tool, operation, scope: scopeOf(operation) })
  }
  const all = [...entries.values()]
  return {
    visibleTo: (caller) => all.filter((entry) => holds(caller, entry)).map(({ tool }) => tool),
    find(name, caller) {
      const entry = entries.get(name)
      return entry && holds(caller, entry) ? entry.operation : undefined
    },
  }
}

function holds(caller: Caller, { scope }: Entry): boolean {
  return scope === undefined || caller.scopes.includes('*') || caller.scopes.includes(scope)
}

/** The name after the dot: `add_task`. */
function verbOf(operation: AnyOperation): string {
  return operation.name.slice(operation.name.indexOf('.') + 1)
}

function toolOf(operation: AnyOperation, name: string): Tool {
  if (!/^[a-zA-Z0-9_-]{1,64}$/.test(name)) {
    throw new Error(`${operation.name}: MCP clients refuse the tool name "${name}".`)
  }
  return {
    name,
    title: titleOf(operation),
    description: descriptionOf(operation),
    inputSchema: inputSchemaOf(operation) as Tool['inputSchema'],
    outputSchema: outputJsonSchema(operation.output) as NonNullable<Tool['outputSchema']>,
    annotations: {
      readOnlyHint: operation.effect === 'read',
      destructiveHint: operation.effect === 'destroy' || operation.hints?.destructive === true,
      idempotentHint: operation.hints?.idempotent ?? operation.effect === 'read',
      openWorldHint: operation.outward === true,
    },
  }
}

/** `tasks.add_task` becomes `Add task`. */
function titleOf(operation: AnyOperation): string {
  const words = verbOf(operation).replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** The summary, and what to do about the operation's own refusals. */
function descriptionOf({ summary, errors }: AnyOperation): string {
  const refusals = errors.map(({ code, nextStep }) => `${code} (${nextStep})`)
  return refusals.length === 0 ? summary : `${summary} May refuse with ${refusals.join(', ')}.`
}

function inputSchemaOf(operation: AnyOperation): ObjectJsonSchema {
  const schema = inputJsonSchema(operation.input)
  if (operation.effect === 'read') return schema
  return { ...schema, properties: { ...schema.properties, idempotencyKey: idempotencyKeySchema } }
}
