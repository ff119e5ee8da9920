import { encodeValue } from './values.ts'

/**
 * The messages of the extended query protocol that a unit needs, written one behind the other into
 * one buffer, so that a unit is one write to the socket. (PostgreSQL documentation, "Message
 * Formats": a type byte, a length that counts itself, then the fields; numbers are big-endian.)
 */
export interface Wire {
  parse(statement: { readonly name: string; readonly text: string }): void
  /** Binds the unnamed portal to a prepared statement; everything goes as text, bytes as bytes. */
  bind(name: string, values: readonly unknown[]): void
  /** Asks for the columns of the unnamed portal. */
  describe(): void
  /** Runs the unnamed portal to its end. */
  execute(): void
  closeStatement(name: string): void
  sync(): void
  /** What was written since the last time, as a buffer of its own. */
  take(): Buffer
}

const code = { parse: 0x50, bind: 0x42, close: 0x43, statement: 0x53 } as const
const describePortal = Buffer.from([0x44, 0, 0, 0, 6, 0x50, 0])
const executePortal = Buffer.from([0x45, 0, 0, 0, 9, 0, 0, 0, 0, 0])
const syncMessage = Buffer.from([0x53, 0, 0, 0, 4])

const firstBytes = 16 * 1024
/** What a large statement made it grow to is given back with the next `take`. */
const keptBytesMax = 256 * 1024
const parametersMax = 65_535
/** A character of JavaScript, half a surrogate pair included, is at most three bytes of UTF-8. */
const bytesPerCharacter = 3

export function createWire(): Wire {
  let buffer = Buffer.allocUnsafeSlow(firstBytes)
  let at = 0

  const reserve = (bytes: number): void => {
    if (at + bytes <= buffer.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(buffer.length * 2, at + bytes))
    buffer.copy(larger, 0, 0, at)
    buffer = larger
  }
  const constant = (bytes: Buffer): void => {
    reserve(bytes.length)
    bytes.copy(buffer, at)
    at += bytes.length
  }
  const cString = (text: string): void => {
    reserve(text.length * bytesPerCharacter + 1)
    at += buffer.write(text, at)
    buffer[at++] = 0
  }
  const value = (encoded: string | Buffer | null): void => {
    if (encoded === null) {
      reserve(4)
      at = buffer.writeInt32BE(-1, at)
      return
    }
    const isText = typeof encoded === 'string'
    reserve(4 + encoded.length * (isText ? bytesPerCharacter : 1))
    const start = at + 4
    const length = isText ? buffer.write(encoded, start) : encoded.copy(buffer, start)
    buffer.writeInt32BE(length, at)
    at = start + length
  }
  /** Begins a message and gives the place where its length goes. */
  const begin = (type: number): number => {
    reserve(5)
    buffer[at] = type
    at += 5
    return at - 4
  }
  const end = (lengthAt: number): void => void buffer.writeInt32BE(at - lengthAt, lengthAt)

  return {
    parse({ name, text }) {
      const length = begin(code.parse)
      cString(name)
      cString(text)
      reserve(2)
      at = buffer.writeInt16BE(0, at)
      end(length)
    },
    bind(name, values) {
      const count = values.length
      if (count > parametersMax) throw new RangeError(`A statement takes ${parametersMax} values.`)
      const encoded = values.map(encodeValue)
      const length = begin(code.bind)
      cString('')
      cString(name)
      reserve(4 + count * 2)
      at = buffer.writeUInt16BE(count, at)
      for (const one of encoded) at = buffer.writeInt16BE(Buffer.isBuffer(one) ? 1 : 0, at)
      at = buffer.writeUInt16BE(count, at)
      for (const one of encoded) value(one)
      reserve(2)
      // No word on the columns: all of them come as text.
      at = buffer.writeInt16BE(0, at)
      end(length)
    },
    describe: () => constant(describePortal),
    execute: () => constant(executePortal),
    closeStatement(name) {
      const length = begin(code.close)
      reserve(1)
      buffer[at++] = code.statement
      cString(name)
      end(length)
    },
    sync: () => constant(syncMessage),
    take() {
      const taken = Buffer.from(buffer.subarray(0, at))
      at = 0
      if (buffer.length > keptBytesMax) buffer = Buffer.allocUnsafeSlow(firstBytes)
      return taken
    },
  }
}
