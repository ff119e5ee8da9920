import { startTestPlinth, type TestPlinth } from '@plinth/platform/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apps } from '../../apps/src/all.ts'
import type { AnyOperation } from '../../platform/src/operation/define.ts'
import { routeOf } from '../../platform/src/operation/registry.ts'
import { inputJsonSchema } from '../../platform/src/schema/json-schema.ts'
import { type AlmostValid, almostValidInput, everyMistake } from './arbitrary.ts'
import { type ValidCase, validCases, withExample } from './cases.ts'
import { ableTo, type CallerName, type Cast, callers, createCast } from './cast.ts'
import { expectation, mayBeWrong, wrongFieldsOf } from './expected.ts'
import { fits } from './fits.ts'
import { exampleOf, registry } from './operations.ts'
import { check, fuzzTimeout, seed } from './run.ts'
import type { Fields } from './values.ts'
import { wildBody } from './wild.ts'
import { wildRequest } from './wild-request.ts'
import { isSendable, requestOf, type WireRequest } from './wire.ts'
import { type Answered, createWitness, fieldsOf, type Witness } from './witness.ts'

// Every operation of the registry, over real HTTP, with inputs made from the schema that OpenAPI
// publishes of it. Whatever is sent, the answer is one that OpenAPI describes: status, type, headers,
// body and code. What is refused has changed no row, and a read never does.

let plinth: TestPlinth
let witness: Witness
beforeAll(async () => {
  plinth = await startTestPlinth({ apps })
  witness = await createWitness(plinth)
})
afterAll(() => plinth.stop())

/** Signing up and in hashes a password each time, which is meant to be slow. */
const runsOf = ({ limit }: AnyOperation, runs: number) => (limit === 'auth' ? runs / 3 : runs)

const operations = registry.operations.map((operation) => [operation.name, operation] as const)

