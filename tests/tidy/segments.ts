/** A piece of a TypeScript file. `text` is what stands in quotes, `template` in backticks. */
export interface Segment {
  readonly kind: 'code' | 'comment' | 'text' | 'template' | 'pattern'
  readonly text: string
}

const comment = /\/\/[^\n]*|\/\*[\s\S]*?\*\//y
const quoted = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/y
const pattern = /\/(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y
const templatePart = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))*/y
/** What stands before a slash that begins a regular expression and does not divide. */
const beforePattern = /(?:^|[(,=:[!&|?{};]|\b(?:return|typeof|case))\s*$/

/**
 * Cuts TypeScript into code, comments and texts, well enough for rules that look for words: it keeps
 * the code inside template strings and takes no apostrophe between JSX tags for a string.
 */
export function toSegments(source: string): readonly Segment[] {
  const segments: Segment[] = []
  /** What each open brace is: of a block, or of an expression inside a template string. */
  const braces: ('block' | 'expression')[] = []
  let code = ''
  let at = 0

  const push = (kind: Segment['kind'], text: string) => {
    if (code !== '') segments.push({ kind: 'code', text: code })
    code = ''
    segments.push({ kind, text })
    at += text.length
  }
  const match = (expression: RegExp) => {
    expression.lastIndex = at
    return expression.exec(source)?.[0]
  }
  const takeTemplate = () => {
    push('template', match(templatePart) ?? '')
    code = source[at] === '`' ? '`' : '${'
    if (code === '${') braces.push('expression')
    at += code.length
  }

  while (at < source.length) {
    const next = source[at] ?? ''
    const commentHere = match(comment)
    const quotedHere = match(quoted)
    const patternHere = beforePattern.test(code.slice(-40)) ? match(pattern) : undefined
    if (commentHere !== undefined) push('comment', commentHere)
    else if (quotedHere !== undefined) push('text', quotedHere)
    else if (patternHere !== undefined) push('pattern', patternHere)
    else {
      code += next
      at += 1
      if (next === '{') braces.push('block')
      if (next === '`' || (next === '}' && braces.pop() === 'expression')) takeTemplate()
    }
  }
  if (code !== '') segments.push({ kind: 'code', text: code })
  return segments
}

/** What a file imports, types too, statically and dynamically. */
export function importsOf(segments: readonly Segment[]): readonly string[] {
  return segments.flatMap(({ kind, text }, index) => {
    const before = segments[index - 1]
    const isImport =
      kind === 'text' && before?.kind === 'code' && /\b(?:from|import)\s*\(?\s*$/.test(before.text)
    return isImport ? [text.slice(1, -1)] : []
  })
}
