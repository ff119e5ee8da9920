import type { FieldError, PlinthError } from './define.ts'
import { idempotencyInProgress, timedOut, unavailable } from './platform.ts'

/** RFC 9457 problem details, as every surface gives them. */
export interface Problem {
  /** An address that explains the kind. */
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: string
  readonly nextStep: string
  readonly requestId: string
  readonly errors?: readonly FieldError[]
  /** Whole seconds. */
  readonly retryAfter?: number
  readonly [member: string]: unknown
}

/** Turns a refusal into its problem document (RFC 9457 section 3). */
export function toProblem(
  error: PlinthError,
  call: { readonly requestId: string; readonly publicUrl: string },
): Problem {
  const { kind, details } = error
  const retryAfter = retryAfterOf(error)
  return {
    type: `${call.publicUrl}/docs/errors#${kind.code.toLowerCase()}`,
    title: kind.title,
    status: kind.status,
    detail: details.detail ?? kind.title,
    code: kind.code,
    nextStep: kind.nextStep,
    requestId: call.requestId,
    ...(details.errors ? { errors: details.errors } : {}),
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...details.extra,
  }
}

/** Whole seconds after which the same call may succeed, where waiting helps at all. */
export function retryAfterOf({ kind, details }: PlinthError): number | undefined {
  if (details.retryAfterSeconds !== undefined) return Math.ceil(details.retryAfterSeconds)
  if (kind.code === unavailable.code || kind.code === timedOut.code) return 5
  if (kind.code === idempotencyInProgress.code) return 1
  return undefined
}
