import { z } from '@plinth/platform'
import { describe, expect, it, test } from 'vitest'
import { PlinthError } from '../../platform/src/errors/define.ts'
import { decode } from '../../platform/src/operation/decode.ts'
import type { AnyOperation } from '../../platform/src/operation/define.ts'
import { inputJsonSchema, type JsonSchema } from '../../platform/src/schema/json-schema.ts'
import { almostValidInput, everyMistake, validInput } from './arbitrary.ts'
import { isName } from './cases.ts'
import { fits } from './fits.ts'
import { exampleOf, registry } from './operations.ts'
import { check, seed } from './run.ts'
import { anyValueOf, type Fields } from './values.ts'

const operations = registry.operations.map((operation) => [operation.name, operation] as const)

describe.for(operations)('inputs for %s', ([name, operation]) => {
  const schema = inputJsonSchema(operation.input)

  it('that are valid fit the published schema, and the parser, but for rules beyond it', async () => {
    const cases = validInput(schema, await exampleOf(operation))
    await check({ name: `${name} that are valid`, cases, runs: 150 }, async (input) => {
      expect(fits(schema, input)).toBe(true)
      const issues = operation.input.safeParse(input).error?.issues ?? []
      expect(issues.filter((issue) => !isBeyond(operation, { schema, input, issue }))).toEqual([])
    })
  })

  it('that are almost valid are refused, and what is wrong is named', async () => {
    const judged = {
      example: await exampleOf(operation),
      isAccepted: (input: Fields) => operation.input.safeParse(input).success,
      isSendable: () => true,
    }
    for (const { input, field, wrong } of everyMistake(schema, judged, seed)) {
      expect(fieldsNamed(operation, input), `${field}: ${wrong}`).toEqual([field])
    }
    const cases = almostValidInput(schema, judged)
    await check(
      { name: `${name} that are almost valid`, cases, runs: 150 },
      async ({ input, field }) => {
        expect(fieldsNamed(operation, input)).toEqual([field])
      },
    )
  })
})

interface Refused {
  readonly schema: JsonSchema
  readonly input: Fields
  readonly issue: z.core.$ZodIssue
}

/**
 * Whether a refusal is for something that no schema can say: that several fields do not go together,
 * that there is no such zone, that no calendar has that day.
 */
function isBeyond(operation: AnyOperation, { schema, input, issue }: Refused): boolean {
  if (issue.code !== 'custom') return false
  const [name = ''] = issue.path.map(String)
  const field = operation.input instanceof z.ZodObject ? operation.input.shape[name] : undefined
  if (!(field instanceof z.ZodType) || field.safeParse(input[name]).success) return true
  return partsAt(schema, issue.path).some((part) => part.format !== undefined || isName(part))
}

/** What a schema says of the value at a path, in each of its alternatives. */
function partsAt(schema: JsonSchema, [step, ...rest]: readonly PropertyKey[]): JsonSchema[] {
  const alternatives = schema.anyOf ?? schema.oneOf
  if (alternatives)
    return alternatives.flatMap((one) => partsAt(one, step === undefined ? [] : [step, ...rest]))
  if (step === undefined) return [schema]
  const part = typeof step === 'number' ? schema.items : schema.properties?.[String(step)]
  return part ? partsAt(part, rest) : []
}

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
