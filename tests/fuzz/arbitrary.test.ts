import { describe, expect, it, test } from 'vitest'
import { PlinthError } from '../../platform/src/errors/define.ts'
import { decode } from '../../platform/src/operation/decode.ts'
import type { AnyOperation } from '../../platform/src/operation/define.ts'
import { inputJsonSchema, type JsonSchema } from '../../platform/src/schema/json-schema.ts'
import { almostValidInput, validInput } from './arbitrary.ts'
import { fits } from './fits.ts'
import { exampleOf, registry } from './operations.ts'
import { check } from './run.ts'
import { anyValueOf } from './values.ts'

const operations = registry.operations.map((operation) => [operation.name, operation] as const)

describe.for(operations)('inputs for %s', ([name, operation]) => {
  const schema = inputJsonSchema(operation.input)

  it('that are valid fit the published schema, and the parser, but for rules beyond it', async () => {
    const cases = validInput(schema, await exampleOf(operation))
    await check({ name, cases, runs: 150 }, async (input) => {
      expect(fits(schema, input)).toBe(true)
      const issues = operation.input.safeParse(input).error?.issues ?? []
      expect(issues.filter(({ code }) => code !== 'custom')).toEqual([])
    })
  })

  it('that are almost valid are refused, and what is wrong is named', async () => {
    const cases = almostValidInput(schema, {
      example: await exampleOf(operation),
      isAccepted: (input) => operation.input.safeParse(input).success,
      isSendable: () => true,
    })
    await check({ name, cases, runs: 150 }, async ({ input, field }) => {
      expect(fieldsNamed(operation, input)).toEqual([field])
    })
  })
})

/** The fields that the refusal of an input names, each once. */
function fieldsNamed(operation: AnyOperation, input: object): readonly string[] {
  try {
    decode(operation, input)
    return []
  } catch (error) {
    if (!(error instanceof PlinthError)) throw error
    return [...new Set(error.details.errors?.map(({ field }) => field))]
  }
}

test.for<[string, JsonSchema]>([
  ['a keyword', { type: 'array', items: { type: 'string' }, uniqueItems: true }],
  ['a format', { type: 'string', format: 'iri', maxLength: 9 }],
  ['fields without names', { type: 'object', additionalProperties: { type: 'string' } }],
  ['a type', { type: 'quantity' }],
  ['a reference', { $ref: '#/$defs/Node' }],
])('%s that the fuzzer does not know stops it', ([, schema]) => {
  const whole: JsonSchema = { type: 'object', properties: { part: schema } }
  expect(() => anyValueOf(schema)).toThrow(/fuzzer/)
  expect(() => validInput(whole, {})).toThrow(/fuzzer/)
})
