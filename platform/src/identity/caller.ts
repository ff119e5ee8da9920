/**
 * Who acts for the person. A browser session is the person; an API key is a script or an agent; jobs
 * of the platform are the system. Who must ask before acting follows from this, never from the
 * surface.
 */
export type ActorKind = 'person' | 'agent' | 'script' | 'system'

export interface Actor {
  readonly kind: ActorKind
  /** The session's or key's id, empty for nobody. */
  readonly id: string
  /** What a person reads in a history: a key's name, or 'browser'. */
  readonly name: string
}

/** What a credential became. There is one place that makes these: `identify`. */
export interface Caller {
  /** Undefined when nobody is signed in. */
  readonly personId: string | undefined
  readonly name: string
  readonly email: string
  /** IANA zone of the person, for example `Europe/London`. */
  readonly timeZone: string
  readonly actor: Actor
  /** For example `platform:admin` or `clinic:doctor`. */
  readonly roles: readonly string[]
  /** `['*']` for the person in the browser, else for example `['tasks:read']`. */
  readonly scopes: readonly string[]
}

/** A caller of whom a credential is known. */
export type SignedInCaller = Caller & { readonly personId: string }

export const nobody: Caller = Object.freeze({
  personId: undefined,
  name: '',
  email: '',
  timeZone: 'UTC',
  actor: Object.freeze({ kind: 'person', id: '', name: 'nobody' }),
  roles: [],
  scopes: [],
})

/** What a surface found in the request. A surface never looks into it. */
export type Credential =
  | { readonly kind: 'none' }
  | { readonly kind: 'session'; readonly token: string }
  | { readonly kind: 'bearer'; readonly token: string }
