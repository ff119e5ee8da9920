import { describeApi } from '@plinth/platform/server'
import { beforeAll, describe, expect, it } from 'vitest'
import { apps } from '../../apps/src/all.ts'
import { inputJsonSchema } from '../../platform/src/schema/json-schema.ts'
import { createCatalogue } from '../../platform/src/surfaces/mcp/tools.ts'
import { almostValidInput, validInput } from './arbitrary.ts'
import { type ApiDescription, createDocumented, type Documented } from './documented.ts'
import { fits } from './fits.ts'
import { exampleOf, registry } from './operations.ts'
import { check } from './run.ts'

// One schema is published in two places: OpenAPI takes it apart into parameters and a body, a tool
// has it whole. Both must describe the same inputs, or one of the two promises something else.

let documented: Documented
beforeAll(async () => {
  const document = await describeApi(apps, 'http://localhost:3000')
  documented = createDocumented(document as ApiDescription)
})

const operations = registry.operations.map((operation) => [operation.name, operation] as const)
const tools = createCatalogue(registry, undefined).visibleTo({
  personId: 'anybody',
  name: '',
  email: '',
  timeZone: 'UTC',
  actor: { kind: 'script', id: '', name: '' },
  roles: [],
  scopes: ['*'],
})

describe.for(operations)('%s', ([name, operation]) => {
  const schema = inputJsonSchema(operation.input)

  it('is described for HTTP with the inputs that fit, and no others', async () => {
    const title = `${name} is described for HTTP`
    const example = await exampleOf(operation)
    const right = validInput(schema, example)
    await check({ name: title, cases: right, runs: 60 }, async (input) => {
      expect(documented.isInput(name, input)).toBe(true)
    })
    const cases = almostValidInput(schema, {
      example,
      isAccepted: () => true,
      isSendable: () => true,
    })
    await check({ name: title, cases, runs: 100 }, async ({ input }) => {
      expect(documented.isInput(name, input)).toBe(fits(schema, input))
    })
  })
})

const asTools = operations.filter(([, { actors }]) => actors === 'any')

it.each(asTools)('%s is a tool with the same input, and a key for writes', (name, operation) => {
  const tool = tools.find((one) => one.name === name.replace('.', '_'))
  const { idempotencyKey, ...properties } = tool?.inputSchema.properties ?? {}
  expect({ ...tool?.inputSchema, properties }).toEqual(inputJsonSchema(operation.input))
  expect(idempotencyKey !== undefined).toBe(operation.effect !== 'read')
})
