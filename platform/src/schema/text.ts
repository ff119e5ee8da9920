import { z } from 'zod'

// NUL, the C0 controls except tab and newline (and the carriage return of Windows' line ends), DEL.
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the point.
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/

/** What is wrong with a text, or undefined. Lengths count Unicode code points, as PostgreSQL does. */
function complaint(value: string, min: number, max: number): string | undefined {
  const at = value.search(forbidden)
  if (at >= 0) {
    const code = value.charCodeAt(at).toString(16).padStart(4, '0').toUpperCase()
    return `must not contain the control character U+${code} (at position ${at + 1})`
  }
  if (!value.isWellFormed()) return 'must be well-formed Unicode: it has half of a surrogate pair'
  // A string is never shorter in code points than half its length, so most need no counting.
  if (value.length < min * 2 || value.length > max) {
    const length = [...value].length
    if (length < min)
      return min === 1 ? 'must not be empty' : `must have at least ${min} characters`
    if (length > max) return `must have at most ${max} characters, this has ${length}`
  }
  return undefined
}

function bounded(base: z.ZodString, min: number, max: number) {
  return base
    .check((context) => {
      const message = complaint(context.value, min, max)
      if (message) context.issues.push({ code: 'custom', message, input: context.value })
    })
    .meta(min > 0 ? { minLength: min, maxLength: max } : { maxLength: max })
}

/**
 * Text that is kept exactly as given, at most `max` code points. Control characters other than tab
 * and line ends, and lone surrogates, are refused with their place. Nothing is ever cut.
 */
export function text(max: number, options: { readonly min?: number } = {}) {
  return bounded(z.string(), options.min ?? 0, max)
}

/** A title-like line: trimmed at both ends, then 1 to `max` code points. */
export function line(max: number) {
  // The length alone would promise a caller that a blank is enough.
  return bounded(z.string().trim(), 1, max).meta({ pattern: '\\S' })
}
