import { AsyncLocalStorage } from 'node:async_hooks'
import type { BetterAuthOptions } from 'better-auth'
import type { Db } from '../db/db.ts'
import { emailKey } from './email.ts'
import { bytesAsText, createEngineKysely, type EngineRun } from './engine-connection.ts'
import { emailTaken } from './errors.ts'
import { sessionDays } from './lifetimes.ts'
import { hashPassword, verifyPassword } from './password-hash.ts'
import { deriveSecret, hashToken, newToken } from './token.ts'

/** The call on whose behalf the engine works: in its transaction, at its time. */
export interface EngineCall {
  readonly db: Db
  readonly now: Temporal.Instant
}

export interface NewAccount {
  readonly email: string
  readonly password: string
  readonly name: string
  readonly timeZone: string
}

/** What signing up or in leads to. The token is given to the browser and to nobody else. */
export interface SignedIn {
  readonly personId: string
  readonly session: { readonly token: string; readonly expiresAt: string }
}

/** The engine for accounts, as the operations of this module use it. */
export interface Engine {
  /** Makes an account with a password and begins a session. Throws EMAIL_TAKEN. */
  signUp(call: EngineCall, account: NewAccount): Promise<SignedIn>
  /**
   * Begins a session. Undefined when the address is unknown, the password wrong or the person
   * locked; the work done is the same for the first two, so that time says nothing either.
   */
  signIn(
    call: EngineCall,
    credentials: Pick<NewAccount, 'email' | 'password'>,
  ): Promise<SignedIn | undefined>
}

/** Loads the engine's code, which takes long enough that nobody should wait for it at a sign-in. */
export async function warmEngine(): Promise<void> {
  await import('better-auth')
}

/** The engine is built at its first use; building it reads nothing and speaks to nobody. */
export function createEngine({ secret }: { readonly secret: Buffer }): Engine {
  const runs = new AsyncLocalStorage<EngineRun>()
  let building: ReturnType<typeof buildAuth> | undefined
  const auth = () => {
    building ??= buildAuth(runs, secret)
    return building
  }
  return {
    async signUp(call, { email, password, name, timeZone }) {
      const { api } = await auth()
      const body = { email: emailKey(email), givenEmail: email, password, name, timeZone }
      const outcome = await runEngine(runs, call, () => api.signUpEmail({ body }))
      if (outcome.code === 'USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL') throw emailTaken()
      return signedIn(outcome)
    },
    async signIn(call, { email, password }) {
      const { api } = await auth()
      const body = { email: emailKey(email), password }
      const outcome = await runEngine(runs, call, () => api.signInEmail({ body }))
      if (outcome.code === 'INVALID_EMAIL_OR_PASSWORD') return undefined
      return outcome.user?.isLocked ? undefined : signedIn(outcome)
    },
  }
}

interface EngineUser {
  readonly id: string
  readonly isLocked?: boolean | null | undefined
}

interface Outcome {
  readonly user?: EngineUser
  readonly session?: SignedIn['session'] | undefined
  /** The engine's own code where it refused. */
  readonly code?: string
}

/**
 * Runs the engine for one call. What the database refused is thrown as the database said it, so
 * that the pipeline can repeat what deserves repeating; that somebody else took the address in the
 * same moment is the one refusal that has a meaning here.
 */
async function runEngine(
  runs: AsyncLocalStorage<EngineRun>,
  { db, now }: EngineCall,
  work: () => Promise<{ readonly user: EngineUser }>,
): Promise<Outcome> {
  const run: EngineRun = { db, now, session: undefined, failure: undefined }
  try {
    const { user } = await runs.run(run, work)
    return { user, session: run.session }
  } catch (error) {
    if (isTaken(run.failure)) throw emailTaken({ cause: run.failure })
    if (run.failure) throw run.failure
    const code = codeOf(error)
    if (code) return { code }
    throw error
  }
}

function signedIn({ user, session, code }: Outcome): SignedIn {
  if (user && session) return { personId: user.id, session }
  throw new Error(`The engine for accounts refused with ${code ?? 'nothing'}.`)
}

