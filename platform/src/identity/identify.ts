import { hash } from 'node:crypto'
import type { Db } from '../db/db.ts'
import type { Actor, Caller, Credential } from './caller.ts'
import { createCredentialCache, type Forgotten, type FoundCredential } from './credential-cache.ts'
import { createLastUsed, type LastUsedOptions } from './last-used.ts'
import { sessionIdleMilliseconds } from './lifetimes.ts'
import { throughBrowser } from './me.ts'
import { type CredentialRow, findKey, findSession } from './store.ts'
import { looksLikeKey, looksLikeToken } from './token.ts'

/** The one place where a credential becomes a caller. */
export interface Identifier {
  /** Undefined for what is no credential, or no longer one. */
  identify(credential: Credential): Promise<Caller | undefined>
  /**
   * Says that a credential, or everything of a person, is ended in the transaction that now runs.
   * Nothing of it is answered from memory again, whether or not the transaction has committed yet.
   */
  forget(forgotten: Forgotten): void
  /** Writes down the last uses that are still waiting. */
  stop(): Promise<void>
}

export interface IdentifierOptions extends Pick<LastUsedOptions, 'write'> {
  /** Runs a query as the identity login with nobody calling. */
  readonly read: <T>(run: (db: Db) => Promise<T>) => Promise<T>
  /** In milliseconds since the epoch: expiry is judged by it, at each use. */
  readonly now: () => number
  /** Told of last uses that could not be written down; no call depends on them. */
  readonly onError?: (error: unknown) => void
}

const noteEveryMilliseconds = 60_000

export function createIdentifier({ read, write, now, onError }: IdentifierOptions): Identifier {
  const cache = createCredentialCache(now)
  const lastUsed = createLastUsed({ write, now, onError: onError ?? (() => {}) })

  const use = (found: FoundCredential | null | undefined): Caller | undefined => {
    if (!found) return undefined
    const at = now()
    if (isOver(found, at)) return undefined
    found.lastUsedAt = at
    if (at - found.notedAt >= noteEveryMilliseconds) {
      found.notedAt = at
      lastUsed.note(found.kind, found.id, at)
    }
    return found.caller
  }

  return {
    async identify(credential) {
      if (credential.kind === 'none') return undefined
      const { token } = credential
      const isSession = credential.kind === 'session'
      // What cannot be a token costs neither a hash nor a query.
      if (!(isSession ? looksLikeToken(token) : looksLikeKey(token))) return undefined
      const key = hash('sha256', token, 'base64url')
      const known = cache.get(key)
      if (known !== undefined) return use(known)
      const bytes = Buffer.from(key, 'base64url')
      const [row] = await read((db) => (isSession ? findSession : findKey)(db, { hash: bytes }))
      return use(cache.put(key, row && toFound(row)))
    },
    forget: cache.forget,
    stop: lastUsed.stop,
  }
}

function isOver({ kind, expiresAt, lastUsedAt }: FoundCredential, at: number): boolean {
  return at >= expiresAt || (kind === 'session' && at - lastUsedAt >= sessionIdleMilliseconds)
}

function toFound(row: CredentialRow): FoundCredential {
  const usedAt = row.last_used_at === null ? 0 : millisecondsOf(row.last_used_at)
  return {
    kind: row.key_name === null ? 'session' : 'key',
    id: row.id,
    personId: row.person_id,
    caller: toCaller(row),
    expiresAt: millisecondsOf(row.expires_at),
    lastUsedAt: usedAt,
    notedAt: usedAt,
  }
}

const millisecondsOf = (instant: string): number => Temporal.Instant.from(instant).epochMilliseconds

function toCaller(row: CredentialRow): Caller {
  return Object.freeze({
    personId: row.person_id,
    name: row.name,
    email: row.email,
    timeZone: row.time_zone,
    actor: Object.freeze(toActor(row)),
    roles: Object.freeze([...row.roles]),
    scopes: Object.freeze([...(row.scopes ?? throughBrowser.scopes)]),
  })
}

function toActor({ id, key_name, used_by }: CredentialRow): Actor {
  if (key_name === null) return { ...throughBrowser.actor, id }
  // A key without a word on who uses it would be an agent's: agents may do less.
  return { kind: used_by ?? 'agent', id, name: key_name }
}