describe.for(operations)('%s', ([name]) => {
  const found = () => {
    const operation = plinth.server.registry.find(name)
    if (!operation) throw new Error(`The server has no operation ${name}.`)
    return { operation, schema: inputJsonSchema(operation.input) }
  }

  test(
    `${name} does what a valid input asks, or says why not`,
    async () => {
      const { operation, schema } = found()
      let cast = await createCast(plinth, operation)
      const able = ableTo(operation)
      let runs = 0
      let [tries, done] = [0, 0]
      await check(
        {
          name: `${name} does what a valid input asks`,
          cases: validCases(schema, { example: await exampleOf(operation), able }),
          runs: runsOf(operation, 45),
        },
        async (valid) => {
          // Nobody may have more keys than fifty, and examples make some.
          if (++runs % 30 === 0) cast = await createCast(plinth, operation)
          // One key is for one call; what is made smaller may be made again.
          const key = valid.key && `${runs} ${valid.key}`.slice(0, 255).trim()
          const { isDone, hasEndedSession } = await callValid(operation, cast, { ...valid, key })
          if (able.includes(valid.caller)) tries++
          if (isDone) done++
          if (hasEndedSession) cast = await createCast(plinth, operation)
        },
      )
      // The example itself works; only setting up cannot, without the token from the terminal.
      const wire = requestOf(operation, await cast.example(), cast.credentials.ada)
      const { status, body, about } = await witness.call(operation, wire)
      const declared = operation.errors.map(({ code }) => code)
      if (status >= 300) expect(declared, about).toContain(body.code)
      else if (tries > 3) expect(done / tries, 'calls that were done').toBeGreaterThan(0.2)
    },
    fuzzTimeout,
  )

  async function callValid(operation: AnyOperation, cast: Cast, valid: ValidCase) {
    const input = withExample(valid.fields, await cast.example())
    const wire = requestOf(operation, input, {
      ...cast.credentials[valid.caller],
      ...(valid.key === undefined ? {} : { 'idempotency-key': valid.key }),
      ...(valid.ifMatch === undefined ? {} : { 'if-match': valid.ifMatch }),
    })
    const answer = await witness.call(operation, wire)
    const outcome = answer.status < 300 ? 'DONE' : answer.body.code
    expect(expectation(operation, { valid, input }), answer.about).toContain(outcome)
    if (answer.body.code === 'INVALID_INPUT') {
      const named = fieldsOf(answer).map((field) => field.split('.')[0])
      expect(mayBeWrong(operation, { valid, input }), answer.about).toEqual(
        expect.arrayContaining(named),
      )
    }
    const hasEndedSession = /Max-Age=0/.test(String(answer.headers['set-cookie']))
    if (!hasEndedSession) await repeat(operation, { valid, wire, answer })
    if (answer.body.nextCursor) await turnPage(operation, { cast, valid, input, answer })
    return { isDone: outcome === 'DONE', hasEndedSession }
  }

  /** The second of two calls with one key gives the first answer, and does nothing. */
  async function repeat(
    operation: AnyOperation,
    { valid, wire, answer }: { valid: ValidCase; wire: WireRequest; answer: Answered },
  ) {
    const isKept = operation.effect !== 'read' && operation.actors !== 'anyone'
    if (valid.key === undefined || !isKept || answer.status === 401) return
    const before = await witness.digest()
    const again = await witness.call(operation, wire)
    expect(await witness.digest(), again.about).toEqual(before)
    if (answer.status >= 400) expect(again.body.code, again.about).toBe(answer.body.code)
    else if (operation.secretAnswer) {
      expect(again.body.code, again.about).toBe('IDEMPOTENCY_ANSWER_SECRET')
    } else {
      expect(again.body, again.about).toEqual(answer.body)
      expect(again.headers['idempotency-replayed'], again.about).toBe('true')
    }
  }

  /** A cursor works in the list that it came from. */
  async function turnPage(
    operation: AnyOperation,
    page: { cast: Cast; valid: ValidCase; input: Fields; answer: Answered },
  ) {
    const input = { ...page.input, cursor: page.answer.body.nextCursor }
    const wire = requestOf(operation, input, page.cast.credentials[page.valid.caller])
    const next = await witness.call(operation, wire)
    expect(next.status, next.about).toBe(200)
  }

  test(
    `${name} refuses what is almost valid and names the field`,
    async () => {
      const { operation, schema } = found()
      const cast = await createCast(plinth, operation)
      const judged = {
        example: await cast.example(),
        isAccepted: (input: Fields) => wrongFieldsOf(operation, input).length === 0,
        isSendable: (one: AlmostValid) => isSendable(operation, schema, one),
      }
      const refuse = async ({ input, field }: AlmostValid, caller: CallerName) => {
        const wire = requestOf(operation, input, cast.credentials[caller])
        const answer = await witness.call(operation, wire)
        if (caller === 'nobody' && operation.actors !== 'anyone') {
          expect(answer.body.code, answer.about).toBe('UNAUTHENTICATED')
        } else {
          expect(answer.body.code, answer.about).toBe('INVALID_INPUT')
          expect(fieldsOf(answer), answer.about).toEqual([field])
        }
      }
      for (const one of everyMistake(schema, judged, seed)) await refuse(one, 'ada')
      const cases = fc.tuple(almostValidInput(schema, judged), fc.constantFrom(...callers))
      const test = { name: `${name} refuses what is almost valid`, cases, runs: 20 }
      await check(test, ([one, caller]) => refuse(one, caller))
    },
    fuzzTimeout,
  )

  test(
    `${name} answers whatever else is sent as it is described`,
    async () => {
      const { operation, schema } = found()
      const cast = await createCast(plinth, operation)
      const example = await cast.example()
      const requests = fc.tuple(
        wildRequest(operation, example),
        wildBody(schema),
        fc.constantFrom(...callers),
      )
      await check(
        {
          name: `${name} answers whatever else is sent`,
          cases: requests,
          runs: runsOf(operation, 60),
        },
        async ([make, body, caller]) => {
          const wire = make(cast.credentials[caller], body.bytes)
          const answer = await witness.call(operation, wire)
          if (answer.status < 300 && wire.body !== undefined) {
            // A reader of JSON may pass over a byte order mark (RFC 8259 section 8.1).
            const text = wire.body.toString().replace(/^\ufeff/, '') || '{}'
            const sent = { ...JSON.parse(text), ...pathFields(operation, example) }
            expect(fits(schema, sent), `taken, though it does not fit: ${answer.about}`).toBe(true)
          }
        },
      )
    },
    fuzzTimeout,
  )
})

const pathFields = (operation: AnyOperation, example: Fields): Fields =>
  Object.fromEntries(routeOf(operation).parameters.map((name) => [name, example[name]]))
