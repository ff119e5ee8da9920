import { startTestPlinth, type TestPlinth } from '@plinth/platform/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apps } from '../../apps/src/all.ts'
import type { AnyOperation } from '../../platform/src/operation/define.ts'
import { toolNameOf } from '../../platform/src/operation/registry.ts'
import type { JsonSchema } from '../../platform/src/schema/json-schema.ts'
import { type AlmostValid, almostValidInput, everyMistake } from './arbitrary.ts'
import { validCases, withExample } from './cases.ts'
import { type CallerName, type Cast, createCast } from './cast.ts'
import { expectation, mayBeWrong, wrongFieldsOf } from './expected.ts'
import { fits } from './fits.ts'
import {
  isInternal,
  type McpAnswer,
  messageOf,
  type Revision,
  revisions,
  sendMessage,
  type ToolDescription,
} from './mcp-wire.ts'
import { exampleOf, registry } from './operations.ts'
import { check, fuzzTimeout, seed } from './run.ts'
import type { Fields } from './values.ts'
import { wildBody, wildValue } from './wild.ts'
import { toCurl, type WireRequest } from './wire.ts'
import { createWitness, type Witness } from './witness.ts'

// The same over MCP, from what `tools/list` says of each tool and nothing else: answers are results
// or errors of JSON-RPC, a result has the form that the tool declares, a refusal is a result that
// says so and carries the problem document that HTTP would have given.

let plinth: TestPlinth
let witness: Witness
let tools: ReadonlyMap<string, ToolDescription>
beforeAll(async () => {
  plinth = await startTestPlinth({ apps })
  witness = await createWitness(plinth)
  const key = await (await plinth.createPerson()).key()
  const list = messageOf({ revision: revisions[0], method: 'tools/list', params: {} })
  const { result } = await sendMessage(plinth.url, withCredential(list, `Bearer ${key}`))
  tools = new Map(result?.tools?.map((tool) => [tool.name, tool]))
})
afterAll(() => plinth.stop())

const withCredential = (wire: WireRequest, authorization: string | undefined): WireRequest =>
  authorization === undefined ? wire : { ...wire, headers: { ...wire.headers, authorization } }

const operations = registry.operations
  .filter(({ actors }) => actors === 'any')
  .map((operation) => [operation.name, operation] as const)

/** Sessions are for browsers, so everybody comes with a key. */
const callers = ['nobody', 'key', 'narrowKey', 'tom'] as const satisfies readonly CallerName[]

interface Sender {
  readonly caller: (typeof callers)[number]
  readonly revision: Revision
}

const sender: fc.Arbitrary<Sender> = fc.record({
  caller: fc.constantFrom('key', ...callers),
  revision: fc.constantFrom(...revisions),
})

const authorizationOf = ({ credentials, tomsKey }: Cast, caller: CallerName) =>
  (caller === 'tom' ? tomsKey : credentials[caller]).authorization

/** Sends a message, and holds the answer against what is true of every answer. */
async function send(operation: AnyOperation, wire: WireRequest) {
  const before = await witness.digest()
  const answer = await sendMessage(plinth.url, wire)
  const about = `${answer.status} ${answer.text.slice(0, 600)}\n${toCurl(plinth.url, wire)}`
  expect(answer.status, about).toBeLessThan(500)
  expect(isInternal(answer), about).toBe(false)
  const problem = answer.result?._meta?.['plinth/problem'] as Problem | undefined
  if (answer.result) checkResult(operation, { answer, problem, about })
  const isDone = answer.result !== undefined && answer.result.isError !== true
  if (!isDone || operation.effect === 'read') {
    expect(await witness.digest(), `rows after ${about}`).toEqual(before)
  }
  return { ...answer, isDone, about, refusal: problem ?? (answer.problem as Problem | undefined) }
}

interface Problem {
  readonly code: string
  readonly errors?: readonly { readonly field: string }[]
}

function checkResult(
  operation: AnyOperation,
  { answer, problem, about }: { answer: McpAnswer; problem: Problem | undefined; about: string },
): void {
  const { content = [], structuredContent, isError } = answer.result ?? {}
  // Other methods have other results; the protocol's own suite looks at those.
  if (structuredContent === undefined && content.length === 0) return
  const [{ type, text } = { type: '', text: '' }] = content
  expect(type, about).toBe('text')
  if (isError === true) {
    expect(structuredContent, about).toBeUndefined()
    expect(witness.documented.problemComplaints(operation.name, problem ?? {}), about).toEqual([])
    expect(text.startsWith(`${problem?.code}: `), about).toBe(true)
  } else {
    const { outputSchema = {} } = tools.get(toolNameOf(operation)) ?? {}
    expect(fits(outputSchema, structuredContent), about).toBe(true)
    if (text.length < 25_000) expect(JSON.parse(text), about).toEqual(structuredContent)
  }
}

const fieldsOf = (refusal: Problem | undefined) => [
  ...new Set(refusal?.errors?.map(({ field }) => field)),
]

