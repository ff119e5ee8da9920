/** How many buckets are kept at most: some 30 megabytes of them. */
export const bucketsMax = 200_000

/** How many buckets one newcomer looks at when there are as many as there may be. */
export const lookedAtMax = 8

/**
 * Makes room for a newcomer among as many buckets as there may be. Their values are the times at
 * which they are full again, and what is lost with a bucket is the wait until then. So of a few that
 * are looked at the one goes that was full first, or will be. Whoever wants a limit of their own
 * forgotten would have to fill the neighbourhood with buckets as empty as theirs.
 *
 * The look goes round and round, a few steps for each newcomer: no call pays for all of them.
 */
export function createRoomMaker(fullAt: Map<string, number>): () => void {
  // Made when it is needed: an iterator from the beginning would keep each table the map outgrew.
  let round: MapIterator<[string, number]> | undefined
  const lookAtNext = (): [string, number] | undefined => {
    round ??= fullAt.entries()
    const next = round.next()
    if (!next.done) return next.value
    round = undefined
    return undefined
  }
  return () => {
    if (fullAt.size < bucketsMax) return
    let nearest: string | undefined
    let nearestFull = Number.POSITIVE_INFINITY
    for (let looked = 0; looked < lookedAtMax; looked++) {
      const next = lookAtNext() ?? lookAtNext()
      if (next !== undefined && next[1] < nearestFull) [nearest, nearestFull] = next
    }
    if (nearest !== undefined) fullAt.delete(nearest)
  }
}
