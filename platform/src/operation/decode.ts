import type { z } from 'zod'
import type { FieldError } from '../errors/define.ts'
import { invalidInput } from '../errors/platform.ts'
import type { AnyOperation } from './define.ts'

const errorsMax = 20
const nameCharactersMax = 256

/** Parses an input strictly, once, for every surface. Throws INVALID_INPUT that names the fields. */
export function decode(operation: AnyOperation, input: unknown): object {
  const parsed = operation.input.safeParse(input, { reportInput: true })
  if (parsed.success) return parsed.data
  throw invalidInput({ errors: parsed.error.issues.slice(0, errorsMax).flatMap(toFieldErrors) })
}

function toFieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  const field = issue.path.map(String).join('.')
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.slice(0, errorsMax).map((key) => ({
      field: field === '' ? shortened(key) : `${field}.${shortened(key)}`,
      code: 'unknown_field',
      message: 'is not a field of this call',
    }))
  }
  return [{ field, code: codeOf(issue), message: messageOf(issue) }]
}

/** A name is the caller's own choice when it is unknown: it may be as long as a body. */
function shortened(name: string): string {
  return name.length > nameCharactersMax
    ? `${name.slice(0, nameCharactersMax).toWellFormed()}…`
    : name
}

function codeOf(issue: z.core.$ZodIssue): string {
  if (isMissing(issue)) return 'missing'
  return issue.code === 'custom' ? 'invalid_value' : issue.code
}

function messageOf(issue: z.core.$ZodIssue): string {
  if (isMissing(issue)) return 'is missing'
  if (issue.code !== 'invalid_type') return issue.message
  return `must be ${kinds[issue.expected] ?? issue.expected}`
}

/** A choice that was left out is missing, too, and not a wrong choice. */
const isMissing = (issue: z.core.$ZodIssue): boolean =>
  issue.input === undefined && issue.code !== 'custom'

const kinds: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'an object',
  string: 'text',
}
