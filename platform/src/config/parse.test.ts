import { describe, expect, test } from 'vitest'
import { ConfigError } from './config-error.ts'
import { type Environment, parseConfig } from './parse.ts'

const about = { root: '/srv/plinth', version: '1.2.3' }
const parse = (environment: Environment) => parseConfig(environment, about)

function refusalOf(environment: Environment): ConfigError {
  try {
    parse(environment)
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
  throw new Error('The environment was accepted.')
}

const problemsOf = (environment: Environment) =>
  refusalOf(environment).problems.map(({ variable, problem }) => `${variable} ${problem}`)

const app = 'postgres://plinth_app:hunter2@db.example.com/plinth'
const owner = 'postgres://plinth_owner:hunter3@db.example.com/plinth'

describe('what an environment becomes', () => {
  test('nothing set gives the defaults of a machine somebody develops on', () => {
    expect(parse({})).toEqual({
      version: '1.2.3',
      environment: 'development',
      port: undefined,
      host: undefined,
      publicUrl: undefined,
      dataFolder: '/srv/plinth/.plinth',
      database: { url: undefined, ownerUrl: undefined, directUrl: undefined, poolMax: 10 },
      corsOrigins: [],
      allowedHosts: [],
      trustedProxies: [],
      isDocsPublic: true,
      log: { level: 'info', format: 'text' },
      limits: {
        isEnabled: true,
        address: { count: 600, seconds: 60, burst: 200 },
        key: { count: 100, seconds: 60, burst: 20 },
        session: { count: 600, seconds: 60, burst: 200 },
        auth: { count: 5, seconds: 60, burst: 5 },
      },
    })
  })

  test('every variable reaches its place', () => {
    const config = parse({
      PORT: '8080',
      HOST: '0.0.0.0',
      PUBLIC_URL: 'https://Plinth.Example.com/',
      PLINTH_DATA: '/var/lib/plinth',
      PLINTH_ENV: 'production',
      DATABASE_URL: app,
      DATABASE_OWNER_URL: owner,
      DATABASE_DIRECT_URL: app,
      DATABASE_POOL_MAX: '20',
      CORS_ORIGINS: 'https://a.example.com, https://b.example.com',
      ALLOWED_HOSTS: 'Plinth.internal,[::1]',
      TRUSTED_PROXIES: '10.0.0.0/8,fd00::1',
      PLINTH_DOCS: 'true',
      LOG_LEVEL: 'debug',
      LOG_FORMAT: 'text',
      PLINTH_METRICS_TOKEN: 'm'.repeat(32),
      RATE_LIMIT_ENABLED: 'false',
      PLINTH_LIMIT_ADDRESS: '1/2s+3',
      PLINTH_LIMIT_KEY: '4/5s+6',
      PLINTH_LIMIT_SESSION: '7/8s',
      PLINTH_LIMIT_AUTH: '9/10s+11',
    })
    expect(config).toEqual({
      version: '1.2.3',
      environment: 'production',
      port: 8080,
      host: '0.0.0.0',
      publicUrl: 'https://plinth.example.com',
      dataFolder: '/var/lib/plinth',
      database: { url: app, ownerUrl: owner, directUrl: app, poolMax: 20 },
      corsOrigins: ['https://a.example.com', 'https://b.example.com'],
      allowedHosts: ['plinth.internal', '::1'],
      trustedProxies: ['10.0.0.0/8', 'fd00::1'],
      isDocsPublic: true,
      log: { level: 'debug', format: 'text' },
      metricsToken: 'm'.repeat(32),
      limits: {
        isEnabled: false,
        address: { count: 1, seconds: 2, burst: 3 },
        key: { count: 4, seconds: 5, burst: 6 },
        session: { count: 7, seconds: 8, burst: 7 },
        auth: { count: 9, seconds: 10, burst: 11 },
      },
    })
  })

  test('production writes JSON and keeps the API description to itself', () => {
    const config = parse({ PLINTH_ENV: 'production' })
    expect(config.log.format).toBe('json')
    expect(config.isDocsPublic).toBe(false)
  })

  test('an empty variable counts as not set', () => {
    expect(parse({ PORT: '', HOST: '  ' })).toEqual(parse({}))
  })

  test('nobody can change a setting after start, however deep it lies', () => {
    const config = parse({ CORS_ORIGINS: 'https://a.example.com' })
    for (const part of [config, config.database, config.corsOrigins, config.limits.auth]) {
      expect(Object.isFrozen(part)).toBe(true)
    }
  })
})

describe('what is refused', () => {
  test('a misspelt setting is refused with the name that was probably meant', () => {
    expect(problemsOf({ PLINTH_DTAA: '/data' })).toEqual([
      'PLINTH_DTAA is not a setting of Plinth; did you mean PLINTH_DATA?',
    ])
    expect(problemsOf({ plinth_env: 'production' })[0]).toContain('did you mean PLINTH_ENV?')
  })

  test('a setting that resembles none is refused without a guess', () => {
    expect(problemsOf({ PLINTH_FLUX_CAPACITOR: 'on' })).toEqual([
      'PLINTH_FLUX_CAPACITOR is not a setting of Plinth; .env.example lists them all',
    ])
  })

  test('a shell that keeps a key for callers, as the README says, may start Plinth', () => {
    expect(parse({ PLINTH_KEY: 'plk_x', PLINTH_URL: 'http://localhost:3000' })).toEqual(parse({}))
    expect(parse({ PLINTH_SESSION: 'x' })).toEqual(parse({}))
  })

  test('variables of other programs are nobody’s business here', () => {
    expect(parse({ PATH: '/bin', TERM: 'dumb', MY_PLINTH_THING: 'x' })).toEqual(parse({}))
  })

  test('everything that is wrong is told at once', () => {
    const problems = problemsOf({
      PORT: '70000',
      LOG_LEVEL: 'loud',
      PLINTH_LIMIT_KEY: 'lots',
      DATABASE_URL: app,
      PLINTH_ENVV: 'x',
    })
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual([
      'PORT',
      'PLINTH_LIMIT_KEY',
      'LOG_LEVEL',
      'DATABASE_OWNER_URL',
      'PLINTH_ENVV',
    ])
  })

  test.each([
    ['a database without its owner', { DATABASE_URL: app }, 'DATABASE_OWNER_URL must be set when'],
    ['an owner without its database', { DATABASE_OWNER_URL: owner }, 'DATABASE_URL must be set'],
    ['a direct way to no database', { DATABASE_DIRECT_URL: app }, 'DATABASE_URL must be set when'],
    [
      'requests with the login of the owner',
      { DATABASE_URL: owner, DATABASE_OWNER_URL: owner },
      'DATABASE_OWNER_URL must use another login',
    ],
    [
      'two logins for the same requests',
      { DATABASE_URL: app, DATABASE_OWNER_URL: owner, DATABASE_DIRECT_URL: owner },
      'DATABASE_DIRECT_URL must use the same login',
    ],
    [
      'every origin in production',
      { PLINTH_ENV: 'production', CORS_ORIGINS: '*' },
      'CORS_ORIGINS must name each origin in production',
    ],
    [
      'every origin and one more',
      { CORS_ORIGINS: '*,https://a.example.com' },
      'CORS_ORIGINS must be either * or a list',
    ],
    [
      'plain HTTP in production',
      { PLINTH_ENV: 'production', PUBLIC_URL: 'http://plinth.example.com' },
      'PUBLIC_URL must begin with https://',
    ],
    [
      'a production server for the network that does not know its address',
      { PLINTH_ENV: 'production', HOST: '0.0.0.0' },
      'PUBLIC_URL must be set in production',
    ],
  ])('%s is refused', (_, environment, sentence) => {
    expect(problemsOf(environment)).toEqual([expect.stringContaining(sentence)])
  })

  test('production on this machine alone needs no certificate', () => {
    const production = { PLINTH_ENV: 'production' }
    for (const publicUrl of ['http://localhost:3000', 'http://127.0.0.1:3000', 'http://[::1]']) {
      expect(parse({ ...production, HOST: '0.0.0.0', PUBLIC_URL: publicUrl }).publicUrl).toBe(
        publicUrl,
      )
    }
    expect(parse({ ...production, HOST: '127.0.0.1' }).publicUrl).toBeUndefined()
  })

  test('a value that cannot be read is not also reported as missing', () => {
    expect(problemsOf({ DATABASE_URL: 'db.example.com', DATABASE_OWNER_URL: owner })).toEqual([
      'DATABASE_URL must be an address that begins with postgres://',
    ])
  })
})

describe('the message', () => {
  test('is a table of variable, value, what is wrong and an example', () => {
    const { message } = refusalOf({ PORT: 'http', DATABASE_URL: app })
    expect(`${message}\n`).toBe(`\
Plinth cannot start: some settings are wrong.

variable            value      what is wrong                           example
------------------  ---------  --------------------------------------  ------------------------------------------
PORT                http       must be a whole number from 0 to 65535  3000
DATABASE_OWNER_URL  (not set)  must be set when DATABASE_URL is        postgres://plinth_owner:password@db/plinth
`)
  })

  test('never shows a password, a key or an unknown value', () => {
    const { message } = refusalOf({
      DATABASE_URL: 'postgres://plinth_app:hunter2@db/?password=hunter4',
      DATABASE_OWNER_URL: 'owner:hunter3@db.example.com',
      DATABASE_DIRECT_URL: 'postgres://u:12/hunter6@db.example.com/plinth',
      PUBLIC_URL: 'https://ada:hunter5@plinth.example.com',
      PLINTH_SECRET: 'hunter7',
      PORT: 'a\u001b[2Jb',
    })
    expect(message).not.toMatch(/hunter\d/)
    expect(message).not.toContain('\u001b')
    expect(message).toContain('postgres://plinth_app:[hidden]@db/ ')
  })
})
