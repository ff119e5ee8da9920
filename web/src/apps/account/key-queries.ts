import { infiniteQueryOptions } from '@tanstack/react-query'
import type { Api } from '../../api/api.ts'
import type { Contract } from '../../api/contract.ts'

export type ApiKey = Contract['auth.list_api_keys']['output']['items'][number]
export type NewKey = Contract['auth.create_api_key']['output']
export type KeyInput = Contract['auth.create_api_key']['input']

/** The person's keys. The last use moves by itself, so it is asked for now and then. */
export function keysQuery(api: Api) {
  return infiniteQueryOptions({
    queryKey: ['keys'],
    queryFn: ({ pageParam, signal }) => {
      const page = pageParam === undefined ? {} : { cursor: pageParam }
      return api.call('auth.list_api_keys', { limit: 50, ...page }, { signal })
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    refetchInterval: 10_000,
  })
}
