import { resolve } from 'node:path'
import type { Config } from './config.ts'
import { ConfigError, type ConfigProblem } from './config-error.ts'
import { findContradictions, unknownName } from './contradictions.ts'
import { deepFreeze } from './deep-freeze.ts'
import { maskValue } from './mask.ts'
import { type Values, type Variable, type VariableName, variables } from './schema.ts'

/** Variables as a process has them. An empty one counts as not set. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads the whole environment once and freezes what it became.
 *
 * @param about `root` is the folder that a relative PLINTH_DATA starts from; `version` is Plinth's.
 * @throws ConfigError with everything that is wrong at once, never with the first problem alone.
 */
export function parseConfig(
  environment: Environment,
  about: { readonly root: string; readonly version: string },
): Config {
  const { values, problems } = readValues(environment)
  // A value that could not be read counts as not set below, and is reported for that alone.
  const unreadable = new Set(problems.map(({ variable }) => variable))
  const contradictions = findContradictions(values)
    .filter(({ variable }) => !unreadable.has(variable))
    .map(({ variable, problem }) => describe(variable, environment, problem))
  const all = [...problems, ...contradictions, ...unknownVariables(environment)]
  if (all.length > 0) throw new ConfigError(all)
  return deepFreeze(toConfig(values, about))
}

const entries = Object.entries(variables) as readonly [VariableName, Variable][]
const names = Object.keys(variables)

const textOf = (environment: Environment, name: string) => {
  const text = environment[name]?.trim()
  return text === '' ? undefined : text
}

function readValues(environment: Environment) {
  const values: Partial<Record<VariableName, unknown>> = {}
  const problems: ConfigProblem[] = []
  for (const [name, variable] of entries) {
    const text = textOf(environment, name) ?? variable.default
    if (text === undefined) continue
    const reading = variable.read(text)
    if (reading.ok) values[name] = reading.value
    else problems.push(describe(name, environment, reading.problem))
  }
  // Each value came from its own variable's reader, which is what `Values` says of it.
  return { values: values as Values, problems }
}

function describe(name: VariableName, environment: Environment, problem: string): ConfigProblem {
  const { example, secret = false }: Variable = variables[name]
  const text = textOf(environment, name)
  const shown = text === undefined ? undefined : maskValue(text, { secret })
  return { variable: name, shown, problem, example }
}

/** What callers keep in their shells, from which somebody may start Plinth, too. */
const namesOfCallers = new Set(['PLINTH_KEY', 'PLINTH_SESSION', 'PLINTH_URL'])

function unknownVariables(environment: Environment): readonly ConfigProblem[] {
  return Object.keys(environment)
    .filter((name) => /^plinth_/i.test(name) && !names.includes(name) && !namesOfCallers.has(name))
    .filter((name) => environment[name] !== undefined)
    .map((name) => ({
      variable: maskValue(name, { secret: false }),
      // Nobody knows what it is, so it may be a secret.
      shown: '[hidden]',
      problem: unknownName(name, names),
      example: '',
    }))
}

/** For a value that has a default, and therefore is there once no problem was found. */
function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('A variable with a default was read as not set.')
  return value
}

function toConfig(values: Values, about: { root: string; version: string }): Config {
  const environment = present(values.PLINTH_ENV)
  return {
    version: about.version,
    environment,
    port: values.PORT,
    host: values.HOST,
    publicUrl: values.PUBLIC_URL,
    dataFolder: resolve(about.root, present(values.PLINTH_DATA)),
    database: {
      url: values.DATABASE_URL,
      ownerUrl: values.DATABASE_OWNER_URL,
      directUrl: values.DATABASE_DIRECT_URL,
      poolMax: present(values.DATABASE_POOL_MAX),
    },
    corsOrigins: values.CORS_ORIGINS ?? [],
    allowedHosts: values.ALLOWED_HOSTS ?? [],
    trustedProxies: values.TRUSTED_PROXIES ?? [],
    isDocsPublic: values.PLINTH_DOCS ?? environment !== 'production',
    log: {
      level: present(values.LOG_LEVEL),
      format: values.LOG_FORMAT ?? (environment === 'development' ? 'text' : 'json'),
    },
    metricsToken: values.PLINTH_METRICS_TOKEN,
    limits: {
      isEnabled: present(values.RATE_LIMIT_ENABLED),
      address: present(values.PLINTH_LIMIT_ADDRESS),
      key: present(values.PLINTH_LIMIT_KEY),
      session: present(values.PLINTH_LIMIT_SESSION),
      auth: present(values.PLINTH_LIMIT_AUTH),
    },
  }
}
