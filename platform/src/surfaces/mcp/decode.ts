import type { FastifyRequest } from 'fastify'
import type { Call } from '../../operation/call.ts'
import type { AnyOperation } from '../../operation/define.ts'

/**
 * Whether a request was sent by a page of another site. Programs send no Origin; pages always do
 * when they post. Both revisions of the protocol ask servers to check it against DNS rebinding.
 */
export function isForeign(request: FastifyRequest, publicUrl: string): boolean {
  const { origin } = request.headers
  if (origin === undefined || origin === new URL(publicUrl).origin) return false
  const port = request.socket.localPort
  return !['localhost', '127.0.0.1', '[::1]'].some((host) => origin === `http://${host}:${port}`)
}

/** The JSON Schema of the argument that writes take besides their input. */
export const idempotencyKeySchema = Object.freeze({
  type: 'string',
  minLength: 1,
  maxLength: 255,
  // What the pipeline takes: printable ASCII without blanks at its ends.
  pattern: '^[!-~]([ -~]*[!-~])?$',
  description: 'A text of your choice for this one call. Sent again, it gives the first answer.',
})

/**
 * Takes the idempotency key out of a write's arguments. Nothing is coerced or judged here: a key
 * that is no text goes on as the empty one, which the pipeline refuses as it does every bad key,
 * and in a read's arguments the key is a field that its schema does not know.
 */
export function decodeArguments(
  operation: AnyOperation,
  given: Readonly<Record<string, unknown>>,
): Pick<Call, 'input' | 'idempotencyKey'> {
  if (operation.effect === 'read' || given.idempotencyKey === undefined) return { input: given }
  const { idempotencyKey, ...input } = given
  return { input, idempotencyKey: typeof idempotencyKey === 'string' ? idempotencyKey : '' }
}
