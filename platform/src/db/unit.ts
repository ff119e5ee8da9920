import { hash } from 'node:crypto'
import type { PoolClient, Submittable } from 'pg'
import { encodeValue, parserOf } from './values.ts'

/** The part of node-postgres' connection that a unit speaks to; its own types leave half of it out. */
interface Connection {
  readonly stream: { cork(): void; uncork(): void }
  parse(statement: { readonly name: string; readonly text: string }): void
  bind(binding: {
    readonly portal: string
    readonly statement: string
    readonly values: readonly unknown[]
    readonly valueMapper: (value: unknown) => string | Buffer | null
  }): void
  describe(what: { readonly type: 'P'; readonly name: string }): void
  execute(portal: { readonly portal: string; readonly rows: number }): void
  close(what: { readonly type: 'S'; readonly name: string }): void
  sync(): void
  sendCopyFail(message: string): void
}

/** One statement of a unit. Its name on the server is the hash of its text. */
export interface UnitStatement {
  readonly text: string
  readonly values: readonly unknown[]
}

export interface StatementResult {
  readonly rows: readonly Readonly<Record<string, unknown>>[]
  readonly rowCount: number
}

interface Column {
  readonly name: string
  readonly parse: (text: string) => unknown
}

/** What this process knows of the statements that one server connection has prepared. */
interface Prepared {
  /** The columns of a statement whose description has arrived; undefined while it has not. */
  readonly columns: Map<string, readonly Column[] | undefined>
  /** Parsed in a unit that failed: the server may or may not have them. */
  readonly uncertain: Set<string>
}

const preparedOn = new WeakMap<Connection, Prepared>()

/** A statement's name: PostgreSQL keeps 63 bytes of a name, so a hash and never the text. */
const names = new Map<string, string>()
const namesMax = 5_000
const preparedMax = 400

function nameOf(text: string): string {
  const known = names.get(text)
  if (known) return known
  // Dynamic filters make new texts; the oldest half is forgotten, which only costs hashing again.
  if (names.size >= namesMax) {
    for (const key of [...names.keys()].slice(0, namesMax / 2)) names.delete(key)
  }
  const name = `p_${hash('sha256', text, 'base64url').slice(0, 32)}`
  names.set(text, name)
  return name
}

interface RowDescription {
  readonly fields: readonly { readonly name: string; readonly dataTypeID: number }[]
}

/**
 * Several statements and one Sync: one round trip, and one implicit transaction where none is open.
 * When a statement fails the server skips the rest of the unit, so nothing set for the unit outlives
 * it. (PostgreSQL documentation, "Extended Query": error recovery at Sync.)
 *
 * It speaks to node-postgres as a submittable query, with its own book of prepared statements.
 */
class Unit {
  readonly #statements: readonly UnitStatement[]
  readonly #settle: (error: Error | undefined, results: StatementResult[]) => void
  readonly #results: StatementResult[] = []
  #rows: Record<string, unknown>[] = []
  #columns: readonly Column[] = []
  #prepared: Prepared = { columns: new Map(), uncertain: new Set() }
  #isSettled = false

  constructor(
    statements: readonly UnitStatement[],
    settle: (error: Error | undefined, results: StatementResult[]) => void,
  ) {
    this.#statements = statements
    this.#settle = settle
  }

  submit(connection: Connection): undefined {
    this.#prepared = preparedOn.get(connection) ?? { columns: new Map(), uncertain: new Set() }
    preparedOn.set(connection, this.#prepared)
    connection.stream.cork()
    try {
      for (const statement of this.#statements) this.#send(connection, statement)
      connection.sync()
    } finally {
      connection.stream.uncork()
    }
    this.#begin(0)
  }

  #send(connection: Connection, { text, values }: UnitStatement): void {
    const name = nameOf(text)
    const { columns, uncertain } = this.#prepared
    const isKnown = columns.has(name)
    if (!isKnown) {
      if (uncertain.delete(name)) connection.close({ type: 'S', name })
      else this.#makeRoom(connection)
      connection.parse({ name, text })
      columns.set(name, undefined)
    }
    connection.bind({ portal: '', statement: name, values, valueMapper: encodeValue })
    // A statement that was described before is not described again; 0A000 guards against change.
    if (columns.get(name) === undefined) connection.describe({ type: 'P', name: '' })
    connection.execute({ portal: '', rows: 0 })
  }

  /** Keeps the server's memory bounded where filters make many texts: the oldest one goes. */
  #makeRoom(connection: Connection): void {
    const { columns } = this.#prepared
    if (columns.size < preparedMax) return
    for (const name of columns.keys()) {
      if (this.#statements.some((statement) => nameOf(statement.text) === name)) continue
      connection.close({ type: 'S', name })
      columns.delete(name)
      return
    }
  }

  #begin(index: number): void {
    const statement = this.#statements[index]
    this.#rows = []
    this.#columns = (statement && this.#prepared.columns.get(nameOf(statement.text))) ?? []
  }

  handleRowDescription({ fields }: RowDescription): void {
    this.#columns = fields.map((field) => ({
      name: field.name,
      parse: parserOf(field.dataTypeID),
    }))
  }

  handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    const row: Record<string, unknown> = {}
    for (let at = 0; at < this.#columns.length; at++) {
      const column = this.#columns[at]
      const field = fields[at]
      if (column)
        row[column.name] = field === null || field === undefined ? null : column.parse(field)
    }
    this.#rows.push(row)
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    this.#finishStatement(Number(text.slice(text.lastIndexOf(' ') + 1)) || 0)
  }

  handleEmptyQuery(): void {
    this.#finishStatement(0)
  }

  #finishStatement(rowCount: number): void {
    const statement = this.#statements[this.#results.length]
    if (statement) this.#prepared.columns.set(nameOf(statement.text), this.#columns)
    this.#results.push({ rows: this.#rows, rowCount })
    this.#begin(this.#results.length)
  }

  handlePortalSuspended(): void {}

  handleCopyInResponse(connection: Connection): void {
    connection.sendCopyFail('COPY is not part of a unit')
  }

  handleError(error: Error): void {
    for (const statement of this.#statements.slice(this.#results.length)) {
      const name = nameOf(statement.text)
      if (this.#prepared.columns.get(name) !== undefined && !isStale(error)) continue
      this.#prepared.columns.delete(name)
      this.#prepared.uncertain.add(name)
    }
    this.#finish(error)
  }

  handleReadyForQuery(): void {
    this.#finish(undefined)
  }

  #finish(error: Error | undefined): void {
    if (this.#isSettled) return
    this.#isSettled = true
    this.#settle(error, this.#results)
  }
}

/** 0A000 "cached plan must not change result type" and 26000 "prepared statement does not exist". */
export function isStale(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === '26000' || (code === '0A000' && String(error).includes('cached plan'))
}

/**
 * Runs a unit on a connection and gives one result per statement.
 *
 * Throws what the server said (`pg.DatabaseError`, with its SQLSTATE in `code`) or the connection's
 * own failure.
 */
export function runUnit(
  client: PoolClient,
  statements: readonly UnitStatement[],
): Promise<readonly StatementResult[]> {
  return new Promise((resolve, reject) => {
    const unit = new Unit(statements, (error, results) =>
      error ? reject(error) : resolve(results),
    )
    client.query(unit as unknown as Submittable)
  })
}
