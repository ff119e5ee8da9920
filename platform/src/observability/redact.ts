import { needsScrubbing, redacted, scrub, secretName } from './scrub.ts'

const depthMax = 6
const entriesMax = 64
const nodesMax = 500

/** How far a value has been walked; kept for the whole of it, so that no shape can be too large. */
interface Walk {
  nodesLeft: number
  readonly above: object[]
}

/**
 * A copy for the log, without secrets: values under names that promise one, and texts that look
 * like one, at any depth, in arrays, maps, headers and in the causes of errors. What is too deep,
 * too long or circular is cut and says so. Never throws, whatever it is given.
 */
export function redact(value: unknown): unknown {
  return copy(value, { nodesLeft: nodesMax, above: [] })
}

/**
 * Redacts the fields of a log line. A flat line without anything suspicious, which nearly all are,
 * comes back as it is: copying it would cost more than writing it.
 */
export function redactFields(fields: object): object {
  if (fields.constructor !== Object && fields.constructor !== undefined)
    return asFields(redact(fields))
  for (const [name, value] of Object.entries(fields)) {
    if (!isHarmless(value) || secretName.test(name)) return asFields(redact(fields))
  }
  return fields
}

const isHarmless = (value: unknown) =>
  typeof value === 'string'
    ? !needsScrubbing(value)
    : value === null || (typeof value !== 'object' && typeof value !== 'function')

const asFields = (value: unknown): object =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : { value }

function copy(value: unknown, walk: Walk): unknown {
  switch (typeof value) {
    case 'string':
      return scrub(value)
    case 'bigint':
      return value.toString()
    case 'function':
    case 'symbol':
      return `[${typeof value}]`
    case 'object':
      return value === null ? null : copyObject(value, walk)
    default:
      return value
  }
}

function copyObject(value: object, walk: Walk): unknown {
  if (walk.above.includes(value)) return '[circular]'
  if (walk.above.length >= depthMax) return '[too deep]'
  if (walk.nodesLeft-- <= 0) return '[too large]'
  walk.above.push(value)
  try {
    return copyContents(value, walk)
  } catch {
    // A getter, a proxy or a toJSON may throw. A log line must not fail because of what it shows.
    return '[unreadable]'
  } finally {
    walk.above.pop()
  }
}

function copyContents(value: object, walk: Walk): unknown {
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`
  if (value instanceof Error) return copyEntries(entriesOfError(value), walk)
  if (Array.isArray(value)) return copyList(value, walk)
  if (value instanceof Set) return copyList([...value], walk)
  if (value instanceof Map || value instanceof Headers || value instanceof URLSearchParams) {
    return copyEntries(
      [...value].map(([name, inner]) => [nameOf(name), inner]),
      walk,
    )
  }
  if ('toJSON' in value && typeof value.toJSON === 'function') return copy(value.toJSON(), walk)
  return copyEntries(Object.entries(value), walk)
}

const nameOf = (key: unknown) => (typeof key === 'string' ? key : `[${typeof key}]`)

function entriesOfError(error: Error): [string, unknown][] {
  const own = Object.entries(error).filter(([name]) => name !== 'cause' && name !== 'errors')
  return [
    ['type', error.name],
    ['message', error.message],
    ['stack', error.stack],
    ...own,
    ...('errors' in error ? [['errors', error.errors] satisfies [string, unknown]] : []),
    ...(error.cause === undefined ? [] : [['cause', error.cause] satisfies [string, unknown]]),
  ]
}

function copyEntries(entries: readonly (readonly [string, unknown])[], walk: Walk): object {
  const isNamedSecret = entries.some(
    ([name, value]) => /^(?:name|key|field|header)$/i.test(name) && isSecretName(value),
  )
  const result: [string, unknown][] = entries.slice(0, entriesMax).map(([name, value]) => {
    const hides = secretName.test(name) || (isNamedSecret && name.toLowerCase() === 'value')
    return [scrub(name), hides ? hide(value) : copy(value, walk)]
  })
  if (entries.length > entriesMax) result.push(['…', `${entries.length - entriesMax} more`])
  // Object.fromEntries defines properties, so an entry named __proto__ is one like any other.
  return Object.fromEntries(result)
}

function copyList(list: readonly unknown[], walk: Walk): unknown[] {
  // Raw headers are a list of names and values in turn.
  const result = list
    .slice(0, entriesMax)
    .map((value, index) => (isSecretName(list[index - 1]) ? hide(value) : copy(value, walk)))
  if (list.length > entriesMax) result.push(`… ${list.length - entriesMax} more`)
  return result
}

/** A short text that is the name of a secret and nothing else, for example `Set-Cookie`. */
const isSecretName = (value: unknown) =>
  typeof value === 'string' && /^[\w.-]{1,40}$/.test(value) && secretName.test(value)

/** That a password is there, or is not, is no secret. */
const hide = (value: unknown) =>
  value === null || value === undefined || typeof value === 'boolean' ? value : redacted
