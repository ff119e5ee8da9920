import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyRequest } from 'fastify'
import type { FieldError } from '../../errors/define.ts'
import { badRequest, invalidInput } from '../../errors/platform.ts'
import type { AnyOperation } from '../../operation/define.ts'
import { routeOf } from '../../operation/registry.ts'
import { inputJsonSchema } from '../../schema/json-schema.ts'
import { asGiven, type Coerce, compileCoercions } from './coerce.ts'

type Fields = Record<string, unknown>

/** Makes the input of a call of what stands in path, query, body and If-Match. */
export type Decode = (request: FastifyRequest) => object

/**
 * Works out once how an operation's input is read. The texts of path and query are coerced by the
 * type that the schema gives them; a body has types of its own and is left alone. No field may come
 * from two places, so that no proxy, log or reader can take the other one for the meant one.
 */
export function compileDecode(operation: AnyOperation): Decode {
  const schema = inputJsonSchema(operation.input)
  const { method, parameters } = routeOf(operation)
  const coercions = compileCoercions(schema)
  const takesQuery = method === 'GET' || method === 'DELETE'
  const takesIfVersion = schema.properties?.ifVersion !== undefined
  const refusesIfMatch = operation.effect !== 'read' && !takesIfVersion

  return (request) => {
    refuseBrokenEscapes(request.url)
    const query = request.query as Readonly<Record<string, string | string[]>>
    const input: Fields = takesQuery ? readQuery(query, coercions) : bodyOf(request)
    if (method === 'DELETE') addFields(input, bodyOf(request))
    if (!takesQuery) refuseFields(Object.keys(query))
    refuseFields(parameters.filter((parameter) => Object.hasOwn(input, parameter)))
    const path = request.params as Readonly<Record<string, string>>
    for (const parameter of parameters) {
      input[parameter] = (coercions.get(parameter) ?? asGiven)(path[parameter] ?? '')
    }
    const ifMatch = request.headers['if-match']
    if (ifMatch !== undefined) {
      if (takesIfVersion) addVersion(input, ifMatch)
      else if (refusesIfMatch) refuseIfMatch('this call compares no version')
    }
    return input
  }
}

/** The body's fields. Without a body there are none; what is not an object has none to give. */
function bodyOf({ body }: FastifyRequest): Fields {
  if (body === undefined) return {}
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Fields
  const message = 'must be a JSON object'
  throw invalidInput({ errors: [{ field: '', code: 'invalid_type', message }] })
}

/**
 * Fastify takes a percent sign that encodes nothing, or bytes that are not UTF-8, as if they were the
 * text that was meant. In a path they are refused, and so they are in a query.
 */
function refuseBrokenEscapes(url: string): void {
  if (!url.includes('%')) return
  try {
    decodeURIComponent(url)
  } catch {
    throw badRequest({ detail: 'The query has a percent sign that encodes nothing.' })
  }
}

function readQuery(
  query: Readonly<Record<string, string | string[]>>,
  coercions: ReadonlyMap<string, Coerce>,
): Fields {
  // Without a prototype, a field named __proto__ is one more unknown field.
  const input: Fields = Object.create(null)
  for (const field of Object.keys(query)) {
    const value = (coercions.get(field) ?? asGiven)(query[field] ?? '')
    if (value === undefined) {
      const message = 'is given more than once'
      throw invalidInput({ errors: [{ field, code: 'duplicate', message }] })
    }
    input[field] = value
  }
  return input
}

function addFields(input: Fields, more: Fields): void {
  refuseFields(Object.keys(more).filter((field) => Object.hasOwn(input, field)))
  Object.assign(input, more)
}

/** Says of each field what the schema says of a field that it does not know. */
function refuseFields(fields: readonly string[]): void {
  if (fields.length === 0) return
  throw invalidInput({
    errors: fields.slice(0, 20).map(
      (field): FieldError => ({
        field,
        code: 'unknown_field',
        message: 'is not a field of this call, or not in this place',
      }),
    ),
  })
}

/** `"3"`, `W/"3"` or `3`. Several versions, of which one would do, are more than a call takes. */
const versionForm = /^(?:W\/)?"?([1-9]\d{0,9})"?$/

function addVersion(input: Fields, ifMatch: string): void {
  // RFC 9110 section 13.1.1: "*" asks only that the thing exists, which the call finds out anyway.
  if (ifMatch.trim() === '*') return
  const version = versionForm.exec(ifMatch.trim())?.[1]
  if (version === undefined) refuseIfMatch('must be one version such as "3"')
  if (input.ifVersion !== undefined && input.ifVersion !== Number(version)) {
    refuseIfMatch('must be the version that ifVersion has')
  }
  input.ifVersion = Number(version)
}

/** A precondition that cannot be checked must not be passed over: the caller relies on it. */
function refuseIfMatch(message: string): never {
  throw invalidInput({ errors: [{ field: 'If-Match', code: 'invalid_value', message }] })
}

/** The Idempotency-Key of a write. What it may look like is the pipeline's to say. */
export function idempotencyKeyOf(headers: IncomingHttpHeaders): string | undefined {
  const key = headers['idempotency-key']
  return Array.isArray(key) ? key.join() : key
}
