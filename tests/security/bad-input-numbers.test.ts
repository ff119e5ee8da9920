import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { FieldError } from '../../platform/src/errors/define.ts'
import type { AnyOperation } from '../../platform/src/operation/define.ts'
import { inputJsonSchema, type JsonSchema } from '../../platform/src/schema/json-schema.ts'
import { fits } from '../fuzz/fits.ts'
import { registry } from '../fuzz/operations.ts'
import { startTarget, type Target } from './raw-target.ts'
import {
  httpRequest,
  mcpOutcome,
  mcpRequest,
  type Outcome,
  type Surface,
} from './raw-text-calls.ts'

// The story: numbers as only bytes can say them: past all bounds, with an exponent, with ten thousand
// digits, negative nothing. JSON has one kind of number, of which Plinth takes whole ones that are
// what they seem; texts are never numbers in a body, and in an address only in one way to write them.

let target: Target
beforeAll(async () => {
  target = await startTarget()
})
afterAll(() => target?.plinth.stop())
afterEach(() => target.expectAlive())

/** What a body may say instead of a number, each as it stands there. */
const literals = [
  ...['-0', '0', '-1', '0.5', '1.5', '-1.5', '1e-1', '1e-400', '-0.0', '0e9'],
  ...['1e309', '-1e309', '1e999999', '1E400', '9'.repeat(400), '9'.repeat(10_000)],
  ...['2147483648', '4294967297', '9007199254740993', '18446744073709551617', '1e21'],
  ...[`0.${'0'.repeat(5_000)}1`, `1.${'9'.repeat(5_000)}`, `1.${'0'.repeat(5_000)}5`],
  ...['1.0', '1e0', '10e-1', '0.1e1', '1E+0', '1.000'],
  ...['"1"', '"1.0"', '" 1"', '"0x1"', '"1e0"', '"Infinity"', '"NaN"', '""', '"one"', '"١"'],
  ...['null', 'true', 'false', '[]', '[1]', '{}', '{"valueOf":1}', '"1n"', '[[1]]'],
]

/** What is no JSON at all in the place of a number. */
const broken = ['01', '+1', '.5', '1.', '1e', '0x1', '1_000', 'NaN', 'Infinity', '-', '١', '1n']

interface NumberField {
  readonly operation: AnyOperation
  readonly name: string
  readonly schema: JsonSchema
}

const isNumber = ({ type }: JsonSchema) => type === 'integer' || type === 'number'
const fields = registry.operations.flatMap((operation) =>
  Object.entries(inputJsonSchema(operation.input).properties ?? {})
    .filter(([, schema]) => isNumber(schema))
    .map(([name, schema]): NumberField => ({ operation, name, schema })),
)
const isInAddress = ({ operation }: NumberField) => /^(?:GET|DELETE) /.test(operation.http)
const named = (some: readonly NumberField[]) =>
  some.map((field) => [field.name, field.operation.name, field] as const)

async function inputFor({ operation, name }: NumberField) {
  const kit = target.plinth.exampleKit({ person: target.ada, other: target.ada })
  const known = target.plinth.server.registry.find(operation.name) ?? operation
  return { operation: known, input: { ...(await known.example(kit)), [name]: place } }
}

/** What stands where the number will stand, while the request is made. */
const place = '<the number>'

/** Sends a request with a literal in its place, however long it makes the body. */
async function send(request: string, literal: string, surface: Surface): Promise<Outcome> {
  const filled = request.replace(`"${place}"`, Buffer.from(literal).toString('latin1'))
  const length = filled.length - filled.indexOf('\r\n\r\n') - 4
  const bytes = filled.replace(/Content-Length: \d+/, `Content-Length: ${length}`)
  const connection = target.connect()
  const answer = await connection.ask(bytes)
  expect(await connection.hangUp()).toHaveLength(1)
  if (surface === 'mcp') return mcpOutcome(answer)
  const { status, json } = answer
  return status < 300 ? { status, output: json } : { status, problem: json }
}

function expectJudged({ name, schema }: NumberField, literal: string, outcome: Outcome): void {
  const shown = `${literal.slice(0, 40)}: ${JSON.stringify(outcome).slice(0, 500)}`
  const { code, errors } = (outcome.problem ?? {}) as {
    readonly code?: string
    readonly errors?: readonly FieldError[]
  }
  if (fits(schema, JSON.parse(literal))) {
    // It is the version that the thing has, or another one; a number it is.
    const behind = ['VERSION_CONFLICT', 'INVALID_TRANSITION', 'NOT_FOUND']
    expect([undefined, ...behind], shown).toContain(code)
  } else {
    expect([outcome.status, code], shown).toEqual([422, 'INVALID_INPUT'])
    expect([...new Set(errors?.map(({ field }) => field))], shown).toEqual([name])
  }
}

describe('in a body', () => {
  test.for(named(fields.filter((field) => !isInAddress(field))))(
    '%s of %s is a number as JSON has them, and nothing else',
    async ([, , field]) => {
      const { operation, input } = await inputFor(field)
      const request = httpRequest(target, operation, input)
      for (const literal of literals) {
        expectJudged(field, literal, await send(request, literal, 'http'))
      }
      for (const literal of broken) {
        const outcome = await send(request, literal, 'http')
        expect([outcome.status, outcome.problem?.code], literal).toEqual([400, 'INVALID_JSON'])
      }
    },
  )
})

describe('in the arguments of a tool', () => {
  test.for(named(fields.filter(({ operation }) => operation.actors === 'any')))(
    '%s of %s is a number as JSON has them, and nothing else',
    async ([, , field]) => {
      const { operation, input } = await inputFor(field)
      const request = mcpRequest(target, operation, input)
      for (const literal of literals) {
        expectJudged(field, literal, await send(request, literal, 'mcp'))
      }
    },
  )
})

describe('in an address', () => {
  const good = ['1', '7', '99']
  const bad = [
    ...['0', '-0', '-1', '01', '+1', '1.0', '1.5', '1e0', '1e2', '0x1', '0b1', '1n', '1_0'],
    ...['%201', '1%20', '%EF%BC%91', '%D9%A1', '1,2', '1;2', '[1]', '1%00', '', 'true', 'null'],
    ...['NaN', 'Infinity', '-Infinity', '1e309', '9'.repeat(400), '2147483648', '9007199254740993'],
  ]
  test.for(named(fields.filter(isInAddress)))(
    '%s of %s is written in one way only',
    async ([, , field]) => {
      const { operation, input } = await inputFor(field)
      const request = httpRequest(target, operation, input)
      for (const text of [...good, ...bad]) {
        const connection = target.connect()
        const answer = await connection.ask(request.replace(encodeURIComponent(place), text))
        await connection.hangUp()
        if (good.includes(text)) {
          // The first version of a task is deleted once, and is not found again.
          expect([200, 404, 412], `${text}: ${answer.text}`).toContain(answer.status)
        } else {
          expect([answer.status, answer.json.code], text).toEqual([422, 'INVALID_INPUT'])
          expect(answer.json.errors, text).toMatchObject([{ field: field.name }])
        }
      }
    },
  )
})
