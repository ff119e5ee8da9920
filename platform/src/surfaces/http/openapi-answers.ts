import type { DefinedError } from '../../errors/define.ts'
import {
  badRequest,
  crossSite,
  forbidden,
  idempotencyConflict,
  idempotencyInProgress,
  idempotencySecret,
  insufficientScope,
  internal,
  invalidInput,
  invalidJson,
  invalidTransition,
  notFound,
  payloadTooLarge,
  personRequired,
  rateLimited,
  timedOut,
  unauthenticated,
  unavailable,
  unsupportedMediaType,
  versionConflict,
} from '../../errors/platform.ts'
import { toProblem } from '../../errors/problem.ts'
import type { JsonSchema } from '../../schema/json-schema.ts'
import { bodyBytesMax } from './problems.ts'

const text = (maxLength: number, description: string, more: JsonSchema = {}): JsonSchema => ({
  type: 'string',
  maxLength,
  description,
  ...more,
})
const count = (description: string, maximum = 2_147_483_647): JsonSchema => ({
  type: 'integer',
  minimum: 0,
  maximum,
  description,
})

/** RFC 9457 problem details, the one form of every refusal. */
export const problemSchema: JsonSchema = {
  type: 'object',
  description: 'What went wrong (RFC 9457). A code may have further members, such as `allowed`.',
  required: ['type', 'title', 'status', 'detail', 'code', 'nextStep', 'requestId'],
  properties: {
    type: text(2048, 'Where the code is described.', { format: 'uri' }),
    title: text(200, 'What is true whenever this code is given.'),
    status: { type: 'integer', minimum: 400, maximum: 599 },
    detail: text(1000, 'What is true this time.'),
    code: text(64, 'A promise: a code is never renamed or reused.', {
      pattern: '^[A-Z][A-Z0-9_]*$',
    }),
    nextStep: text(300, 'What can be done about it.'),
    requestId: text(128, 'Names the request in the log.'),
    retryAfter: count('Seconds after which the same call may succeed.'),
    errors: {
      type: 'array',
      maxItems: 400,
      description: 'Which fields are wrong, and how.',
      items: {
        type: 'object',
        required: ['field', 'code', 'message'],
        additionalProperties: false,
        properties: {
          field: text(1024, 'A dotted path; empty for the whole.'),
          code: text(64, 'The kind of mistake.'),
          message: text(1000, 'The mistake in words.'),
        },
      },
    },
  },
  additionalProperties: true,
}

const header = (schema: JsonSchema) => {
  const { description, ...rest } = schema
  return { description, schema: rest }
}

/** The headers of answers, described once. */
export const headers: Readonly<Record<string, object>> = {
  'X-Request-ID': header(text(128, 'The id of the request, yours if you gave one.')),
  'X-Correlation-ID': header(text(128, 'Ties several requests together.')),
  'X-Process-Time': header(text(20, 'Seconds the answer took, for example 0.004213.')),
  'RateLimit-Policy': header(text(128, 'The limit: `"key";q=100;w=60` is 100 calls in 60 s.')),
  RateLimit: header(text(128, 'What is left of it: `"key";r=99;t=1`.')),
  'X-RateLimit-Limit': header(count('Calls in the window.')),
  'X-RateLimit-Remaining': header(count('Calls that would be allowed right now.')),
  'X-RateLimit-Reset': header(count('Seconds until the limit is whole again.')),
  'Retry-After': header(count('Seconds after which the same call may succeed.')),
  'WWW-Authenticate': header(text(512, 'How to authenticate (RFC 6750).')),
  'Idempotency-Replayed': header(
    text(4, 'There when an earlier call with the same key gave this answer.', { enum: ['true'] }),
  ),
  'Set-Cookie': header(text(512, 'There when a browser session began or ended.')),
  Location: header(text(2048, 'The address of what was created.')),
  ETag: header(text(64, 'The version, for If-Match.')),
}

const always = ['X-Request-ID', 'X-Correlation-ID', 'X-Process-Time']
const limited = [
  'RateLimit-Policy',
  'RateLimit',
  'X-RateLimit-Limit',
  'X-RateLimit-Remaining',
  'X-RateLimit-Reset',
]

/** References to the headers of an answer; those that every answer has need not be named. */
export function headersOf(...names: readonly string[]): Record<string, object> {
  return Object.fromEntries(
    [...always, ...limited, ...names].map((name) => [
      name,
      { $ref: `#/components/headers/${name}` },
    ]),
  )
}

const exampleRequestId = '6f1c1a52-2f64-4a0e-9a55-0d3a7c0f8b11'

type SharedErrors = Readonly<Record<number, readonly [name: string, ...kinds: DefinedError[]]>>

/** The refusals that operations share: the name of each status, and all of its kinds. */
export const sharedErrors: SharedErrors = {
  400: ['BadRequest', badRequest, invalidJson],
  401: ['Unauthenticated', unauthenticated],
  403: ['Forbidden', forbidden, insufficientScope, personRequired, crossSite],
  404: ['NotFound', notFound],
  409: [
    'Conflict',
    idempotencyConflict,
    idempotencyInProgress,
    idempotencySecret,
    invalidTransition,
  ],
  412: ['VersionConflict', versionConflict],
  413: ['PayloadTooLarge', payloadTooLarge],
  415: ['UnsupportedMediaType', unsupportedMediaType],
  422: ['InvalidInput', invalidInput],
  429: ['RateLimited', rateLimited],
  500: ['Internal', internal],
  503: ['Unavailable', unavailable],
  504: ['Timeout', timedOut],
}

/** What an occurrence of some kinds says beyond its kind. */
const exampleDetails = {
  [invalidInput.code]: {
    errors: [{ field: 'title', code: 'too_big', message: 'must have at most 200 characters' }],
  },
  [payloadTooLarge.code]: { extra: { maxBytes: bodyBytesMax } },
  [rateLimited.code]: { retryAfterSeconds: 3 },
  [unavailable.code]: { retryAfterSeconds: 5 },
}

/** The headers that come with some kinds only. */
const headersOfKind: Readonly<Record<string, string>> = {
  [unauthenticated.code]: 'WWW-Authenticate',
  [insufficientScope.code]: 'WWW-Authenticate',
  [idempotencyInProgress.code]: 'Retry-After',
  [rateLimited.code]: 'Retry-After',
  [unavailable.code]: 'Retry-After',
}

/** The answer of one status: its kinds named in the description, the first one as the example. */
export function errorAnswer(
  kinds: readonly DefinedError[],
  publicUrl: string,
): Record<string, unknown> {
  const [first = internal] = kinds
  const problem = toProblem(first(exampleDetails[first.code] ?? {}), {
    requestId: exampleRequestId,
    publicUrl,
  })
  const more = kinds.flatMap(({ code }) => headersOfKind[code] ?? [])
  return {
    description: kinds.map(({ code, title }) => `\`${code}\`: ${title}`).join('\n\n'),
    headers: headersOf(...more),
    content: {
      'application/problem+json': {
        schema: { $ref: '#/components/schemas/Problem' },
        example: problem,
      },
    },
  }
}
