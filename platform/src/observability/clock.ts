/** Time as the pipeline gives it to calls. Tests put their own in its place. */
export interface Clock {
  /** The process clock corrected by what the database's clock was last seen to say. */
  now(): Temporal.Instant
  /** Takes the database's time as seen in a transaction, and gives back what the call uses. */
  fromDatabase(instant: string): Temporal.Instant
}

/** The real clock: the database decides, and this process only bridges between two readings. */
export function createClock(): Clock {
  let offsetMilliseconds = 0
  return {
    now: () => Temporal.Instant.fromEpochMilliseconds(Date.now() + offsetMilliseconds),
    fromDatabase(text) {
      const instant = Temporal.Instant.from(text)
      offsetMilliseconds = instant.epochMilliseconds - Date.now()
      return instant
    },
  }
}
