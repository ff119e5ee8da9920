import { z } from 'zod'
import { limits } from '../limits/classes.ts'
import { everyone, owner, signedIn } from '../policy/policy.ts'
import { defineOperation, type OutputOf } from './define.ts'

// Checked by the type checker alone: each @ts-expect-error below must be one.

const facts = {
  name: 'probe.do_thing',
  summary: 'Do a thing.',
  http: 'POST /things',
  effect: 'write',
  errors: [],
  limit: limits.write,
} as const
const words = {
  audit: () => ({ subject: 'thing' }),
  example: async () => ({ thingId: 'one' }),
}
const input = z.strictObject({ thingId: z.string() })
const output = z.strictObject({ done: z.boolean() })

/** A definition that is right infers its types from the schemas. */
export const right = defineOperation({
  ...facts,
  ...words,
  input,
  output,
  load: async ({ input: { thingId } }) => ({ ownerId: thingId, size: 3 }),
  policy: owner,
  run: ({ loaded, caller, input: { thingId } }) => {
    const person: string = caller.personId
    return { done: loaded.size > 0 && person === thingId }
  },
})
const answer: OutputOf<typeof right> = { done: true }
void answer

// @ts-expect-error: nothing was loaded, so nobody can be its owner.
defineOperation({
  ...facts,
  ...words,
  input,
  output,
  policy: owner,
  run: () => ({ done: true }),
})

defineOperation({
  ...facts,
  ...words,
  input,
  output,
  // @ts-expect-error: a policy must fit what was loaded.
  load: async () => ({ size: 3 }),
  policy: owner,
  run: () => ({ done: true }),
})

defineOperation({
  ...facts,
  ...words,
  input,
  output,
  policy: signedIn,
  // @ts-expect-error: the answer is not what the output schema says.
  run: () => ({ done: 'yes' }),
})

// @ts-expect-error: an operation without a policy does not exist.
defineOperation({ ...facts, ...words, input, output, run: () => ({ done: true }) })

// @ts-expect-error: an operation without a limit does not exist.
defineOperation({
  ...{ ...facts, limit: undefined },
  ...words,
  input,
  output,
  policy: signedIn,
  run: () => ({ done: true }),
})

// @ts-expect-error: an operation that leaves no audit words does not exist.
defineOperation({
  ...facts,
  example: words.example,
  input,
  output,
  policy: signedIn,
  run: () => ({ done: true }),
})

defineOperation({
  ...facts,
  ...words,
  // @ts-expect-error: an example must be an input.
  example: async () => ({ thing: 'one' }),
  input,
  output,
  policy: signedIn,
  run: () => ({ done: true }),
})

defineOperation({
  ...facts,
  ...words,
  actors: 'anyone',
  input,
  output,
  policy: everyone,
  run: ({ caller }) => {
    // @ts-expect-error: where anyone may call, there may be no person.
    const person: string = caller.personId
    return { done: person === '' }
  },
})

defineOperation({
  ...facts,
  ...words,
  actors: 'anyone',
  input,
  output,
  // @ts-expect-error: a policy for the signed in cannot judge anyone.
  policy: signedIn,
  run: () => ({ done: true }),
})
