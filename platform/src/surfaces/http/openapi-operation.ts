import type { AnyOperation, ExampleKit } from '../../operation/define.ts'
import { appOf, type Registry, type Route, routeOf, scopeOf } from '../../operation/registry.ts'
import {
  inputJsonSchema,
  type JsonSchema,
  type ObjectJsonSchema,
  outputJsonSchema,
} from '../../schema/json-schema.ts'
import { sampleOf } from '../../schema/sample.ts'
import { errorAnswer, headersOf, sharedErrors } from './openapi-answers.ts'
import type { SchemaBook } from './openapi-schemas.ts'

/** One operation as the document describes it. */
export interface DescribedOperation {
  readonly operationId: string
  readonly summary: string
  readonly parameters: readonly Parameter[]
  readonly requestBody?: object
  readonly responses: Readonly<Record<string, object>>
  readonly [member: string]: unknown
}

interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly schema: JsonSchema
  readonly [member: string]: unknown
}

interface Context {
  readonly registry: Registry
  readonly book: SchemaBook
  readonly publicUrl: string
}

/** Describes one operation; its schemas go into the book. */
export async function describeOperation(
  operation: AnyOperation,
  context: Context,
): Promise<DescribedOperation> {
  const route = routeOf(operation)
  const input = inputJsonSchema(operation.input)
  const example = await sampleInput(operation)
  const app = context.registry.apps.find(({ name }) => name === appOf(operation))
  const scope = scopeOf(operation)
  const body = requestBody(operation, { route, input, example, book: context.book })
  return {
    operationId: operation.name,
    summary: operation.summary,
    tags: [app?.title ?? appOf(operation)],
    ...(scope === undefined ? {} : { 'x-plinth-scope': scope }),
    security: securityOf(operation),
    parameters: [
      ...inputParameters({ route, input, example, book: context.book }),
      ...headerParameters(operation, input),
    ],
    ...(body === undefined ? {} : { requestBody: body }),
    responses: { ...doneAnswer(operation, context.book), ...refusals(operation, context) },
  }
}

/** What an example asks of other operations is answered by their schemas, without running them. */
/** The operation's example as a reader sees it: with ids that stand for those of real things. */
export async function sampleInput(
  operation: AnyOperation,
): Promise<Readonly<Record<string, unknown>>> {
  return plain(await operation.example(exampleKit))
}

const exampleKit: ExampleKit = { as: { person: sampleAnswer, other: sampleAnswer } }

async function sampleAnswer(operation: AnyOperation): Promise<never> {
  return sampleOf(outputJsonSchema(operation.output)) as never
}

/**
 * Examples also run, again and again, so they make e-mail addresses that nobody has yet. A reader,
 * and a document that is compared with an earlier one, are better off without what makes them unique.
 */
function plain(example: object): Readonly<Record<string, unknown>> {
  const entries = Object.entries(example).map(([field, value]) => [
    field,
    typeof value === 'string' ? value.replace(/[.+-][0-9a-f]{8}-[0-9a-f-]{27}@/, '@') : value,
  ])
  return Object.fromEntries(entries)
}

function securityOf({ actors }: AnyOperation): readonly Record<string, readonly string[]>[] {
  if (actors === 'anyone') return []
  return actors === 'person' ? [{ session: [] }] : [{ key: [] }, { session: [] }]
}

interface InputParts {
  readonly route: Route
  readonly input: ObjectJsonSchema
  readonly example: Readonly<Record<string, unknown>>
  readonly book: SchemaBook
}

const hasQuery = ({ method }: Route) => method === 'GET' || method === 'DELETE'

function inputParameters({ route, input, example, book }: InputParts): Parameter[] {
  const names = hasQuery(route) ? Object.keys(input.properties ?? {}) : route.parameters
  return names.map((name) => {
    const isPath = route.parameters.includes(name)
    const { description, ...schema } = book.inline(withDefinitions(input, name))
    const isList = schema.type === 'array'
    return {
      name,
      in: isPath ? 'path' : 'query',
      required: isPath || input.required?.includes(name) === true,
      ...(description === undefined ? {} : { description }),
      schema,
      ...(isList ? { style: 'form', explode: false } : {}),
      ...(example[name] === undefined ? {} : { example: example[name] }),
    }
  })
}

