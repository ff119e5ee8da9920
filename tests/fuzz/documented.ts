import type { Ajv2020, ValidateFunction } from 'ajv/dist/2020.js'
import { createJudge } from './fits.ts'
import type { Fields } from './values.ts'
import type { WireAnswer } from './wire.ts'

interface Media {
  readonly schema: object
}

interface Response {
  readonly $ref?: string
  readonly description: string
  readonly headers?: Readonly<Record<string, { readonly $ref?: string; readonly schema?: object }>>
  readonly content?: Readonly<Record<string, Media>>
}

interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required?: boolean
  readonly schema: object
}

interface Described {
  readonly operationId: string
  readonly parameters: readonly Parameter[]
  readonly requestBody?: { readonly required: boolean; readonly content: Response['content'] }
  readonly responses: Readonly<Record<string, Response>>
}

/** An OpenAPI document as far as its answers are looked at. */
export interface ApiDescription {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>
  readonly components: {
    readonly responses: Readonly<Record<string, Response>>
    readonly headers: Readonly<Record<string, { readonly schema: object }>>
    readonly schemas: Readonly<Record<string, object>>
  }
}

/** What HTTP itself, the browser and every answer of Plinth have; SECURITY.md tells of them. */
const everywhere = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'content-security-policy',
  'content-type',
  'cache-control',
  'cross-origin-opener-policy',
  'cross-origin-resource-policy',
  'date',
  'keep-alive',
  'permissions-policy',
  'referrer-policy',
  'transfer-encoding',
  'vary',
  'x-content-type-options',
  'x-frame-options',
  'x-xss-protection',
])

/** What a request may be refused with before it is known which operation it asks for. */
const beforeAnyOperation = new Map([
  [404, 'ROUTE_NOT_FOUND'],
  [405, 'METHOD_NOT_ALLOWED'],
  [414, 'URI_TOO_LONG'],
  [431, 'HEADERS_TOO_LARGE'],
])

/** The API description as a judge of answers. */
export interface Documented {
  /** What of an answer it does not tell, in one sentence each. */
  complaints(operation: string, answer: WireAnswer): readonly string[]
  /** Whether an input, put into parameters and body as described, is one that it describes. */
  isInput(operation: string, input: Fields): boolean
  /** What of a problem document it does not tell, whatever surface gave it. */
  problemComplaints(operation: string, problem: object): readonly string[]
}

export function createDocumented(document: ApiDescription): Documented {
  const described = Object.values(document.paths).flatMap((methods) => Object.values(methods))
  const byName = new Map(described.map((one) => [one.operationId, one]))
  const judge = createSchemaJudge(document)
  const problemComplaints: Documented['problemComplaints'] = (operation, problem) => {
    const { status } = problem as { readonly status: number }
    const response = byName.get(operation)?.responses[status]
    if (!response) return [`status ${status} of ${operation} is not described`]
    const validate = judge({ $ref: '#/components/schemas/Problem' })
    return [
      ...(validate(problem) ? [] : [`no problem document: ${JSON.stringify(validate.errors)}`]),
      ...codeComplaints(resolve(document, response), status, problem),
    ]
  }
  const complaints: Documented['complaints'] = (operation, answer) => {
    const responses = byName.get(operation)?.responses
    if (!responses) return [`${operation} is not described at all`]
    const own = isRefusedBefore(answer) ? undefined : responses[answer.status]
    if (!own && !isRefusedBefore(answer)) return [`status ${answer.status} is not described`]
    const response = resolve(document, own ?? responses.default)
    return [
      ...headerComplaints(document, response, { answer, judge }),
      ...bodyComplaints(response, { answer, judge }),
      ...(own && answer.status >= 400
        ? codeComplaints(response, answer.status, JSON.parse(answer.text))
        : []),
    ]
  }
  const isInput: Documented['isInput'] = (operation, input) => {
    const { parameters = [], requestBody } = byName.get(operation) ?? {}
    const fields = parameters.filter((parameter) => parameter.in !== 'header')
    const rest = { ...input }
    for (const { name, required, schema } of fields) {
      if (input[name] === undefined ? required : !judge(schema)(input[name])) return false
      delete rest[name]
    }
    const body = requestBody?.content?.['application/json']
    if (body) return judge(body.schema)(rest)
    return Object.keys(rest).length === 0
  }
  return { complaints, isInput, problemComplaints }
}

type Judge = (schema: object) => ValidateFunction

/** One judge for the whole document, so that its parts may refer to each other. */
function createSchemaJudge(document: ApiDescription): Judge {
  const ajv: Ajv2020 = createJudge()
  const asSchema = (part: object) =>
    JSON.stringify(part).replaceAll('#/components/schemas/', 'api#/$defs/')
  ajv.addSchema(JSON.parse(asSchema({ $defs: document.components.schemas })), 'api')
  const compiled = new Map<string, ValidateFunction>()
  return (schema) => {
    const text = asSchema(schema)
    const known = compiled.get(text) ?? ajv.compile(JSON.parse(text))
    compiled.set(text, known)
    return known
  }
}

interface Given {
  readonly answer: WireAnswer
  readonly judge: Judge
}

function resolve({ components }: ApiDescription, response: Response | undefined): Response {
  const name = response?.$ref?.split('/').at(-1)
  const found = name === undefined ? response : components.responses[name]
  if (!found) throw new Error(`The description refers to ${response?.$ref}, which is not there.`)
  return found
}

function isRefusedBefore({ status, text }: WireAnswer): boolean {
  const code = beforeAnyOperation.get(status)
  return code !== undefined && text.includes(`"code":"${code}"`)
}

function headerComplaints(
  { components }: ApiDescription,
  response: Response,
  { answer, judge }: Given,
): readonly string[] {
  const known = new Map(
    Object.entries(response.headers ?? {}).map(([name, { $ref, schema }]) => [
      name.toLowerCase(),
      schema ?? components.headers[$ref?.split('/').at(-1) ?? '']?.schema ?? {},
    ]),
  )
  return Object.entries(answer.headers).flatMap(([name, given]) => {
    if (everywhere.has(name)) return []
    const schema = known.get(name)
    if (!schema) return [`the header ${name} of status ${answer.status} is not described`]
    const isNumber = 'type' in schema && schema.type === 'integer'
    return [given].flat().flatMap((value) => {
      const validate = judge(schema)
      return validate(isNumber ? Number(value) : value)
        ? []
        : [`the header ${name} is ${value}: ${JSON.stringify(validate.errors)}`]
    })
  })
}

function bodyComplaints(response: Response, { answer, judge }: Given): readonly string[] {
  const [type = '', charset] = (answer.headers['content-type'] ?? '').split('; ')
  const media = response.content?.[type]
  if (!media) return [`status ${answer.status} is described, but not with a body of type "${type}"`]
  if (charset !== 'charset=utf-8') return [`the body says ${charset}, not that it is UTF-8`]
  const validate = judge(media.schema)
  return validate(JSON.parse(answer.text))
    ? []
    : [`the body is not what is described: ${JSON.stringify(validate.errors)}`]
}

/** A refusal's code must be one of those that its status is described with. */
function codeComplaints(
  { description }: Response,
  status: number,
  problem: object,
): readonly string[] {
  const given = problem as { readonly code: string; readonly status: number }
  const codes = [...description.matchAll(/`([A-Z_]+)`:/g)].map((match) => match[1])
  return [
    ...(given.status === status ? [] : [`the problem says ${given.status} and not ${status}`]),
    ...(codes.includes(given.code)
      ? []
      : [`the code ${given.code} is not among those of ${status}: ${codes.join(', ')}`]),
  ]
}
