import { type DefinedError, defineError } from './define.ts'

export const badRequest = defineError({
  code: 'BAD_REQUEST',
  status: 400,
  title: 'The request could not be understood.',
  when: 'The request is not HTTP, has no Host header or two, or a path with a stray percent sign.',
  nextStep: 'Check the request against the API description: /docs, where the operator shows it.',
})
export const invalidJson = defineError({
  code: 'INVALID_JSON',
  status: 400,
  title: 'The body is not valid JSON.',
  when: 'A body was sent as JSON and cannot be parsed, or is not UTF-8.',
  nextStep: 'Send one JSON object in UTF-8.',
})
export const unauthenticated = defineError({
  code: 'UNAUTHENTICATED',
  status: 401,
  title: 'This call needs a valid credential.',
  when: 'There is no cookie and no key, or the one that came is unknown, expired or revoked.',
  nextStep: 'Sign in, or send an API key as "Authorization: Bearer plk_…".',
})
export const forbidden = defineError({
  code: 'FORBIDDEN',
  status: 403,
  title: 'You may not do this.',
  when: 'Who calls is known, and the rule of the operation says no about this thing.',
  nextStep: 'Ask somebody who has the right to do it.',
})
export const insufficientScope = defineError({
  code: 'INSUFFICIENT_SCOPE',
  status: 403,
  title: 'The credential lacks a scope that this call needs.',
  when: 'The API key was made without the scope of this operation.',
  nextStep: 'Use a credential that has the scope named in "scope".',
})
export const personRequired = defineError({
  code: 'PERSON_REQUIRED',
  status: 403,
  title: 'Only a person, signed in with a browser, may do this.',
  when: 'An API key calls what only a person in a browser session may do.',
  nextStep: 'Open Plinth in the browser and do it there.',
})
export const crossSite = defineError({
  code: 'CROSS_SITE_REFUSED',
  status: 403,
  title: 'The request came from another site.',
  when: 'A browser says that a page of another site sent a change, or a message to /mcp.',
  nextStep: 'Call from the same origin, or use an API key instead of a cookie.',
})
export const notFound = defineError({
  code: 'NOT_FOUND',
  status: 404,
  title: 'There is no such thing here.',
  when: 'The thing does not exist, was deleted, or belongs to somebody else.',
  nextStep: 'Check the id; what was deleted or belongs to somebody else looks the same.',
})
export const routeNotFound = defineError({
  code: 'ROUTE_NOT_FOUND',
  status: 404,
  title: 'There is no such address.',
  when: 'No operation and no page has this path.',
  nextStep: 'Check the address; /docs has those that exist, where the operator shows it.',
})
export const methodNotAllowed = defineError({
  code: 'METHOD_NOT_ALLOWED',
  status: 405,
  title: 'This address does not answer that method.',
  when: 'The path exists, and takes other methods.',
  nextStep: 'Use one of the methods named in the Allow header.',
})
export const requestTimeout = defineError({
  code: 'REQUEST_TIMEOUT',
  status: 408,
  title: 'The request did not arrive in time.',
  when: 'Not all of the request had arrived after 15 seconds.',
  nextStep: 'Send it again over a faster connection.',
})
export const versionConflict = defineError({
  code: 'VERSION_CONFLICT',
  status: 412,
  title: 'It was changed by somebody else in the meantime.',
  when: 'The call named a version, by ifVersion or If-Match, that is no longer the current one.',
  nextStep: 'Read it again and repeat the change on what is there now.',
})
export const payloadTooLarge = defineError({
  code: 'PAYLOAD_TOO_LARGE',
  status: 413,
  title: 'The body is larger than this server accepts.',
  when: 'The body has more than one mebibyte.',
  nextStep: 'Send at most the number of bytes named in "maxBytes".',
})
export const uriTooLong = defineError({
  code: 'URI_TOO_LONG',
  status: 414,
  title: 'The address is too long.',
  when: 'The address has more than 8,192 characters, or a part of its path more than 256.',
  nextStep: 'Shorten the query.',
})
export const unsupportedMediaType = defineError({
  code: 'UNSUPPORTED_MEDIA_TYPE',
  status: 415,
  title: 'The body has a type that this address does not read.',
  when: 'A body came as another type than JSON, in another charset than UTF-8, or compressed.',
  nextStep: 'Send "Content-Type: application/json".',
})
export const hostNotAllowed = defineError({
  code: 'HOST_NOT_ALLOWED',
  status: 421,
  title: 'This server does not answer for that host name.',
  when: 'The Host header names neither this machine, nor PUBLIC_URL, nor one of ALLOWED_HOSTS.',
  nextStep: 'Use the address the server printed, or add the name to ALLOWED_HOSTS.',
})
export const invalidInput = defineError({
  code: 'INVALID_INPUT',
  status: 422,
  title: 'The input does not fit what this call takes.',
  when: 'A field is missing, unknown, of another type or out of its bounds.',
  nextStep: 'Correct the fields named in "errors".',
})
export const invalidTransition = defineError({
  code: 'INVALID_TRANSITION',
  status: 409,
  title: 'That is not possible in the present state.',
  when: 'The thing is in a state from which this verb does not lead on.',
  nextStep: 'See "allowed" for what is possible from here.',
})
export const idempotencyConflict = defineError({
  code: 'IDEMPOTENCY_CONFLICT',
  status: 409,
  title: 'This idempotency key was used for a different input.',
  when: 'A write carries an idempotency key that came with another input within 24 hours.',
  nextStep: 'Use a new key for a new call.',
})
export const idempotencyInProgress = defineError({
  code: 'IDEMPOTENCY_IN_PROGRESS',
  status: 409,
  title: 'A call with this idempotency key is still running.',
  when: 'The same write with the same key arrived while the first one was running.',
  nextStep: 'Wait as long as Retry-After says and send the same call again.',
  mayRetry: true,
})
export const idempotencySecret = defineError({
  code: 'IDEMPOTENCY_ANSWER_SECRET',
  status: 409,
  title: 'This call was made already, and its answer held a secret that is shown only once.',
  when: 'A write that shows a secret once is repeated with its idempotency key.',
  nextStep: 'If the secret was lost, revoke what was made and make a new one with a new key.',
})
export const rateLimited = defineError({
  code: 'RATE_LIMITED',
  status: 429,
  title: 'Too many calls.',
  when: 'The limit of the address, the key, the session or the account is used up.',
  nextStep: 'Wait as many seconds as "retryAfter" says.',
})
export const headersTooLarge = defineError({
  code: 'HEADERS_TOO_LARGE',
  status: 431,
  title: 'The request headers are too large.',
  when: 'The headers have more than 16 kibibytes.',
  nextStep: 'Send fewer or shorter headers.',
})
export const internal = defineError({
  code: 'INTERNAL',
  status: 500,
  title: 'Something went wrong on our side.',
  when: 'Something failed that no operation declares; the log has the cause under the requestId.',
  nextStep: 'Try again; if it stays, tell the operator the requestId.',
})
export const unavailable = defineError({
  code: 'UNAVAILABLE',
  status: 503,
  title: 'The service cannot answer right now.',
  when: 'The database is away or overloaded, or a deadlock did not resolve in four attempts.',
  nextStep: 'Try again after the time in Retry-After.',
})
export const timedOut = defineError({
  code: 'TIMEOUT',
  status: 504,
  title: 'The call took longer than it may.',
  when: 'The call had not ended after 30 seconds.',
  nextStep: 'Try again; for a write, send the same idempotency key.',
})

/** Every error that any operation may answer with, whatever it declares itself. */
export const platformErrors: readonly DefinedError[] = [
  badRequest,
  invalidJson,
  unauthenticated,
  forbidden,
  insufficientScope,
  personRequired,
  crossSite,
  notFound,
  routeNotFound,
  methodNotAllowed,
  requestTimeout,
  versionConflict,
  payloadTooLarge,
  uriTooLong,
  unsupportedMediaType,
  hostNotAllowed,
  invalidInput,
  invalidTransition,
  idempotencyConflict,
  idempotencyInProgress,
  idempotencySecret,
  rateLimited,
  headersTooLarge,
  internal,
  unavailable,
  timedOut,
]
