import { type Client, createClient } from '@plinth/platform/client'
import { createContext, useContext } from 'react'
import { type Contract, routes } from './contract.ts'

export type Api = Client<Contract>

/** The client of the page's own origin; the session cookie speaks for the person. */
export function createApi(onUnauthenticated: () => void): Api {
  return createClient<Contract>({ baseUrl: '', routes, onUnauthenticated })
}

export const ApiContext = createContext<Api | undefined>(undefined)

export function useApi(): Api {
  const api = useContext(ApiContext)
  if (!api) throw new Error('useApi is used outside of ApiContext.')
  return api
}