/** A property as a schema of its own, with what its references need. */
function withDefinitions(root: JsonSchema, name: string): JsonSchema {
  return { ...root.properties?.[name], ...(root.$defs ? { $defs: root.$defs } : {}) }
}

function headerParameters(operation: AnyOperation, input: JsonSchema): Parameter[] {
  if (operation.effect === 'read') return []
  const key: Parameter = {
    name: 'Idempotency-Key',
    in: 'header',
    description: 'A text of your choice. Sent again, the call answers what it answered before.',
    schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[ -~]+$' },
  }
  const match: Parameter = {
    name: 'If-Match',
    in: 'header',
    description: 'The ETag you have; the same as `ifVersion`. Refused with 412 when it is older.',
    schema: { type: 'string', minLength: 1, maxLength: 16, examples: ['"3"'] },
  }
  return input.properties?.ifVersion === undefined ? [key] : [key, match]
}

function requestBody(
  operation: AnyOperation,
  { route, input, example, book }: InputParts,
): object | undefined {
  const inPath = new Set(route.parameters)
  const fields = Object.entries(input.properties ?? {}).filter(([name]) => !inPath.has(name))
  if (hasQuery(route) || fields.length === 0) return undefined
  const required = (input.required ?? []).filter((name) => !inPath.has(name))
  const { required: _all, ...rest } = input
  const properties = Object.fromEntries(fields)
  const schema = { ...rest, properties, ...(required.length > 0 ? { required } : {}) }
  const values = Object.entries(example).filter(([name]) => !inPath.has(name))
  return {
    required: required.length > 0,
    content: {
      'application/json': {
        schema: book.add(`${pascal(operation.name)}Input`, schema),
        example: Object.fromEntries(values),
      },
    },
  }
}

function doneAnswer(operation: AnyOperation, book: SchemaBook): Record<string, object> {
  const output = outputJsonSchema(operation.output)
  const isWrite = operation.effect !== 'read'
  const more = [
    ...(isWrite ? ['Idempotency-Replayed'] : []),
    // Only these can begin or end a session.
    ...(isWrite && operation.login === 'identity' ? ['Set-Cookie'] : []),
    ...(operation.created ? ['Location'] : []),
    ...(output.properties?.version ? ['ETag'] : []),
  ]
  const name = output.title?.replaceAll(/\W/g, '') ?? `${pascal(operation.name)}Output`
  return {
    [operation.created ? '201' : '200']: {
      description: operation.created ? 'It was created.' : 'It was done.',
      headers: headersOf(...more),
      content: {
        'application/json': { schema: book.add(name, output), example: sampleOf(output) },
      },
    },
  }
}

/** The shared refusals that can happen to the operation, and the statuses of those it declares. */
function refusals(operation: AnyOperation, { publicUrl }: Context): Record<string, object> {
  const route = routeOf(operation)
  const isWrite = operation.effect !== 'read'
  const takesIfVersion = inputJsonSchema(operation.input).properties?.ifVersion !== undefined
  const possible = new Set([400, 401, 403, 422, 429, 500, 503, 504])
  if (operation.load || route.parameters.length > 0) possible.add(404)
  if (isWrite) possible.add(409)
  if (takesIfVersion) possible.add(412)
  if (route.method !== 'GET') possible.add(413).add(415)
  const answers: Record<string, object> = {
    default: { ...errorAnswer([], publicUrl), description: 'Any other refusal.' },
  }
  const statuses = new Set([...possible, ...operation.errors.map((kind) => kind.status)])
  for (const status of statuses) {
    const declared = operation.errors.filter((kind) => kind.status === status)
    const [name, ...shared] = sharedErrors[status] ?? []
    if (declared.length === 0 && name !== undefined) {
      answers[status] = { $ref: `#/components/responses/${name}` }
    } else {
      const kinds = possible.has(status) ? [...declared, ...shared] : declared
      answers[status] = errorAnswer(kinds, publicUrl)
    }
  }
  return answers
}

function pascal(name: string): string {
  return name.replaceAll(/(?:^|[._])([a-z])/g, (_match, letter: string) => letter.toUpperCase())
}
