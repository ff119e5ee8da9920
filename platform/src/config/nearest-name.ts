const typingErrorsMax = 4

/** The name that a person most probably meant: at most four typing errors away, or undefined. */
export function nearestName(typed: string, names: readonly string[]): string | undefined {
  const capitals = typed.toUpperCase()
  const ranked = names
    .map((name) => ({ name, distance: distanceBetween(capitals, name) }))
    .sort((one, other) => one.distance - other.distance)
  const [nearest] = ranked
  return nearest && nearest.distance <= typingErrorsMax ? nearest.name : undefined
}

/** Levenshtein's distance: how many letters to add, remove or change. */
function distanceBetween(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (const [row, letter] of [...from].entries()) {
    const current = [row + 1]
    for (let column = 1; column <= to.length; column++) {
      const changed = (previous[column - 1] ?? 0) + (letter === to[column - 1] ? 0 : 1)
      const added = (current[column - 1] ?? 0) + 1
      const removed = (previous[column] ?? 0) + 1
      current.push(Math.min(changed, added, removed))
    }
    previous = current
  }
  return previous[to.length] ?? 0
}
