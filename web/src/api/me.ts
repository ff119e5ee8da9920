import { queryOptions, useQuery } from '@tanstack/react-query'
import { type Api, useApi } from './api.ts'
import type { Contract } from './contract.ts'

export type Me = Contract['auth.get_me']['output']

/** Who is signed in. Asked once; a call that is refused with 401 says when that has changed. */
export function meQuery(api: Api) {
  return queryOptions({
    queryKey: ['me'],
    queryFn: ({ signal }) => api.call('auth.get_me', {}, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  })
}

/** The signed-in person. Only for components inside the shell, which is not shown without one. */
export function useMe(): Me {
  const { data } = useQuery(meQuery(useApi()))
  if (!data) throw new Error('useMe is used where nobody is signed in.')
  return data
}
