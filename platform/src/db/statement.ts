import type { Compilable } from 'kysely'
import type { Db } from './db.ts'
import { queryBuilder, runnerOf } from './kysely.ts'

/** Stands for a parameter while a statement is compiled. */
class Placeholder {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

/**
 * A query that is built and compiled once and then only given its parameters: building a query costs
 * as much as running a small one.
 *
 *     const findById = statement<{ id: string }, TaskRow>()((db, param) =>
 *       tables(db).selectFrom('tasks.task').select(columns).where('id', '=', param('id')))
 *     const [task] = await findById(db, { id })
 */
export function statement<Parameters extends object, Row>() {
  return (
    build: (
      db: Db,
      param: <Name extends keyof Parameters & string>(name: Name) => Parameters[Name],
    ) => Compilable<Row>,
  ): ((db: Db, parameters: Parameters) => Promise<Row[]>) => {
    const compiled = build(queryBuilder, (name) => new Placeholder(name) as never).compile()
    const { sql } = compiled
    const slots = compiled.parameters
    return async (db, parameters) => {
      const values = slots.map((slot) =>
        slot instanceof Placeholder ? (parameters as Record<string, unknown>)[slot.name] : slot,
      )
      const { rows } = await runnerOf(db)({ text: sql, values })
      return rows as Row[]
    }
  }
}
