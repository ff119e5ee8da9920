const widestCell = 44

/** Draws rows under a heading for a terminal: columns as wide as needed, long cells wrapped. */
export function renderTable(heading: readonly string[], rows: readonly (readonly string[])[]) {
  const wrapped = [heading, ...rows].map((row) => row.map(wrap))
  const widths = heading.map((_, column) =>
    Math.max(...wrapped.flatMap((row) => row[column] ?? []).map((line) => line.length)),
  )
  const draw = (cells: readonly (readonly string[])[]) => {
    const height = Math.max(...cells.map((lines) => lines.length))
    return Array.from({ length: height }, (_, line) =>
      widths
        .map((width, column) => (cells[column]?.[line] ?? '').padEnd(width))
        .join('  ')
        .trimEnd(),
    ).join('\n')
  }
  const [first = [], ...others] = wrapped
  const rule = widths.map((width) => '-'.repeat(width)).join('  ')
  return [draw(first), rule, ...others.map(draw)].join('\n')
}

/** Breaks at spaces where there are some, and inside a word only when it alone is too wide. */
function wrap(text: string): readonly string[] {
  const lines: string[] = ['']
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? ''
    const longer = line === '' ? word : `${line} ${word}`
    if (longer.length <= widestCell) {
      lines[lines.length - 1] = longer
      continue
    }
    const pieces = word.match(new RegExp(`.{1,${widestCell}}`, 'gs')) ?? []
    if (line === '') lines.pop()
    lines.push(...pieces)
  }
  return lines
}
