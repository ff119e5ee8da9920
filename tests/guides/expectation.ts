import { stripVTControlCharacters } from 'node:util'

/** In what a guide prints, `…` stands for whatever differs from one run to the next. */
const toPattern = (printed: string): RegExp =>
  new RegExp(`^${printed.split('…').map(RegExp.escape).join('.*')}$`)

/**
 * The first line of `printed` that did not come, in its order among the lines of an output; undefined
 * when all came. Other lines may stand between them.
 */
export function missingLine(printed: string, output: string): string | undefined {
  const lines = stripVTControlCharacters(output).split('\n')
  let at = 0
  for (const line of printed.split('\n').filter((each) => each.trim() !== '')) {
    const pattern = toPattern(line.trim())
    const found = lines.findIndex((each, index) => index >= at && pattern.test(each.trim()))
    if (found < 0) return line
    at = found + 1
  }
  return undefined
}

/** Where an answer is not what was printed, as a path such as `.items[0].by`; undefined if nowhere. */
export function differingPlace(printed: unknown, answer: unknown, path = ''): string | undefined {
  if (typeof printed === 'string' && typeof answer === 'string') {
    return toPattern(printed).test(answer) ? undefined : path
  }
  if (!isObject(printed) || !isObject(answer)) return printed === answer ? undefined : path
  const names = new Set([...Object.keys(printed), ...Object.keys(answer)])
  for (const name of names) {
    const place = Array.isArray(printed) ? `${path}[${name}]` : `${path}.${name}`
    if (!Object.hasOwn(printed, name) || !Object.hasOwn(answer, name)) return place
    const differing = differingPlace(printed[name], answer[name], place)
    if (differing !== undefined) return differing
  }
  return undefined
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null
