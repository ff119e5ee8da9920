import type { TestPlinth } from '@plinth/platform/testing'
import { expect } from 'vitest'
import type { AnyOperation } from '../../platform/src/operation/define.ts'
import { createDigest } from './digest.ts'
import { type ApiDescription, createDocumented, type Documented } from './documented.ts'
import { exchangeInTime, toCurl, type WireAnswer, type WireRequest } from './wire.ts'

/** Sees every call of a test file, and what it leaves behind. */
export interface Witness {
  /** Sends a request for an operation, and holds the answer against what is true of every answer. */
  call(operation: AnyOperation, wire: WireRequest): Promise<Answered>
  digest(): Promise<object>
  readonly documented: Documented
}

export interface Answered extends WireAnswer {
  /** The answer, and the command that gets it again. */
  readonly about: string
  readonly body: {
    readonly code?: string
    readonly errors?: readonly { readonly field: string; readonly code: string }[]
    readonly nextCursor?: string | null
  }
}

/** The fields that a refusal names, each once. */
export const fieldsOf = ({ body }: Answered) => [...new Set(body.errors?.map(({ field }) => field))]

/** What a server describes of itself is what its answers are held against. */
export async function createWitness(plinth: TestPlinth): Promise<Witness> {
  const digest = await createDigest(plinth)
  const description = await fetch(`${plinth.url}/openapi.json`)
  const documented = createDocumented((await description.json()) as ApiDescription)
  return {
    digest,
    documented,
    async call(operation, wire) {
      const before = await digest()
      const answer = await exchangeInTime(plinth.url, wire)
      const about = `${answer.status} ${answer.text.slice(0, 600)}\n${toCurl(plinth.url, wire)}`
      expect(answer.status, about).toBeLessThan(500)
      expect(documented.complaints(operation.name, answer), about).toEqual([])
      if (answer.status >= 400 || operation.effect === 'read') {
        expect(await digest(), `rows after ${about}`).toEqual(before)
      }
      return { ...answer, about, body: JSON.parse(answer.text) as Answered['body'] }
    },
  }
}
