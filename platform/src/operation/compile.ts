import { compileCutter } from '../schema/cutter.ts'
import { outputJsonSchema } from '../schema/json-schema.ts'
import type { AnyOperation } from './define.ts'
import { scopeOf } from './registry.ts'

/** What the pipeline needs of an operation and works out once. */
export interface CompiledOperation {
  readonly operation: AnyOperation
  readonly scope: string | undefined
  /** Cuts an answer to the declared output. */
  readonly cut: (output: object) => object
}

export function compileOperation(operation: AnyOperation): CompiledOperation {
  const cut = compileCutter(outputJsonSchema(operation.output))
  return { operation, scope: scopeOf(operation), cut: (output) => cut(output) as object }
}
