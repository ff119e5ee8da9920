/** What stands in a log where a secret was. */
export const redacted = '[redacted]'

const readMax = 16_384
const keptMax = 4_096

/** Names that promise a secret, as the source of a pattern for any case. */
const secretNames = 'passw(?:or)?d|secret|token|api[\\s._-]?key|authorization|cookie|ssn|card|cvv'

/** A name under which a secret may lie, alone or as a part: `newPassword`, `X-API-Key`. */
export const secretName = new RegExp(secretNames, 'i')

/** The quick look that nearly every text passes: no sign of a secret, so nothing to replace. */
const suspicious = new RegExp(
  `${secretNames}|_session|plk_|eyj|bearer|basic|:\\/\\/|setup#|\\)=\\(|row contains`,
  'i',
)

/** `name=`, `name: ` or `"name":`, also inside quoted JSON, whose quotes have backslashes. */
const namePart = `((?:${secretNames}|_session)[\\w-]*(?:\\\\*["'])?\\s*[:=]\\s*)(?!\\[redacted)`
const valuePart = `(?:\\\\+".*?\\\\+"|"(?:[^"\\\\]|\\\\.)*"|'(?:[^'\\\\]|\\\\.)*'|[^\\s,;&"'\\])}]+)`

const replacements: readonly (readonly [RegExp, string])[] = [
  // Our own keys, whatever stands around them.
  [/plk_[\w-]+/g, redacted],
  // The first administrator's one-time token travels in this fragment.
  [/(setup#)[^\s"'\\]+/gi, `$1${redacted}`],
  // Header lines: their value reaches to the end of the line.
  [/((?:proxy-)?authorization|(?:set-)?cookie2?)(["'\\]*\s*:\s*)[^\r\n]+/gi, `$1$2${redacted}`],
  // RFC 6750 section 2.1 and RFC 7617 section 2.
  [/\b(bearer)\s+[\w.~+/=-]+/gi, `$1 ${redacted}`],
  [/\b(basic)\s+[\w+/=-]{8,}/gi, `$1 ${redacted}`],
  // JSON Web Tokens (RFC 7519): a base64url object, a dot and more of them.
  [/\beyJ[\w-]{6,}(?:\.[\w-]*){1,4}/g, redacted],
  // The user information of a URL (RFC 3986 section 3.2.1).
  [/(:\/\/[^\s:/?#@]*:)[^\s/?#]*@/g, `$1${redacted}@`],
  [new RegExp(namePart + valuePart, 'gis'), `$1${redacted}`],
  // PostgreSQL repeats whole rows and key values in the detail of an error.
  [/(row contains )\(.*\)/gis, `$1${redacted}`],
  [/(Key \([^)]{0,200}\)=)\(.{0,4000}?\)(?= )/gs, `$1${redacted}`],
]

/** True when a text needs a closer look than one glance. */
export const needsScrubbing = (text: string): boolean =>
  text.length > keptMax || suspicious.test(text)

/** A text without what looks like a secret, and without its end when it is too long for a log. */
export function scrub(text: string): string {
  if (!needsScrubbing(text)) return text
  // Cut to the final length only afterwards: a password whose end is missing looks like none.
  const clean = replacements.reduce(
    (rest, [pattern, replacement]) => rest.replaceAll(pattern, replacement),
    text.slice(0, readMax),
  )
  return clean.length > keptMax ? `${clean.slice(0, keptMax)}… (${text.length} characters)` : clean
}