const isTaken = (error: unknown): boolean =>
  error instanceof Error && 'constraint' in error && error.constraint === 'person_has_own_email'

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('body' in error)) return undefined
  const { body } = error
  if (typeof body !== 'object' || body === null || !('code' in body)) return undefined
  return typeof body.code === 'string' ? body.code : undefined
}

async function buildAuth(runs: AsyncLocalStorage<EngineRun>, secret: Buffer) {
  const { betterAuth } = await import('better-auth')
  const db = createEngineKysely(runs)
  return betterAuth({
    ...options,
    secret: deriveSecret(secret, 'account-engine'),
    // No transaction of its own: it takes part in the call's.
    database: { db, type: 'postgres', schemaName: 'identity', transaction: false },
    databaseHooks: {
      user: { create: { before: async () => ({ data: timesOf(runs) }) } },
      account: { create: { before: async () => ({ data: timesOf(runs) }) } },
      session: { create: { before: async () => ({ data: beginSession(runs) }) } },
    },
  })
}

/** What varies with nothing. Names on the left are the engine's, on the right our columns. */
const options = {
  appName: 'Plinth',
  // Its router serves nothing, so the address is only there to be well-formed.
  baseURL: 'http://localhost',
  telemetry: { enabled: false },
  rateLimit: { enabled: false },
  logger: { disabled: true },
  emailAndPassword: {
    enabled: true,
    // Our rule was applied before; the engine's own would only count other units.
    minPasswordLength: 1,
    maxPasswordLength: 256,
    password: { hash: hashPassword, verify: verifyPassword },
  },
  advanced: { database: { generateId: false, validateSchema: false, joins: true } },
  user: {
    modelName: 'person',
    fields: {
      email: 'email_key',
      emailVerified: 'is_email_confirmed',
      createdAt: 'created_at',
      updatedAt: 'updated_at',
    },
    additionalFields: {
      givenEmail: { type: 'string', required: true, fieldName: 'email' },
      timeZone: { type: 'string', required: true, fieldName: 'time_zone' },
      isLocked: { type: 'boolean', required: false, input: false, fieldName: 'is_locked' },
    },
  },
  account: {
    fields: {
      userId: 'person_id',
      providerId: 'provider_id',
      accountId: 'account_id',
      password: 'password_hash',
      accessToken: 'access_token',
      refreshToken: 'refresh_token',
      idToken: 'id_token',
      accessTokenExpiresAt: 'access_token_expires_at',
      refreshTokenExpiresAt: 'refresh_token_expires_at',
      createdAt: 'created_at',
      updatedAt: 'updated_at',
    },
  },
  session: {
    fields: {
      userId: 'person_id',
      token: 'token_hash',
      createdAt: 'created_at',
      updatedAt: 'last_used_at',
      expiresAt: 'expires_at',
    },
  },
  verification: {
    fields: { expiresAt: 'expires_at', createdAt: 'created_at', updatedAt: 'updated_at' },
  },
} satisfies BetterAuthOptions

function currentRun(runs: AsyncLocalStorage<EngineRun>): EngineRun {
  const run = runs.getStore()
  if (!run) throw new Error('The engine was used outside of a call.')
  return run
}

function timesOf(runs: AsyncLocalStorage<EngineRun>) {
  const at = new Date(currentRun(runs).now.epochMilliseconds)
  return { createdAt: at, updatedAt: at }
}

/** Our own token of 256 bits; the row gets its hash, and neither address nor browser. */
function beginSession(runs: AsyncLocalStorage<EngineRun>) {
  const run = currentRun(runs)
  const token = newToken()
  const expiresAt = run.now.add({ hours: 24 * sessionDays })
  run.session = { token, expiresAt: expiresAt.toString({ fractionalSecondDigits: 3 }) }
  return {
    ...timesOf(runs),
    token: bytesAsText(hashToken(token)),
    expiresAt: new Date(expiresAt.epochMilliseconds),
    ipAddress: undefined,
    userAgent: undefined,
  }
}
