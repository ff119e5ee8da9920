/**
 * Text as it is compared, never as it is kept: without case, in Unicode's composed form (NFC), so
 * that "É" typed in one character or two is the same letter. Upper case first, because it makes "ß"
 * and "SS" alike; the Greek final sigma is written as the plain one.
 */
export function fold(text: string): string {
  return text.normalize('NFC').toUpperCase().toLowerCase().replaceAll('ς', 'σ').normalize('NFC')
}

/** The words of a search, each of which must be found. */
export function searchWords(query: string): readonly string[] {
  return [...new Set(fold(query).split(/\s+/u))].filter((word) => word !== '')
}

/** What a search looks through. The line ends keep a word from matching across two fields. */
export function searchText(task: {
  readonly title: string
  readonly description: string | null
  readonly labels: readonly string[]
}): string {
  return fold([task.title, task.description ?? '', ...task.labels].join('\n'))
}

const combiningMarks = /[\u0300-\u036f]/g
const titleOrderMax = 60

/**
 * Where a title stands among others: "Éclair" beside "eclipse". Sixty characters are plenty to tell
 * titles apart, and let the key travel in a cursor.
 */
export function titleOrder(title: string): string {
  const plain = fold(title).normalize('NFD').replace(combiningMarks, '').normalize('NFC')
  return [...plain].slice(0, titleOrderMax).join('')
}

/** Each label once, in the spelling that came first. */
export function distinctLabels(labels: readonly string[]): string[] {
  const byKey = new Map<string, string>()
  for (const label of labels) {
    const key = fold(label)
    if (!byKey.has(key)) byKey.set(key, label)
  }
  return [...byKey.values()]
}
