/** What an app may use of the platform, name by name. */
export { sql } from 'kysely'
export { z } from 'zod'
export { type HistoryEntry, readHistory } from './audit/history.ts'
export { decodeCursor, encodeCursor } from './db/cursor.ts'
export type { Db } from './db/db.ts'
export { statement } from './db/statement.ts'
export {
  type DefinedError,
  defineError,
  type ErrorDetails,
  type ErrorKind,
  type FieldError,
  PlinthError,
} from './errors/define.ts'
export {
  forbidden,
  invalidInput,
  invalidTransition,
  notFound,
  versionConflict,
} from './errors/platform.ts'
export type { Actor, ActorKind, Caller, SignedInCaller } from './identity/caller.ts'
export { type LimitClass, limits } from './limits/classes.ts'
export type { OperationContext } from './operation/context.ts'
export {
  type AnyOperation,
  defineOperation,
  type ExampleKit,
  type InputOf,
  type Operation,
  type OutputOf,
} from './operation/define.ts'
export { type App, defineApp } from './operation/registry.ts'
export { everyone, owner, type Policy, signedIn } from './policy/policy.ts'
export { pageInput, pageOf } from './schema/page.ts'
export { line, text } from './schema/text.ts'
export { Id, Instant, PlainDate, PlainTime, TimeZone, Version } from './schema/values.ts'
