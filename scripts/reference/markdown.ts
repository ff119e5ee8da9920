/** What stands above a printed page, so that nobody edits it. */
export const printedBy = 'node platform/bin/launch.mjs scripts/reference.ts'

const head = `<!-- Printed by \`${printedBy}\`; do not edit. -->`

/** A page of parts with an empty line between them. */
export function pageText(parts: readonly (string | undefined)[]): string {
  return `${[head, ...parts.filter((part) => part !== undefined && part !== '')].join('\n\n')}\n`
}

/** A table. Bars and line ends would break a row, so the one is escaped and the other a space. */
export function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return ''
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll(/\s*\n\s*/g, ' ')).join(' | ')} |`
  return [line(heading), line(heading.map(() => '---')), ...rows.map(line)].join('\n')
}

export function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n')
}

export function code(text: string): string {
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``
}

export function codes(texts: readonly string[]): string {
  return texts.map(code).join(', ')
}

/** A heading that a link finds under exactly this name, whatever a reader makes of headings. */
export function heading(level: number, text: string, anchor: string): string {
  return `<a id="${anchor}"></a>\n\n${'#'.repeat(level)} ${text}`
}

export function shell(command: string): string {
  return `\`\`\`sh\n${command}\n\`\`\``
}
