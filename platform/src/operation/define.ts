import type { z } from 'zod'
import type { Db } from '../db/db.ts'
import type { DefinedError } from '../errors/define.ts'
import type { Caller, SignedInCaller } from '../identity/caller.ts'
import type { LimitClass } from '../limits/classes.ts'
import type { Policy } from '../policy/policy.ts'
import type { OperationContext } from './context.ts'

/** Who may call: `anyone`, `any` who is signed in, or the `person` (never an agent or a key). */
export type Actors = 'anyone' | 'any' | 'person'

type CallerOf<A extends Actors> = A extends 'anyone' ? Caller : SignedInCaller

/** Facts about an operation that need no types of their own. */
export interface OperationFacts {
  /** `app.verb_noun`, for example `tasks.add_task`. */
  readonly name: string
  /** One sentence in the imperative; it is the tool description that a model reads. */
  readonly summary: string
  /** Method and path under /api/v1, for example `POST /tasks/{taskId}/complete`. */
  readonly http: string
  readonly effect: 'read' | 'write' | 'destroy'
  /** Whether an agent must ask before. A pure function of input and loaded may decide it. */
  readonly asks?: 'never' | 'always' | ((question: never) => boolean)
  /** How the call is undone: by another operation, by restoring its rows, or not at all. */
  readonly undo?: { readonly by: string } | 'rows' | false
  /** Hints for agents. `destructive` also makes the call need the scope `<app>:delete`. */
  readonly hints?: { readonly destructive?: boolean; readonly idempotent?: boolean }
  /** What a model may learn from the answer: somebody's private data, or text by strangers. */
  readonly reads?: 'private' | 'untrusted'
  /** True when the call's effect leaves the installation (mail, payment). */
  readonly outward?: boolean
  /** What the call costs at most, in minor units of an asset; reserved before it runs. */
  readonly cost?: (question: never) => { readonly asset: string; readonly amount: bigint }
  /** True for a read that is audited. Writes always are. */
  readonly record?: boolean
  /** `none`: any valid credential may call it, whatever its scopes. Only for `me`-like calls. */
  readonly scope?: 'none'
  /** The answer holds a secret that is shown once: it is never kept for replay. */
  readonly secretAnswer?: boolean
  /** Which login the call's connection has. Only the identity module's own operations say so. */
  readonly login?: 'app' | 'identity'
  readonly limit: LimitClass
  readonly errors: readonly DefinedError[]
}

/** What the audit row says of a call beyond what the call itself knows. */
export interface AuditWords {
  readonly subject: string
  readonly reason?: string | undefined
}

/**
 * Makes what an example needs through other operations, as given people. A call without an input takes
 * the operation's own example, and what that needs is made as the person, whoever calls.
 */
export interface ExampleKit {
  readonly as: Readonly<
    Record<
      'person' | 'other',
      <O extends AnyOperation>(operation: O, input?: z.input<O['input']>) => Promise<OutputOf<O>>
    >
  >
}

type Shape = z.ZodType<object, object>

interface Typed<Input extends Shape, Output extends Shape, A extends Actors>
  extends OperationFacts {
  readonly actors?: A
  readonly input: Input
  readonly output: Output
  /** The account that the call tries, for limits counted per account besides per address. */
  account?(input: z.output<Input>): string
  /** The path of what was created, under /api/v1: makes the HTTP answer 201 with Location. */
  created?(output: z.output<Output>): string
  audit(call: {
    readonly input: z.output<Input>
    readonly output: z.output<Output> | undefined
  }): AuditWords
  /** An input that succeeds. It feeds the proof, the tests, the reference and the API explorer. */
  example(kit: ExampleKit): Promise<z.input<Input>>
}

/** An operation as it is written. `Loaded` may be null where nothing is loaded. */
export interface OperationDefinition<
  Input extends Shape,
  Output extends Shape,
  Loaded extends object | null,
  A extends Actors,
> extends Typed<Input, Output, A> {
  /** Finds and, for writes, locks what the call is about. Undefined answers 404. */
  load?(call: {
    readonly input: z.output<Input>
    readonly db: Db
    readonly caller: CallerOf<A>
  }): Promise<Loaded | undefined>
  readonly policy: Policy<Loaded, CallerOf<A>>
  run(
    context: OperationContext<z.output<Input>, Loaded, CallerOf<A>>,
  ): Promise<z.output<Output>> | z.output<Output>
}

/** Keeps a policy from being used without what it judges: then there must be a `load`. */
type WithLoadFor<Loaded> = null extends Loaded ? unknown : { readonly load: unknown }

/** An operation as the pipeline sees it: what it loads and takes is nobody's business here. */
export interface AnyOperation extends OperationFacts {
  readonly actors: Actors
  readonly input: Shape
  readonly output: Shape
  account?(input: object): string
  created?(output: object): string
  audit(call: { readonly input: object; readonly output: object | undefined }): AuditWords
  example(kit: ExampleKit): Promise<object>
  load?(call: {
    readonly input: object
    readonly db: Db
    readonly caller: Caller
  }): Promise<object | undefined>
  policy(question: { readonly caller: Caller; readonly loaded: object | null }): boolean
  run(context: OperationContext<object, object | null, Caller>): Promise<object> | object
}

/** A defined operation: what the pipeline needs, and the exact types of its input and output. */
export interface Operation<Input extends Shape, Output extends Shape> extends AnyOperation {
  readonly input: Input
  readonly output: Output
}

export type InputOf<O extends AnyOperation> = z.input<O['input']>
export type OutputOf<O extends AnyOperation> = z.output<O['output']>

/**
 * Defines an operation: at the same time an HTTP route with OpenAPI, an MCP tool, an assistant's
 * tool, a command and a typed client method.
 *
 * `policy`, `limit`, `audit` and `example` have no defaults on purpose. This is one signature and not
 * one with and one without `load`, so that the compiler names what was left out or does not fit.
 */
export function defineOperation<
  Input extends Shape,
  Output extends Shape,
  Loaded extends object | null,
  const A extends Actors = 'any',
>(
  operation: OperationDefinition<Input, Output, Loaded, A> & WithLoadFor<Loaded>,
): Operation<Input, Output> {
  // The signature proved the parts to fit each other; past this line nobody needs to know how.
  return Object.freeze({ actors: 'any', ...operation }) as unknown as Operation<Input, Output>
}
