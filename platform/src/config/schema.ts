import {
  addressBlock,
  anyText,
  databaseUrl,
  hostName,
  listOf,
  longToken,
  oneOf,
  origin,
  originOrAny,
  type Reader,
  rate,
  wholeNumber,
  yesOrNo,
} from './reading.ts'

/** One variable of the environment: what it decides, how it is read, and how it is shown. */
export interface Variable<T = unknown> {
  readonly group: 'Address' | 'Data' | 'Who may call' | 'Limits' | 'Logs' | 'Metrics'
  readonly description: string
  /** Used when the variable is not set; written as the variable would be. */
  readonly default?: string
  /** What happens when it is not set and has no default, in words. */
  readonly unset?: string
  readonly example: string
  /** True when its value may not be shown or logged, except an address without its password. */
  readonly secret?: boolean
  /** When it must be set, in words; the check itself stands in contradictions.ts. */
  readonly required?: string
  readonly read: Reader<T>
}

const variable = <T>(facts: Variable<T>): Variable<T> => facts

const limit = (facts: { whom: string; default: string; example: string }) =>
  variable({
    group: 'Limits',
    description: `Calls ${facts.whom}, as <count>/<seconds>s+<at once>.`,
    default: facts.default,
    example: facts.example,
    read: rate,
  })

/** Every variable that Plinth reads. There is no other: an unknown PLINTH_* name is refused. */
export const variables = Object.freeze({
  PORT: variable({
    group: 'Address',
    description: 'The port to listen on. 0 takes any free one.',
    unset: '3000, or the next free one up to 3009',
    example: '3000',
    read: wholeNumber({ min: 0, max: 65_535 }),
  }),
  HOST: variable({
    group: 'Address',
    description: 'The address to listen on.',
    unset: 'this machine only: 127.0.0.1 and ::1',
    example: '0.0.0.0',
    read: hostName,
  }),
  PUBLIC_URL: variable({
    group: 'Address',
    description: 'The address people use: the one in their browser, in links and in mails.',
    unset: 'http://localhost and the port',
    example: 'https://plinth.example.com',
    required: 'in production, when HOST is not this machine only; then it must be https',
    read: origin,
  }),
  PLINTH_ENV: variable({
    group: 'Address',
    description: 'Where this runs: development, test or production.',
    default: 'development',
    example: 'production',
    read: oneOf(['development', 'test', 'production']),
  }),
  PLINTH_DOCS: variable({
    group: 'Address',
    description: 'Whether everybody may read the API description at /docs.',
    unset: 'true, and false in production',
    example: 'true',
    read: yesOrNo,
  }),
  PLINTH_DATA: variable({
    group: 'Data',
    description: 'The folder of the built-in database, the secrets and its logs.',
    default: '.plinth',
    example: '/var/lib/plinth',
    read: anyText,
  }),
  DATABASE_URL: variable({
    group: 'Data',
    description: 'A PostgreSQL 18 of your own, with the login that requests use.',
    unset: 'the built-in PostgreSQL in PLINTH_DATA',
    example: 'postgres://plinth_app:password@db/plinth',
    secret: true,
    read: databaseUrl,
  }),
  DATABASE_OWNER_URL: variable({
    group: 'Data',
    description: 'The same database with the login that owns the tables and migrates them.',
    example: 'postgres://plinth_owner:password@db/plinth',
    secret: true,
    required: 'with DATABASE_URL',
    read: databaseUrl,
  }),
  DATABASE_DIRECT_URL: variable({
    group: 'Data',
    description: 'The same database past a connection pooler, for notifications and jobs.',
    unset: 'DATABASE_URL',
    example: 'postgres://plinth_app:password@primary/plinth',
    secret: true,
    read: databaseUrl,
  }),
  DATABASE_POOL_MAX: variable({
    group: 'Data',
    description: 'How many connections requests may use at once.',
    default: '10',
    example: '20',
    read: wholeNumber({ min: 1, max: 1000 }),
  }),
  CORS_ORIGINS: variable({
    group: 'Who may call',
    description: 'Other web origins whose pages may call the API, with commas between them.',
    unset: 'none',
    example: 'https://app.example.com,https://admin.example.com',
    read: listOf(originOrAny),
  }),
  ALLOWED_HOSTS: variable({
    group: 'Who may call',
    description: 'Further host names that this server answers for, with commas between them.',
    unset: "localhost, loopback addresses and PUBLIC_URL's host",
    example: 'plinth.internal.example.com',
    read: listOf(hostName),
  }),
  TRUSTED_PROXIES: variable({
    group: 'Who may call',
    description: 'Addresses or blocks of proxies whose X-Forwarded-For is believed.',
    unset: 'none',
    example: '10.0.0.0/8,fd00::/8',
    read: listOf(addressBlock),
  }),
  RATE_LIMIT_ENABLED: variable({
    group: 'Limits',
    description: 'Whether calls are limited at all.',
    default: 'true',
    example: 'false',
    read: yesOrNo,
  }),
  PLINTH_LIMIT_ADDRESS: limit({
    whom: 'of one network address',
    default: '600/60s+200',
    example: '1200/60s+400',
  }),
  PLINTH_LIMIT_KEY: limit({
    whom: 'of one API key',
    default: '100/60s+20',
    example: '300/60s+50',
  }),
  PLINTH_LIMIT_SESSION: limit({
    whom: 'of one browser session',
    default: '600/60s+200',
    example: '1200/60s+400',
  }),
  PLINTH_LIMIT_AUTH: limit({
    whom: 'that check a password, of one address and of one account',
    default: '5/60s',
    example: '10/60s+10',
  }),
  LOG_LEVEL: variable({
    group: 'Logs',
    description: 'The least important lines to write.',
    default: 'info',
    example: 'debug',
    read: oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
  }),
  LOG_FORMAT: variable({
    group: 'Logs',
    description: 'json for machines, text for people.',
    unset: 'text in development, json elsewhere',
    example: 'json',
    read: oneOf(['json', 'text']),
  }),
  PLINTH_METRICS_TOKEN: variable({
    group: 'Metrics',
    description: 'What Prometheus sends as Bearer to read /metrics: 32 characters or more.',
    unset: 'there is no /metrics',
    example: 'a-token-of-your-own-from-openssl-rand-hex-32',
    secret: true,
    read: longToken,
  }),
})

/** The name of a variable that Plinth reads. */
export type VariableName = keyof typeof variables

/** What the variables' texts became; undefined where one is not set and has no default. */
export type Values = {
  readonly [Name in VariableName]: (typeof variables)[Name] extends Variable<infer T>
    ? T | undefined
    : never
}
