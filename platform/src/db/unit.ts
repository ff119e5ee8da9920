import { hash } from 'node:crypto'
import type { ClientBase, Submittable } from 'pg'
import { parserOf } from './values.ts'
import { createWire, type Wire } from './wire.ts'

/** The part of node-postgres' connection that a unit speaks to; its own types leave half of it out. */
interface Connection {
  readonly stream: { readonly writable: boolean; write(bytes: Buffer): void }
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

/** The columns of a statement, and a row of them in which every value is still missing. */
interface Columns {
  readonly list: readonly Column[]
  readonly emptyRow: Readonly<Record<string, null>>
}

/** What this process keeps for one server connection. */
interface Session {
  readonly wire: Wire
  /** The statements prepared there, and the columns of each once its description has arrived. */
  readonly prepared: Map<string, Columns | undefined>
  /** Parsed in a unit that failed, so that the server may have them: the next unit closes them. */
  readonly uncertain: Set<string>
}

const sessions = new WeakMap<Connection, Session>()

function sessionOf(connection: Connection): Session {
  const known = sessions.get(connection)
  if (known) return known
  const made = { wire: createWire(), prepared: new Map(), uncertain: new Set<string>() }
  sessions.set(connection, made)
  return made
}

const noColumns: Columns = { list: [], emptyRow: {} }

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
  readonly #names: readonly string[]
  readonly #settle: (error: Error | undefined, results: StatementResult[]) => void
  readonly #results: StatementResult[] = []
  #rows: Record<string, unknown>[] = []
  #columns = noColumns
  #session: Session | undefined
  #isSettled = false

  constructor(
    statements: readonly UnitStatement[],
    settle: (error: Error | undefined, results: StatementResult[]) => void,
  ) {
    this.#statements = statements
    this.#names = statements.map(({ text }) => nameOf(text))
    this.#settle = settle
  }

  submit(connection: Connection): undefined {
    const session = sessionOf(connection)
    this.#session = session
    for (const name of session.uncertain) session.wire.closeStatement(name)
    session.uncertain.clear()
    for (let at = 0; at < this.#names.length; at++) this.#write(session, at)
    session.wire.sync()
    const bytes = session.wire.take()
    // A connection that is gone says so to the unit by itself.
    if (connection.stream.writable) connection.stream.write(bytes)
    this.#begin(session, 0)
  }

  #write(session: Session, at: number): void {
    const { wire, prepared } = session
    const name = this.#names[at] ?? ''
    const { text = '', values = [] } = this.#statements[at] ?? {}
    if (!prepared.has(name)) {
      this.#makeRoom(session)
      wire.parse({ name, text })
      prepared.set(name, undefined)
    }
    wire.bind(name, values)
    // A statement that was described before is not described again; 0A000 guards against change.
    if (prepared.get(name) === undefined) wire.describe()
    wire.execute()
  }

  /** Keeps the server's memory bounded where filters make many texts: the oldest one goes. */
  #makeRoom({ wire, prepared }: Session): void {
    if (prepared.size < preparedMax) return
    for (const name of prepared.keys()) {
      if (this.#names.includes(name)) continue
      wire.closeStatement(name)
      prepared.delete(name)
      return
    }
  }

  #begin({ prepared }: Session, at: number): void {
    const name = this.#names[at]
    this.#rows = []
    this.#columns = (name !== undefined && prepared.get(name)) || noColumns
  }

  handleRowDescription({ fields }: RowDescription): void {
    const list = fields.map(({ name, dataTypeID }) => ({ name, parse: parserOf(dataTypeID) }))
    this.#columns = { list, emptyRow: Object.fromEntries(fields.map(({ name }) => [name, null])) }
  }

  handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    const { list, emptyRow } = this.#columns
    // A copy has its final shape at once, which is much faster than growing it name by name.
    const row: Record<string, unknown> = { ...emptyRow }
    for (let at = 0; at < list.length; at++) {
      const column = list[at]
      const field = fields[at]
      if (column && field !== null && field !== undefined) row[column.name] = column.parse(field)
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
    const name = this.#names[this.#results.length]
    this.#results.push({ rows: this.#rows, rowCount })
    if (!this.#session) return
    if (name !== undefined) this.#session.prepared.set(name, this.#columns)
    this.#begin(this.#session, this.#results.length)
  }

  handlePortalSuspended(): void {}

  /** Copying in swallows the Sync that was sent, so the connection can only be given up. */
  handleCopyInResponse(): void {
    this.#finish(new Error('COPY is not part of a unit.'))
  }

  handleCopyData(): void {
    this.handleCopyInResponse()
  }

  handleError(error: Error): void {
    for (const name of this.#names.slice(this.#results.length)) {
      if (this.#session?.prepared.get(name) !== undefined && !isStale(error)) continue
      this.#session?.prepared.delete(name)
      this.#session?.uncertain.add(name)
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
  client: ClientBase,
  statements: readonly UnitStatement[],
): Promise<readonly StatementResult[]> {
  return new Promise((resolve, reject) => {
    const unit = new Unit(statements, (error, results) =>
      error ? reject(error) : resolve(results),
    )
    client.query(unit as unknown as Submittable)
  })
}
