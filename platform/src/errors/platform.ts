import { type DefinedError, defineError } from './define.ts'

export const badRequest = defineError({
  code: 'BAD_REQUEST',
  status: 400,
  title: 'The request could not be understood.',
  nextStep: 'Check the request against the API description at /docs.',
})
export const invalidJson = defineError({
  code: 'INVALID_JSON',
  status: 400,
  title: 'The body is not valid JSON.',
  nextStep: 'Send one JSON object in UTF-8.',
})
export const unauthenticated = defineError({
  code: 'UNAUTHENTICATED',
  status: 401,
  title: 'This call needs a valid credential.',
  nextStep: 'Sign in, or send an API key as "Authorization: Bearer plk_…".',
})
export const forbidden = defineError({
  code: 'FORBIDDEN',
  status: 403,
  title: 'You may not do this.',
  nextStep: 'Ask somebody who has the right to do it.',
})
export const insufficientScope = defineError({
  code: 'INSUFFICIENT_SCOPE',
  status: 403,
  title: 'The credential lacks a scope that this call needs.',
  nextStep: 'Use a credential that has the scope named in "scope".',
})
export const personRequired = defineError({
  code: 'PERSON_REQUIRED',
  status: 403,
  title: 'Only a person, signed in with a browser, may do this.',
  nextStep: 'Open Plinth in the browser and do it there.',
})
export const crossSite = defineError({
  code: 'CROSS_SITE_REFUSED',
  status: 403,
  title: 'The request came from another site.',
  nextStep: 'Call from the same origin, or use an API key instead of a cookie.',
})
export const notFound = defineError({
  code: 'NOT_FOUND',
  status: 404,
  title: 'There is no such thing here.',
  nextStep: 'Check the id; what was deleted or belongs to somebody else looks the same.',
})
export const routeNotFound = defineError({
  code: 'ROUTE_NOT_FOUND',
  status: 404,
  title: 'There is no such address.',
  nextStep: 'See /docs for the addresses that exist.',
})
export const methodNotAllowed = defineError({
  code: 'METHOD_NOT_ALLOWED',
  status: 405,
  title: 'This address does not answer that method.',
  nextStep: 'Use one of the methods named in the Allow header.',
})
export const requestTimeout = defineError({
  code: 'REQUEST_TIMEOUT',
  status: 408,
  title: 'The request did not arrive in time.',
  nextStep: 'Send it again over a faster connection.',
})
export const versionConflict = defineError({
  code: 'VERSION_CONFLICT',
  status: 412,
  title: 'It was changed by somebody else in the meantime.',
  nextStep: 'Read it again and repeat the change on what is there now.',
})
export const payloadTooLarge = defineError({
  code: 'PAYLOAD_TOO_LARGE',
  status: 413,
  title: 'The body is larger than this server accepts.',
  nextStep: 'Send at most the number of bytes named in "maxBytes".',
})
export const uriTooLong = defineError({
  code: 'URI_TOO_LONG',
  status: 414,
  title: 'The address is too long.',
  nextStep: 'Shorten the query.',
})
export const unsupportedMediaType = defineError({
  code: 'UNSUPPORTED_MEDIA_TYPE',
  status: 415,
  title: 'The body has a type that this address does not read.',
  nextStep: 'Send "Content-Type: application/json".',
})
export const hostNotAllowed = defineError({
  code: 'HOST_NOT_ALLOWED',
  status: 421,
  title: 'This server does not answer for that host name.',
  nextStep: 'Use the address the server printed, or add the name to ALLOWED_HOSTS.',
})
export const invalidInput = defineError({
  code: 'INVALID_INPUT',
  status: 422,
  title: 'The input does not fit what this call takes.',
  nextStep: 'Correct the fields named in "errors".',
})
export const invalidTransition = defineError({
  code: 'INVALID_TRANSITION',
  status: 409,
  title: 'That is not possible in the present state.',
  nextStep: 'See "allowed" for what is possible from here.',
})
export const idempotencyConflict = defineError({
  code: 'IDEMPOTENCY_CONFLICT',
  status: 409,
  title: 'This idempotency key was used for a different input.',
  nextStep: 'Use a new key for a new call.',
})
export const idempotencyInProgress = defineError({
  code: 'IDEMPOTENCY_IN_PROGRESS',
  status: 409,
  title: 'A call with this idempotency key is still running.',
  nextStep: 'Wait as long as Retry-After says and send the same call again.',
})
export const idempotencySecret = defineError({
  code: 'IDEMPOTENCY_ANSWER_SECRET',
  status: 409,
  title: 'This call was made already, and its answer held a secret that is shown only once.',
  nextStep: 'If the secret was lost, revoke what was made and make a new one with a new key.',
})
export const rateLimited = defineError({
  code: 'RATE_LIMITED',
  status: 429,
  title: 'Too many calls.',
  nextStep: 'Wait as many seconds as "retryAfter" says.',
})
export const headersTooLarge = defineError({
  code: 'HEADERS_TOO_LARGE',
  status: 431,
  title: 'The request headers are too large.',
  nextStep: 'Send fewer or shorter headers.',
})
export const internal = defineError({
  code: 'INTERNAL',
  status: 500,
  title: 'Something went wrong on our side.',
  nextStep: 'Try again; if it stays, tell the operator the requestId.',
})
export const unavailable = defineError({
  code: 'UNAVAILABLE',
  status: 503,
  title: 'The service cannot answer right now.',
  nextStep: 'Try again after the time in Retry-After.',
})
export const timedOut = defineError({
  code: 'TIMEOUT',
  status: 504,
  title: 'The call took longer than it may.',
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
