/** What may be wrong with one field of an input. `field` is a dotted path, empty for the whole. */
export interface FieldError {
  readonly field: string
  readonly code: string
  readonly message: string
}

/** A kind of refusal. Its code is a promise: once released it is never renamed or reused. */
export interface ErrorKind {
  readonly code: string
  readonly status: number
  /** One sentence that is true of every occurrence. */
  readonly title: string
  /** When it is given, in one sentence, for a reader of the reference. */
  readonly when?: string
  /** What the caller can do about it, in one sentence. */
  readonly nextStep: string
  /** Whether the same call may succeed when it is sent again later. The status says it else. */
  readonly mayRetry?: boolean
}

/** Whether it helps to send the same call again later, without a change. */
export function isRetryable({ mayRetry, status }: ErrorKind): boolean {
  return mayRetry ?? (status === 408 || status === 429 || status >= 500)
}

/** What is said of one occurrence. Nothing here may hold a secret, SQL, or another person's data. */
export interface ErrorDetails {
  readonly detail?: string
  readonly errors?: readonly FieldError[]
  readonly retryAfterSeconds?: number
  /** Further members of the problem document, for example `allowed` states or the missing `scope`. */
  readonly extra?: Readonly<Record<string, unknown>>
  /** Goes to the log and nowhere else. */
  readonly cause?: unknown
}

/** A refusal that a caller may see, on every surface in that surface's form. */
export class PlinthError extends Error {
  override readonly name = 'PlinthError'
  readonly kind: ErrorKind
  readonly details: ErrorDetails
  constructor(kind: ErrorKind, details: ErrorDetails = {}) {
    super(details.detail ?? kind.title, details.cause === undefined ? {} : { cause: details.cause })
    this.kind = kind
    this.details = details
  }
}

/** A kind of refusal that can be thrown: `throw taskTooLong({ detail })`. */
export type DefinedError = ErrorKind & ((details?: ErrorDetails) => PlinthError)

/**
 * Defines an error that an operation may declare and throw.
 *
 * Throws at start when the code is not in capitals with underscores, so that a typing error in a
 * public promise never reaches a caller.
 */
export function defineError(kind: ErrorKind): DefinedError {
  if (!/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/.test(kind.code)) {
    throw new Error(`Error code ${kind.code} must be CAPITALS_WITH_UNDERSCORES.`)
  }
  return Object.assign((details?: ErrorDetails) => new PlinthError(kind, details), { ...kind })
}
