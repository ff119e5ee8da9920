import { noAnswer, PlinthProblem, problemOf } from './problem.ts'
import { type ClientRoute, encodeInput, newIdempotencyKey } from './request.ts'

/** What one operation takes and gives. */
export interface OperationTypes {
  readonly input: object
  readonly output: object
}

/** A generated `Contract` interface: one member for each operation, under the operation's name. */
export type ContractTypes<Contract> = { readonly [Name in keyof Contract]: OperationTypes }

/** The generated table that says where each operation answers. */
export type RouteTable<Contract> = { readonly [Name in keyof Contract]: ClientRoute }

export interface ClientOptions<Contract> {
  /** The server's address, for example `http://localhost:3000`; empty for the page's own origin. */
  readonly baseUrl: string
  readonly routes: RouteTable<Contract>
  readonly fetch?: typeof fetch
  /** An API key (`plk_…`). Without one the browser's session cookie speaks. */
  readonly key?: string
  /** Called when the server no longer knows the credential, before the call's promise rejects. */
  readonly onUnauthenticated?: () => void
  /** How long one attempt may take; 30 seconds when left out. */
  readonly timeoutSeconds?: number
  /** The pause before each further attempt. Its length is the number of retries; two by default. */
  readonly backOffMilliseconds?: readonly number[]
}

export interface CallOptions {
  /** Gives the write a name of your own, so that it happens once however often it is sent. */
  readonly idempotencyKey?: string
  readonly signal?: AbortSignal
}

export interface Client<Contract extends ContractTypes<Contract>> {
  /**
   * Calls an operation by name. Rejects with `PlinthProblem`; with the signal's reason when aborted.
   *
   * A call that got no answer, or 503, is sent again up to twice. That is safe for writes because
   * they carry one idempotency key over all attempts.
   */
  call<Name extends keyof Contract & string>(
    name: Name,
    input: Contract[Name]['input'],
    options?: CallOptions,
  ): Promise<Contract[Name]['output']>
}

const defaultBackOff: readonly number[] = [300, 1200]
const longestPause = 5000

/** Makes a typed client of a Plinth server. It uses `fetch` alone, so a browser may use it too. */
export function createClient<Contract extends ContractTypes<Contract>>(
  options: ClientOptions<Contract>,
): Client<Contract> {
  const base = `${options.baseUrl.replace(/\/+$/, '')}/api/v1`
  return {
    async call(name, input, callOptions = {}) {
      const route = options.routes[name]
      const { target, body } = encodeInput(route, input)
      const headers = headersOf({ route, body, key: options.key, ...callOptions })
      const init: RequestInit = {
        method: route.method,
        headers,
        credentials: 'same-origin',
        ...(body === undefined ? {} : { body }),
      }
      const response = await send({ url: base + target, init, options, signal: callOptions.signal })
      if (response.ok) return readOutput(response)
      if (response.status === 401) options.onUnauthenticated?.()
      throw await problemOf(response)
    },
  }
}

function headersOf(request: {
  readonly route: ClientRoute
  readonly body: string | undefined
  readonly key: string | undefined
  readonly idempotencyKey?: string
}): Record<string, string> {
  const headers: Record<string, string> = { accept: 'application/json' }
  if (request.body !== undefined) headers['content-type'] = 'application/json'
  if (request.key !== undefined) headers.authorization = `Bearer ${request.key}`
  if (request.route.method !== 'GET') {
    headers['idempotency-key'] = request.idempotencyKey ?? newIdempotencyKey()
  }
  return headers
}

interface Sending {
  readonly url: string
  readonly init: RequestInit
  readonly options: Omit<ClientOptions<never>, 'routes'>
  readonly signal: AbortSignal | undefined
}

/** Sends until there is an answer other than 503, or the attempts are used up. */
async function send({ url, init, options, signal }: Sending): Promise<Response> {
  const pauses = options.backOffMilliseconds ?? defaultBackOff
  for (let attempt = 0; ; attempt += 1) {
    const pause = pauses[attempt]
    const outcome = await attemptOnce({ url, init, options, signal })
    if (outcome instanceof Response) {
      if (outcome.status !== 503 || pause === undefined) return outcome
      await outcome.body?.cancel()
      await sleep(Math.max(pause, askedPause(outcome)), signal)
    } else {
      if (pause === undefined) throw outcome
      await sleep(pause, signal)
    }
  }
}

/** The response, or the problem of having none. Throws only the reason of the caller's own abort. */
async function attemptOnce({ url, init, options, signal }: Sending) {
  const limit = AbortSignal.timeout((options.timeoutSeconds ?? 30) * 1000)
  const both = signal ? AbortSignal.any([signal, limit]) : limit
  try {
    return await (options.fetch ?? fetch)(url, { ...init, signal: both })
  } catch (cause) {
    signal?.throwIfAborted()
    return noAnswer(cause)
  }
}

function askedPause(response: Response): number {
  const seconds = Number(response.headers.get('retry-after') ?? 0)
  return Number.isFinite(seconds) ? Math.min(seconds * 1000, longestPause) : 0
}

/** Waits, and stops waiting with the signal's reason when it is aborted. */
function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, milliseconds)
    if (signal?.aborted) stop()
    else signal?.addEventListener('abort', stop, { once: true })
  })
}

async function readOutput<Output>(response: Response): Promise<Output> {
  try {
    // The server cut the answer to the operation's output schema, from which the type was printed.
    return (await response.json()) as Output
  } catch (cause) {
    throw new PlinthProblem({
      status: response.status,
      code: 'UNREADABLE_ANSWER',
      title: 'The answer of the server could not be read.',
      nextStep: 'Read again what you changed before you repeat it.',
      cause,
    })
  }
}
