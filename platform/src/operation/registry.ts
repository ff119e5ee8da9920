import type { MigrationSource } from '../db/migrate.ts'
import { inputJsonSchema } from '../schema/json-schema.ts'
import type { AnyOperation } from './define.ts'

/** An app: nouns, verbs and rules in one folder. */
export interface App {
  /** Lower case; the first half of every operation's name, a scope's prefix and the SQL schema. */
  readonly name: string
  readonly title: string
  readonly summary: string
  readonly operations: Readonly<Record<string, AnyOperation>>
  /** The folder of the app's SQL files, `0001_….sql` and so on. */
  readonly migrations?: URL
  /** What each scope allows, in plain words for the person who grants it. */
  readonly scopes?: Readonly<Partial<Record<ScopeVerb, string>>>
}

export type ScopeVerb = 'read' | 'write' | 'delete'

export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  /** Under /api/v1, with `{parameters}`. */
  readonly path: string
  readonly parameters: readonly string[]
}

/** All operations of an installation, in a fixed order. There is no other list. */
export interface Registry {
  readonly apps: readonly App[]
  readonly operations: readonly AnyOperation[]
  find(name: string): AnyOperation | undefined
}

export function defineApp<const A extends App>(app: A): A {
  for (const operation of Object.values(app.operations)) {
    if (!operation.name.startsWith(`${app.name}.`)) {
      throw new Error(`Operation ${operation.name} must be named ${app.name}.<verb>_<noun>.`)
    }
    refuseWordlessScope(app, operation)
  }
  return Object.freeze(app)
}

/** Throws for a scope that a key may hold and that nobody could grant, for want of words for it. */
function refuseWordlessScope({ name, scopes }: App, operation: AnyOperation): void {
  const verb = scopeOf(operation)?.split(':')[1] as ScopeVerb | undefined
  if (!scopes || !verb || operation.actors !== 'any' || scopes[verb]) return
  throw new Error(
    `${operation.name} needs the scope ${name}:${verb}, for which the app has no words. ` +
      `Add ${verb} to its scopes.`,
  )
}

/**
 * Puts the apps' operations into one list and refuses at start what could surprise later: two
 * operations of one name or route, a name that no MCP client takes, a path without its input field.
 */
export function createRegistry(apps: readonly App[]): Registry {
  const byName = new Map<string, AnyOperation>()
  const routes = new Map<string, string>()
  for (const operation of apps.flatMap((app) => Object.values(app.operations))) {
    if (!/^[a-z]+\.[a-z]+(_[a-z]+)*$/.test(operation.name) || operation.name.length > 64) {
      throw new Error(
        `Operation name ${operation.name} is not app.verb_noun of at most 64 letters.`,
      )
    }
    if (byName.has(operation.name)) throw new Error(`Two operations are named ${operation.name}.`)
    const { method, path } = routeOf(operation)
    const key = `${method} ${path.replaceAll(/\{[^}]+\}/g, '{}')}`
    const taken = routes.get(key)
    if (taken) throw new Error(`${operation.name} and ${taken} both answer ${key}.`)
    routes.set(key, operation.name)
    refuseUnknownParameters(operation)
    byName.set(operation.name, operation)
  }
  const operations = Object.freeze([...byName.values()])
  return Object.freeze({ apps, operations, find: (name: string) => byName.get(name) })
}

/** Throws for `{id}` in a path whose input has no such field: no call of it could ever succeed. */
function refuseUnknownParameters(operation: AnyOperation): void {
  const { parameters } = routeOf(operation)
  if (parameters.length === 0) return
  const fields = Object.keys(inputJsonSchema(operation.input).properties ?? {})
  for (const parameter of parameters.filter((name) => !fields.includes(name))) {
    throw new Error(
      `${operation.name}: its path has {${parameter}}, and its input has ${fields.join(', ')}. ` +
        'Give the parameter the name of its field.',
    )
  }
}

const methods = new Set(['GET', 'POST', 'PATCH', 'PUT', 'DELETE'])

/** Reads `POST /tasks/{taskId}/complete`. */
export function routeOf(operation: AnyOperation): Route {
  const [method = '', path = ''] = operation.http.split(' ')
  if (!methods.has(method) || !path.startsWith('/')) {
    throw new Error(`${operation.name}: "${operation.http}" is not a method and a path.`)
  }
  const parameters = [...path.matchAll(/\{([^}]+)\}/g)].map((match) => match[1] ?? '')
  return { method: method as Route['method'], path, parameters }
}

/** The app's name: the part before the dot. */
export function appOf(operation: AnyOperation): string {
  return operation.name.slice(0, operation.name.indexOf('.'))
}

/** The scope a credential must hold, for example `tasks:write`; undefined when none is needed. */
export function scopeOf(operation: AnyOperation): string | undefined {
  if (operation.scope === 'none') return undefined
  const removes = operation.effect === 'destroy' || operation.hints?.destructive === true
  const verb: ScopeVerb = removes ? 'delete' : operation.effect === 'read' ? 'read' : 'write'
  return `${appOf(operation)}:${verb}`
}

/** `tasks.add_task` as MCP clients take it: they refuse dots. */
export function toolNameOf(operation: AnyOperation): string {
  return operation.name.replace('.', '_')
}

/** Every scope that a key can make use of, in a fixed order: what is for persons alone needs none. */
export function scopesOf(registry: Registry): readonly string[] {
  const forKeys = registry.operations.filter((operation) => operation.actors === 'any')
  const scopes = forKeys.flatMap((operation) => scopeOf(operation) ?? [])
  return [...new Set(scopes)].sort()
}

const platformMigrations = new URL('../migrations/', import.meta.url)

/** The migrations of the platform and its apps, in the order in which they are applied. */
export function sourcesOf(apps: readonly App[]): readonly MigrationSource[] {
  return [
    { name: 'platform', folder: platformMigrations, schemas: ['platform', 'identity'] },
    ...apps.flatMap(({ name, migrations }) =>
      migrations ? [{ name, folder: migrations, schemas: [name] }] : [],
    ),
  ]
}
