import { createHash, hash } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { StatementResult, UnitStatement } from '../db/unit.ts'
import {
  idempotencyConflict,
  idempotencyInProgress,
  idempotencySecret,
  invalidInput,
} from '../errors/platform.ts'
import type { Caller } from '../identity/caller.ts'

/** A write that carries an idempotency key: scoped by person, client and operation. */
export interface ReplayKey {
  readonly personId: string
  readonly client: string
  readonly operation: string
  readonly key: string
  /** SHA-256 of the decoded input in canonical JSON (RFC 8785). */
  readonly inputHash: Buffer
}

const keptHours = 24
const keyPattern = /^[\x21-\x7e]([\x20-\x7e]{0,253}[\x21-\x7e])?$/

/**
 * Reads the key of a call. Throws INVALID_INPUT unless it is 1 to 255 printable ASCII characters
 * (the limit that Stripe's API set and its clients know).
 */
export function replayKeyOf(call: {
  readonly caller: Caller & { readonly personId: string }
  readonly operation: string
  readonly key: string
  readonly input: object
}): ReplayKey {
  if (!keyPattern.test(call.key)) {
    const message = 'must be 1 to 255 printable ASCII characters'
    throw invalidInput({
      errors: [{ field: 'idempotencyKey', code: 'invalid_idempotency_key', message }],
    })
  }
  const { actor, personId } = call.caller
  return {
    personId,
    client: actor.kind === 'person' ? 'browser' : actor.id,
    operation: call.operation,
    key: call.key,
    inputHash: createHash('sha256')
      .update(canonicalize(call.input) ?? '')
      .digest(),
  }
}

/**
 * The lock and the look-up, to be sent with the beginning of the transaction. The look-up is a
 * statement of its own, because one that waited for the lock would not see what was just committed.
 */
export function askForReplay({ personId, client, operation, key }: ReplayKey): UnitStatement[] {
  const digest = hash('sha256', [personId, client, operation, key].join('\n'), 'buffer')
  return [
    {
      text: 'select pg_try_advisory_xact_lock($1::bigint) as is_locked',
      values: [digest.readBigInt64BE()],
    },
    {
      text:
        'select input_hash, answer from platform.replay ' +
        'where person_id = $1 and client = $2 and operation = $3 and key = $4',
      values: [personId, client, operation, key],
    },
  ]
}

/**
 * Judges what came back: the stored answer, or undefined when the call is new.
 *
 * Throws IDEMPOTENCY_IN_PROGRESS while the first call runs, IDEMPOTENCY_CONFLICT for another input,
 * and IDEMPOTENCY_ANSWER_SECRET where the answer was not kept because it held a secret.
 */
export function readReplay(
  { inputHash }: ReplayKey,
  results: readonly StatementResult[],
): object | undefined {
  const [lock, lookup] = results
  const stored = lookup?.rows[0]
  if (!stored) {
    if (lock?.rows[0]?.is_locked !== true) throw idempotencyInProgress({ retryAfterSeconds: 1 })
    return undefined
  }
  if (!inputHash.equals(stored.input_hash as Buffer)) throw idempotencyConflict()
  if (stored.answer === null) throw idempotencySecret()
  return stored.answer as object
}

/** The statement that keeps the answer, to be sent with the commit. */
export function keepAnswer(key: ReplayKey, answer: object | undefined): UnitStatement {
  return {
    text: 'select platform.keep_answer($1, $2, $3, $4, $5::json, $6)',
    values: [
      key.client,
      key.operation,
      key.key,
      key.inputHash,
      answer === undefined ? null : JSON.stringify(answer),
      keptHours,
    ],
  }
}
