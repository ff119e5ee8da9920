import type { Caller } from './caller.ts'

/** A credential that was found, and the times by which each use is judged, in milliseconds. */
export interface FoundCredential {
  readonly kind: 'session' | 'key'
  readonly id: string
  readonly personId: string
  readonly caller: Caller
  readonly expiresAt: number
  /** Moves with each use. */
  lastUsedAt: number
  /** When its last use was last handed over to be written down. */
  notedAt: number
}

export type Forgotten = {
  readonly sessionId?: string
  readonly keyId?: string
  readonly personId?: string
}

/** What is remembered of credentials, by the SHA-256 of their tokens. */
export interface CredentialCache {
  /** Undefined: not known, ask the database. Null: known to be no credential. */
  get(key: string): FoundCredential | null | undefined
  /** Keeps what the database said, unless it was forgotten since; gives what to use of it. */
  put(key: string, found: FoundCredential | undefined): FoundCredential | undefined
  forget(forgotten: Forgotten): void
}

interface Entry {
  readonly found: FoundCredential
  readonly freshUntil: number
}

const entriesMax = 10_000
const freshMilliseconds = 5_000
const absentMilliseconds = 2_000
// Longer than any call may take: a revocation is said before its transaction commits, and until
// then the database still answers that the credential is good.
const forgottenMilliseconds = 60_000

/** A bounded memory of credentials. `now` is in milliseconds. */
export function createCredentialCache(now: () => number): CredentialCache {
  const entries = new Map<string, Entry>()
  const absent = new Map<string, number>()
  const forgottenUntil = new Map<string, number>()

  const isForgotten = ({ id, personId }: FoundCredential): boolean =>
    forgottenUntil.size > 0 &&
    [id, personId].some((name) => (forgottenUntil.get(name) ?? 0) > now())

  return {
    get(key) {
      const entry = entries.get(key)
      if (entry) return entry.freshUntil > now() ? entry.found : undefined
      const until = absent.get(key)
      return until !== undefined && until > now() ? null : undefined
    },
    put(key, found) {
      const known = entries.get(key)?.found
      entries.delete(key)
      if (!found) {
        absent.delete(key)
        makeRoom(absent)
        absent.set(key, now() + absentMilliseconds)
        return undefined
      }
      const kept = known ? continued(known, found) : found
      if (isForgotten(found)) return kept
      makeRoom(entries)
      entries.set(key, { found: kept, freshUntil: now() + freshMilliseconds })
      return kept
    },
    forget({ sessionId, keyId, personId }) {
      const gone = new Set([sessionId, keyId, personId].filter((name) => name !== undefined))
      for (const name of gone) {
        forgottenUntil.delete(name)
        makeRoom(forgottenUntil)
        forgottenUntil.set(name, now() + forgottenMilliseconds)
      }
      for (const [name, until] of forgottenUntil) if (until <= now()) forgottenUntil.delete(name)
      for (const [key, { found }] of entries) {
        if (gone.has(found.id) || gone.has(found.personId)) entries.delete(key)
      }
    },
  }
}

/** The oldest leaves first. What is forgotten too early only costs a query. */
function makeRoom(map: Map<string, unknown>): void {
  if (map.size < entriesMax) return
  const [oldest] = map.keys()
  if (oldest !== undefined) map.delete(oldest)
}

/** Others remember things by the caller's object, so an unchanged caller stays the same object. */
function continued(known: FoundCredential, found: FoundCredential): FoundCredential {
  const isSame = JSON.stringify(known.caller) === JSON.stringify(found.caller)
  return {
    ...found,
    caller: isSame ? known.caller : found.caller,
    lastUsedAt: Math.max(known.lastUsedAt, found.lastUsedAt),
    notedAt: Math.max(known.notedAt, found.notedAt),
  }
}
