import type { AnyOperation } from '../../platform/src/operation/define.ts'
import { routeOf } from '../../platform/src/operation/registry.ts'
import { inputJsonSchema } from '../../platform/src/schema/json-schema.ts'
import { madeUpNames, type ValidCase } from './cases.ts'
import { refusalOf } from './cast.ts'
import type { Fields } from './values.ts'

/** A call that fits the published schema, ready to be made. */
export interface Prepared {
  readonly valid: ValidCase
  readonly input: Fields
}

/** What must become of a call, as a list of codes of which one is right; `DONE` is no refusal. */
export function expectation(
  operation: AnyOperation,
  { valid, input }: Prepared,
): readonly string[] {
  const refusal = refusalOf(operation, valid.caller)
  // Who calls comes before what they say, what they say before whether they may.
  if (refusal === 'UNAUTHENTICATED') return [refusal]
  if (isMatchRefused(operation, { valid, input })) return ['INVALID_INPUT']
  if (wrongFieldsOf(operation, input).length > 0) return ['INVALID_INPUT']
  if (refusal !== undefined) return [refusal]
  const schema = inputJsonSchema(operation.input)
  const isStrangers = valid.caller === 'tom' && routeOf(operation).parameters.length > 0
  const hasMadeUp = madeUpNames(schema, valid.fields).length > 0
  const hasVersion = valid.fields.ifVersion !== undefined || valid.ifMatch !== undefined
  return [
    ...(isStrangers && !hasMadeUp ? [] : ['DONE']),
    ...(isStrangers || hasMadeUp ? ['NOT_FOUND'] : []),
    // A made-up cursor is of no list, a made-up number may be of a task that cannot take the step.
    ...(hasMadeUp ? ['INVALID_INPUT', 'INVALID_TRANSITION'] : []),
    ...(hasVersion ? ['VERSION_CONFLICT'] : []),
    ...operation.errors.map(({ code }) => code),
  ]
}

/** If-Match is refused where it cannot be checked, or says something else than `ifVersion`. */
function isMatchRefused(operation: AnyOperation, { valid, input }: Prepared): boolean {
  if (valid.ifMatch === undefined || operation.effect === 'read') return false
  if (inputJsonSchema(operation.input).properties?.ifVersion === undefined) return true
  const version = /\d+/.exec(valid.ifMatch)?.[0]
  return version !== undefined && ![undefined, Number(version)].includes(input.ifVersion as number)
}

/** The fields that a refusal of a call that fits the schema may name. */
export function mayBeWrong(operation: AnyOperation, { valid, input }: Prepared): readonly string[] {
  if (isMatchRefused(operation, { valid, input })) return ['If-Match']
  const wrong = wrongFieldsOf(operation, input)
  if (wrong.length > 0) return wrong.map((field) => field.split('.')[0]!)
  return madeUpNames(inputJsonSchema(operation.input), valid.fields)
}

/** The fields that a rule beyond the schema refuses; it may be about several of them together. */
export function wrongFieldsOf(operation: AnyOperation, input: Fields): readonly string[] {
  const issues = operation.input.safeParse(input).error?.issues ?? []
  return [...new Set(issues.map(({ path }) => path.join('.')))]
}
