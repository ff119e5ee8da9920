import { isIP } from 'node:net'
import type { Rate } from '../limits/classes.ts'

/** What a text became, or in one sentence why it could not. The sentence never repeats the text. */
export type Reading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: string }

/** Reads the text of one variable. It is never empty and has no space around it. */
export type Reader<T> = (text: string) => Reading<T>

const value = <T>(read: T): Reading<T> => ({ ok: true, value: read })
const problem = (sentence: string): Reading<never> => ({ ok: false, problem: sentence })

/** Any text. */
export const anyText: Reader<string> = value

/** A whole number in decimal digits. */
export function wholeNumber({ min, max }: { min: number; max: number }): Reader<number> {
  return (text) => {
    const number = Number(text)
    return /^\d{1,15}$/.test(text) && number >= min && number <= max
      ? value(number)
      : problem(`must be a whole number from ${min} to ${max}`)
  }
}

/** One word of a list, in lower case. */
export function oneOf<const Word extends string>(words: readonly Word[]): Reader<Word> {
  return (text) => {
    const found = words.find((word) => word === text)
    return found === undefined ? problem(`must be one of ${words.join(', ')}`) : value(found)
  }
}

/** `true` or `false`; `1` and `0` are taken because container tools write them. */
export const yesOrNo: Reader<boolean> = (text) => {
  if (text === 'true' || text === '1') return value(true)
  if (text === 'false' || text === '0') return value(false)
  return problem('must be true or false')
}

/** Several values with commas between them; each once. */
export function listOf<T>(read: Reader<T>): Reader<readonly T[]> {
  return (text) => {
    const values = new Set<T>()
    for (const [index, part] of text.split(',').entries()) {
      const reading = part.trim() === '' ? problem('must not be empty') : read(part.trim())
      if (!reading.ok) return problem(`entry ${index + 1} ${reading.problem}`)
      values.add(reading.value)
    }
    return value([...values])
  }
}

/** A web origin (RFC 6454 section 6.2): scheme, host and port alone; given back without a slash. */
export const origin: Reader<string> = (text) => {
  const url = URL.parse(text)
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    return problem('must be an address that begins with http:// or https://')
  }
  if (url.username !== '' || url.password !== '') {
    return problem('must not hold a user name or password')
  }
  if (url.pathname !== '/' || /[?#]/.test(text)) {
    return problem('must be an origin: a scheme, a host and a port, with nothing after them')
  }
  return value(url.origin)
}

/** An origin, or `*` for every origin. */
export const originOrAny: Reader<string> = (text) => (text === '*' ? value('*') : origin(text))

const hostNamePattern =
  /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/

/** A host name (RFC 1123 section 2.1) or an address, without scheme and port, in lower case. */
export const hostName: Reader<string> = (text) => {
  const name = text.toLowerCase()
  const address = name.replace(/^\[(.*)\]$/, '$1')
  if (isIP(address) !== 0) return value(address)
  return hostNamePattern.test(name)
    ? value(name)
    : problem('must be a host name or an IP address, without scheme and port')
}

/** An IP address, or a block of them in CIDR notation (RFC 4632 section 3.1). */
export const addressBlock: Reader<string> = (text) => {
  const [address = '', bits, ...rest] = text.split('/')
  const family = isIP(address)
  const bitsMax = family === 6 ? 128 : 32
  const isBlock = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= bitsMax)
  if (family === 0 || address.includes('%') || !isBlock || rest.length > 0) {
    return problem('must be an IP address or a block of them such as 10.0.0.0/8')
  }
  return value(text)
}

/** A PostgreSQL connection URI (PostgreSQL manual, section "Connection URIs") naming a login. */
export const databaseUrl: Reader<string> = (text) => {
  const url = URL.parse(text)
  if (!url || !/^postgres(ql)?:$/.test(url.protocol)) {
    return problem('must be an address that begins with postgres://')
  }
  if (url.username === '') return problem('must name the login to use')
  if (url.pathname.length < 2) return problem('must name the database after the host')
  return value(text)
}

/** A bearer token (RFC 6750 section 2.1), too long to be guessed. */
export const longToken: Reader<string> = (text) =>
  /^[\w\-.~+/]{32,512}=*$/.test(text)
    ? value(text)
    : problem('must have 32 to 512 letters, digits and any of - . _ ~ + /')

/** `<count>/<seconds>s+<burst>`; without a burst, as many at once as in the whole time. */
export const rate: Reader<Rate> = (text) => {
  const match = /^(\d{1,7})\/(\d{1,5})s(?:\+(\d{1,7}))?$/.exec(text)
  if (!match) return problem('must be <count>/<seconds>s+<burst>')
  const [count, seconds, burst] = [Number(match[1]), Number(match[2]), Number(match[3] ?? match[1])]
  if (count < 1 || seconds < 1 || burst < 1) {
    return problem('must have a count, a number of seconds and a burst of at least 1')
  }
  return value({ count, seconds, burst })
}
