/** One wrong field of an input. `field` is a dotted path, empty for the whole input. */
export interface ProblemField {
  readonly field: string
  readonly code: string
  readonly message: string
}

/** What is known of a call that failed. */
export interface ProblemFacts {
  /** The HTTP status, or 0 when there was no answer at all. */
  readonly status: number
  /** The promise of the server (`VERSION_CONFLICT`), or `NO_ANSWER` and `UNREADABLE_ANSWER`. */
  readonly code: string
  readonly title: string
  readonly detail?: string | undefined
  readonly errors?: readonly ProblemField[] | undefined
  /** Seconds. */
  readonly retryAfter?: number | undefined
  readonly requestId?: string | undefined
  readonly nextStep?: string | undefined
  readonly cause?: unknown
}

/**
 * A call that failed, whatever the reason: the server's problem document (RFC 9457), an answer that
 * is none, or no answer. `message` is the detail, fit to be shown to a person.
 */
export class PlinthProblem extends Error {
  override readonly name = 'PlinthProblem'
  readonly status: number
  readonly code: string
  readonly title: string
  readonly errors: readonly ProblemField[]
  readonly retryAfter: number | undefined
  readonly requestId: string | undefined
  readonly nextStep: string | undefined

  constructor(facts: ProblemFacts) {
    super(facts.detail ?? facts.title, facts.cause === undefined ? {} : { cause: facts.cause })
    this.status = facts.status
    this.code = facts.code
    this.title = facts.title
    this.errors = facts.errors ?? []
    this.retryAfter = facts.retryAfter
    this.requestId = facts.requestId
    this.nextStep = facts.nextStep
  }
}

/** The problem of a call that got no answer: the network, a stopped server, or our own time limit. */
export function noAnswer(cause: unknown): PlinthProblem {
  return new PlinthProblem({
    status: 0,
    code: 'NO_ANSWER',
    title: 'The server did not answer.',
    nextStep: 'Check the connection and try again.',
    cause,
  })
}

/** Reads the problem document of an answer that is not a success. Never throws. */
export async function problemOf(response: Response): Promise<PlinthProblem> {
  const body = await readObject(response)
  const requestId = textOf(body?.requestId) ?? response.headers.get('x-request-id') ?? undefined
  if (!body || typeof body.code !== 'string') {
    return new PlinthProblem({
      status: response.status,
      code: 'UNREADABLE_ANSWER',
      title: `The server answered ${response.status} without saying why.`,
      nextStep: 'Try again; if it stays, tell the operator the requestId.',
      requestId,
    })
  }
  return new PlinthProblem({
    status: response.status,
    code: body.code,
    title: textOf(body.title) ?? body.code,
    detail: textOf(body.detail),
    errors: Array.isArray(body.errors) ? body.errors.filter(isField) : [],
    retryAfter: numberOf(body.retryAfter) ?? secondsOf(response),
    requestId,
    nextStep: textOf(body.nextStep),
  })
}

async function readObject(response: Response): Promise<Record<string, unknown> | undefined> {
  try {
    const body: unknown = await response.json()
    return body !== null && typeof body === 'object' ? { ...body } : undefined
  } catch {
    return undefined
  }
}

function secondsOf(response: Response): number | undefined {
  const header = response.headers.get('retry-after')
  return header && /^\d+$/.test(header) ? Number(header) : undefined
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined)
const numberOf = (value: unknown) => (typeof value === 'number' ? value : undefined)

function isField(value: unknown): value is ProblemField {
  return (
    value !== null &&
    typeof value === 'object' &&
    'field' in value &&
    typeof value.field === 'string'
  )
}
