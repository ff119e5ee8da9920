import { nearestName } from './nearest-name.ts'
import { type Values, type VariableName, variables } from './schema.ts'

/** Two values that do not go together: which variable to change, and why. */
export interface Contradiction {
  readonly variable: VariableName
  readonly problem: string
}

const isLoopback = (host: string) =>
  host === 'localhost' || host.endsWith('.localhost') || host === '::1' || host.startsWith('127.')

const hostOf = (url: string) => URL.parse(url)?.hostname.replace(/^\[(.*)\]$/, '$1') ?? ''

/** Finds values that are right alone and wrong together. */
export function findContradictions(values: Values): readonly Contradiction[] {
  return [...database(values), ...production(values), ...origins(values), ...copied(values)]
}

function* database(values: Values): Generator<Contradiction> {
  const { DATABASE_URL: url, DATABASE_OWNER_URL: owner, DATABASE_DIRECT_URL: direct } = values
  if (url !== undefined && owner === undefined) {
    yield { variable: 'DATABASE_OWNER_URL', problem: 'must be set when DATABASE_URL is' }
  }
  if (url === undefined && (owner !== undefined || direct !== undefined)) {
    const other = owner === undefined ? 'DATABASE_DIRECT_URL' : 'DATABASE_OWNER_URL'
    yield { variable: 'DATABASE_URL', problem: `must be set when ${other} is` }
  }
  // The owner of the tables could switch row security off, so requests must never have its login.
  if (url !== undefined && owner !== undefined && loginOf(url) === loginOf(owner)) {
    yield { variable: 'DATABASE_OWNER_URL', problem: 'must use another login than DATABASE_URL' }
  }
  if (url !== undefined && direct !== undefined && loginOf(url) !== loginOf(direct)) {
    yield { variable: 'DATABASE_DIRECT_URL', problem: 'must use the same login as DATABASE_URL' }
  }
}

const loginOf = (url: string) => URL.parse(url)?.username

function* production(values: Values): Generator<Contradiction> {
  if (values.PLINTH_ENV !== 'production') return
  const { PUBLIC_URL: publicUrl, HOST: host } = values
  if (publicUrl === undefined && host !== undefined && !isLoopback(host)) {
    yield {
      variable: 'PUBLIC_URL',
      problem: 'must be set in production when HOST is not this machine only',
    }
  }
  if (publicUrl?.startsWith('http:') && !isLoopback(hostOf(publicUrl))) {
    yield { variable: 'PUBLIC_URL', problem: 'must begin with https:// in production' }
  }
  if (values.CORS_ORIGINS?.includes('*')) {
    yield { variable: 'CORS_ORIGINS', problem: 'must name each origin in production, not *' }
  }
}

function* origins({ CORS_ORIGINS: list }: Values): Generator<Contradiction> {
  if (list && list.length > 1 && list.includes('*')) {
    yield { variable: 'CORS_ORIGINS', problem: 'must be either * or a list of origins' }
  }
}

/** What stands in a file that everybody has is known to everybody. */
function* copied({ PLINTH_METRICS_TOKEN: token }: Values): Generator<Contradiction> {
  if (token === variables.PLINTH_METRICS_TOKEN.example) {
    yield { variable: 'PLINTH_METRICS_TOKEN', problem: 'must be your own, not the example' }
  }
}

/** Says why a name that begins with PLINTH_ is not a variable, and what was probably meant. */
export function unknownName(name: string, names: readonly string[]): string {
  const nearest = nearestName(name, names)
  return nearest === undefined
    ? 'is not a setting of Plinth; .env.example lists them all'
    : `is not a setting of Plinth; did you mean ${nearest}?`
}
