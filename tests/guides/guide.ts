/** What a guide tells its reader to do, and what it says that they will see. */
export type Block = {
  /** In the guide, for whoever has to mend it. */
  readonly line: number
  readonly text: string
} & (
  | { readonly kind: 'file'; readonly path: string }
  /** Lines that go and come in a file; `isForAMoment` until what follows was seen. */
  | { readonly kind: 'change'; readonly path: string; readonly isForAMoment: boolean }
  | { readonly kind: 'commands'; readonly areRefused: boolean }
  | { readonly kind: 'printed' }
  | { readonly kind: 'answer' }
)

export interface Step {
  readonly title: string
  readonly blocks: readonly Block[]
}

/** Reads a guide: each second heading begins a step, each fenced block is something to do or see. */
export function readGuide(markdown: string): readonly Step[] {
  const steps: { title: string; blocks: Block[] }[] = []
  let open: { info: string; line: number; lines: string[] } | undefined
  for (const [index, line] of markdown.split('\n').entries()) {
    if (open && line === '```') {
      steps.at(-1)?.blocks.push(toBlock(open))
      open = undefined
    } else if (open) open.lines.push(line)
    else if (line.startsWith('```')) open = { info: line.slice(3), line: index + 1, lines: [] }
    else if (line.startsWith('## ')) steps.push({ title: line.slice(3), blocks: [] })
  }
  if (open) throw new Error(`The block at line ${open.line} does not end.`)
  return steps.filter(({ blocks }) => blocks.length > 0)
}

function toBlock({ info, line, lines }: { info: string; line: number; lines: string[] }): Block {
  const [language = '', word = '', ...rest] = info.split(' ')
  const base = { line, text: lines.join('\n') }
  if (language === 'sh' && (word === '' || word === 'refused')) {
    return { ...base, kind: 'commands', areRefused: word === 'refused' }
  }
  if (language === 'text' && word === '') return { ...base, kind: 'printed' }
  if (language === 'json' && word === '') return { ...base, kind: 'answer' }
  const isForAMoment = rest.join(' ') === 'for a moment'
  if (language === 'diff' && word !== '' && (isForAMoment || rest.length === 0)) {
    return { ...base, kind: 'change', path: word, isForAMoment }
  }
  if (/^(?:tsx?|sql|css|md)$/.test(language) && word.includes('/') && rest.length === 0) {
    return { ...base, kind: 'file', path: word, text: `${base.text}\n` }
  }
  throw new Error(
    `The block at line ${line} begins with "${info}", which is none that a test knows.`,
  )
}

/** The commands of a block, one per line unless a line ends in a backslash. */
export function commandsOf(text: string): readonly string[] {
  return text
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
}

/**
 * A file's text after a change: of each part between lines of `…` the lines with ` ` and `-` must be
 * there, next to each other and once, and are followed by those with ` ` and `+` in their place.
 */
export function changeText(text: string, change: string): string {
  return change.split(/^…\n/m).reduce((changed, part) => {
    const lines = part.split('\n').filter((line) => line !== '')
    const side = (sign: string) =>
      lines
        .filter((line) => line.startsWith(' ') || line.startsWith(sign))
        .map((line) => `${line.slice(1)}\n`)
        .join('')
    const [before, after] = [side('-'), side('+')]
    const places = changed.split(before).length - 1
    if (places !== 1) throw new Error(`The file has ${places} places, not one, with:\n${before}`)
    return changed.replace(before, () => after)
  }, text)
}