describe.for(operations)('%s', ([name]) => {
  const found = () => {
    const operation = plinth.server.registry.find(name)
    const tool = operation && tools.get(toolNameOf(operation))
    if (!operation || !tool) throw new Error(`The server has no tool for ${name}.`)
    const toolCall = (revision: Revision, given: unknown) =>
      messageOf({ revision, method: 'tools/call', params: { name: tool.name, arguments: given } })
    return { operation, schema: tool.inputSchema, toolCall }
  }

  test(
    `${name} as a tool does what a valid input asks, or says why not`,
    async () => {
      const { operation, schema, toolCall } = found()
      const cast = await createCast(plinth, operation)
      const example = await exampleOf(operation)
      const cases = fc.record({
        valid: validCases(schema, { example, able: ['key'] }),
        sender,
      })
      const about = { name: `${name} as a tool does what a valid input asks`, cases, runs: 40 }
      let runs = 0
      await check(about, async ({ valid: { fields: made }, sender: { caller, revision } }) => {
        const { idempotencyKey: key, ...rest } = withExample(made, await cast.example())
        const once =
          typeof key === 'string' ? { idempotencyKey: `${++runs}${key}`.slice(0, 255) } : {}
        const wire = withCredential(
          toolCall(revision, { ...rest, ...once }),
          authorizationOf(cast, caller),
        )
        const answer = await send(operation, wire)
        const prepared = { valid: { caller, fields: made }, input: rest }
        const expected = expectation(operation, prepared)
        if (caller === 'nobody') expect(answer.status, answer.about).toBe(401)
        // What the key may not do is not there at all.
        else if (answer.error) {
          expect([caller, answer.error.code], answer.about).toEqual(['narrowKey', -32602])
        } else
          expect(expected, answer.about).toContain(answer.isDone ? 'DONE' : answer.refusal?.code)
        if (answer.refusal?.code === 'INVALID_INPUT') {
          const named = fieldsOf(answer.refusal).map((field) => field.split('.')[0])
          expect(mayBeWrong(operation, prepared), answer.about).toEqual(
            expect.arrayContaining(named),
          )
        }
        if (once.idempotencyKey === undefined || !answer.isDone) return
        const before = await witness.digest()
        const again = await send(operation, wire)
        expect(again.result?.structuredContent, again.about).toEqual(
          answer.result?.structuredContent,
        )
        expect(again.result?._meta?.['plinth/replayed'], again.about).toBe(true)
        expect(await witness.digest(), again.about).toEqual(before)
      })
    },
    fuzzTimeout,
  )

  test(
    `${name} as a tool refuses what is almost valid and names the field`,
    async () => {
      const { operation, schema, toolCall } = found()
      const cast = await createCast(plinth, operation)
      const judged = {
        example: await cast.example(),
        isAccepted: ({ idempotencyKey: _key, ...input }: Fields) =>
          wrongFieldsOf(operation, input).length === 0,
        isSendable: () => true,
      }
      const refuse = async ({ input, field }: AlmostValid, { caller, revision }: Sender) => {
        const wire = toolCall(revision, input)
        const answer = await send(operation, withCredential(wire, authorizationOf(cast, caller)))
        if (caller === 'nobody') expect(answer.status, answer.about).toBe(401)
        else if (answer.error) expect(caller, answer.about).toBe('narrowKey')
        else {
          expect(answer.refusal?.code, answer.about).toBe('INVALID_INPUT')
          expect(fieldsOf(answer.refusal), answer.about).toEqual([field])
        }
      }
      for (const [at, one] of everyMistake(schema, judged, seed).entries()) {
        await refuse(one, { caller: 'key', revision: revisions[at % 2]! })
      }
      const cases = fc.record({ mistaken: almostValidInput(schema, judged), sender })
      const about = { name: `${name} as a tool refuses what is almost valid`, cases, runs: 20 }
      await check(about, (one) => refuse(one.mistaken, one.sender))
    },
    fuzzTimeout,
  )

  test(
    `${name} as a tool answers whatever else is sent by the protocol`,
    async () => {
      const { operation, schema, toolCall } = found()
      const cast = await createCast(plinth, operation)
      const cases = fc.record({
        request: wildMessage(schema, toolCall),
        caller: fc.constantFrom(...callers),
      })
      const about = { name: `${name} as a tool answers whatever else is sent`, cases, runs: 60 }
      await check(about, async ({ request, caller }) => {
        const wire = withCredential(request, authorizationOf(cast, caller))
        const answer = await send(operation, wire)
        if (answer.result?.structuredContent === undefined) return
        const { params } = JSON.parse(String(wire.body)) as { params: { arguments?: Fields } }
        expect(fits(schema, params.arguments ?? {}), answer.about).toBe(true)
      })
    },
    fuzzTimeout,
  )
})

/** Any arguments at all, any message about the tool, any bytes. */
function wildMessage(
  schema: JsonSchema,
  toolCall: (revision: Revision, given: unknown) => WireRequest,
): fc.Arbitrary<WireRequest> {
  const revision = fc.constantFrom(...revisions)
  const anything = wildValue(schema)
  return fc.oneof(
    fc.tuple(revision, anything).map(([one, given]) => toolCall(one, given)),
    fc
      .record({
        revision,
        method: fc.constantFrom(
          'tools/call',
          'tools/list',
          'tools/',
          'ping',
          'initialize',
          '__proto__',
          '',
        ),
        params: fc.dictionary(fc.constantFrom('name', 'arguments', 'cursor', '_meta'), anything, {
          noNullPrototype: true,
        }),
        id: fc.constantFrom<unknown>(1, 'one', null, 0, -1, 1.5, {}, [], true),
      })
      .map(messageOf),
    fc.tuple(revision, wildBody(schema)).map(([one, body]) => ({
      ...messageOf({ revision: one, method: 'tools/call', params: {} }),
      body: body.bytes,
    })),
  )
}
