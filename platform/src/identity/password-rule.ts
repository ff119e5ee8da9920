import { commonWords } from './common-passwords.ts'

/** One part of the password rule, and whether a password keeps it. */
export interface PasswordCheck {
  readonly id: 'length' | 'bytes' | 'common' | 'context' | 'repeated' | 'sequence'
  readonly isMet: boolean
  /** What is asked for, in words that follow "A password". */
  readonly message: string
}

/** Who the password is for: whatever of this is in it is easy to guess. */
export interface PasswordOwner {
  readonly email?: string
  readonly name?: string
}

export const passwordBytesMax = 256

/**
 * The rule for passwords, part by part, so that it can be shown while somebody types. It follows
 * NIST SP 800-63B-4 section 3.1.1.2: length before classes, a blocklist, nothing truncated. The
 * shorter form with classes is ours, for people whose manager makes such passwords.
 *
 * Pure, and free of anything that a browser lacks: the web shows exactly what the server decides.
 */
export function checkPassword(
  password: string,
  owner: PasswordOwner = {},
): readonly PasswordCheck[] {
  const found = contextWordIn(password, owner)
  return [
    {
      id: 'length',
      isMet: isLongEnough(password),
      message: 'has 15 characters, or 12 with upper case, lower case and a digit',
    },
    {
      id: 'bytes',
      isMet: new TextEncoder().encode(password).length <= passwordBytesMax,
      message: `has at most ${passwordBytesMax} bytes`,
    },
    { id: 'common', isMet: !isCommon(password), message: 'is not one that many people use' },
    {
      id: 'context',
      isMet: found === undefined,
      message: found
        ? `does not contain "${found}"`
        : 'does not contain your name, your address or "plinth"',
    },
    {
      id: 'repeated',
      isMet: !isRepeated(password),
      message: 'is not a few characters over and over',
    },
    {
      id: 'sequence',
      isMet: !isSequence(password),
      message: 'is not made of sequences such as 12345 or qwerty',
    },
  ]
}

/** What a password breaks, as one sentence; undefined when it may be used. */
export function passwordComplaint(password: string, owner?: PasswordOwner): string | undefined {
  const broken = checkPassword(password, owner).filter((check) => !check.isMet)
  return broken.length === 0
    ? undefined
    : `must be a password that ${broken.map((check) => check.message).join(', and ')}`
}

function isLongEnough(password: string): boolean {
  const length = [...password].length
  if (length >= 15) return true
  return length >= 12 && /\p{Lu}/u.test(password) && /\p{Ll}/u.test(password) && /\d/.test(password)
}

const leet: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '!': 'i',
  '3': 'e',
  '4': 'a',
  '@': 'a',
  '5': 's',
  $: 's',
  '7': 't',
  '8': 'b',
}

const unleet = (text: string): string =>
  text.replaceAll(/[01!34@5$78]/g, (sign) => leet[sign] ?? '')
const lettersOf = (text: string): string => text.replaceAll(/[^a-z]/g, '')

/** The words a password may be made of, as somebody who guesses would read it. */
function readings(password: string): ReadonlySet<string> {
  const lower = password.toLowerCase()
  // In "P4ssw0rd2024!" the end is decoration, in "p4ss" the digit is a letter.
  const head = lower.replace(/[^a-z]+$/, '')
  const core = head.replace(/^[^a-z@$]+/, '')
  return new Set([lower, unleet(lower), unleet(head), unleet(core)].map(lettersOf))
}

/** One common word, or two of them, whatever digits and signs stand around. */
function isCommon(password: string): boolean {
  for (const reading of readings(password)) {
    if (commonWords.has(reading)) return true
    for (let at = 3; at <= reading.length - 3; at++) {
      if (commonWords.has(reading.slice(0, at)) && commonWords.has(reading.slice(at))) return true
    }
  }
  return false
}

/** Words of three letters stand in too many others to be looked for. */
const contextWordMin = 4

function contextWordIn(password: string, { email = '', name = '' }: PasswordOwner) {
  const [local = '', host = ''] = email.toLowerCase().split('@')
  const parts = [local, host.slice(0, Math.max(0, host.lastIndexOf('.'))), name.toLowerCase()]
  const words = parts
    .flatMap((part) => [part.replaceAll(/[^\p{L}]/gu, ''), ...part.split(/[^\p{L}]+/u)])
    .filter((word) => [...word].length >= contextWordMin)
  const lower = password.normalize('NFC').toLowerCase()
  const texts = [lower, unleet(lower), lower.replaceAll(/[^\p{L}]/gu, '')]
  return ['plinth', ...words].find((word) => texts.some((text) => text.includes(word)))
}

/** True for "aaaaaaaaaaaaaaa" and "abcabcabcabcabc": at most four characters, over and over. */
function isRepeated(password: string): boolean {
  const characters = [...password]
  return [1, 2, 3, 4].some(
    (period) =>
      characters.length > period &&
      characters.every((character, at) => at < period || character === characters[at - period]),
  )
}

const runMin = 4
const ownMin = 6
const forward = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890123456789',
  'qwertyuiopasdfghjklzxcvbnm',
  'qwertzuiopasdfghjklyxcvbnm',
  'azertyuiopqsdfghjklmwxcvbn',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm',
]
const sequences = [...forward, ...forward.map((text) => [...text].reverse().join(''))]

/** True when hardly anything is left without runs of the alphabet, of digits, of the keyboard. */
function isSequence(password: string): boolean {
  const lower = password.toLowerCase()
  let own = 0
  for (let at = 0; at < lower.length; ) {
    const run = longestRun(lower, at)
    if (run === 1) own++
    at += run
  }
  return lower.length > 0 && own < ownMin
}

/** The length of the run that begins at a place, or 1 where none does. */
function longestRun(text: string, at: number): number {
  const isRun = (length: number) =>
    sequences.some((sequence) => sequence.includes(text.slice(at, at + length)))
  let length = runMin
  if (at + length > text.length || !isRun(length)) return 1
  while (at + length < text.length && isRun(length + 1)) length++
  return length
}
