import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { compileOperation } from './compile.ts'
import { defineOperation, type OperationFacts } from './define.ts'

const operationWith = (facts: Partial<OperationFacts>) =>
  defineOperation({
    name: 'probe.do_thing',
    summary: 'Do a thing.',
    http: 'POST /probe',
    effect: 'write',
    input: z.strictObject({}),
    output: z.strictObject({ name: z.string(), parts: z.array(z.strictObject({ id: z.int() })) }),
    errors: [],
    policy: () => true,
    limit: 'default',
    audit: () => ({ subject: 'thing' }),
    example: async () => ({}),
    run: () => ({ name: '', parts: [] }),
    ...facts,
  })

describe('a compiled operation', () => {
  test('cuts an answer to what is declared, at every depth', () => {
    const { cut } = compileOperation(operationWith({}))
    const row = { name: 'one', owner_id: 'x', parts: [{ id: 1, secret: 'y' }] }
    expect(cut(row)).toEqual({ name: 'one', parts: [{ id: 1 }] })
  })

  test('knows the scope that a credential must hold', () => {
    expect(compileOperation(operationWith({})).scope).toBe('probe:write')
    expect(compileOperation(operationWith({ effect: 'read' })).scope).toBe('probe:read')
    expect(compileOperation(operationWith({ scope: 'none' })).scope).toBeUndefined()
  })

  test('is still the operation', () => {
    const operation = operationWith({})
    expect(compileOperation(operation).operation).toBe(operation)
  })

  test('is refused where its answer is no object', () => {
    const broken = { ...operationWith({}), output: z.string() as never }
    expect(() => compileOperation(broken)).toThrow('must be an object schema')
  })
})
