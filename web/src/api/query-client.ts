import { PlinthProblem } from '@plinth/platform/client'
import { QueryClient } from '@tanstack/react-query'

/**
 * Answers stay fresh for two seconds and are asked for again when the window gets the focus.
 *
 * The client retries by itself, so the queries do not. `networkMode` is `always` because the
 * browser's idea of being offline is wrong for a server on the same machine: a call that fails says
 * more than a call that was never made.
 */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 2000,
        retry: false,
        networkMode: 'always',
        refetchOnWindowFocus: 'always',
      },
      mutations: { retry: false, networkMode: 'always' },
    },
  })
}

/** Whether a call failed because the server could not be reached or was not able to answer. */
export function isOutage(error: unknown): boolean {
  return error instanceof PlinthProblem && (error.status === 0 || error.status >= 502)
}
