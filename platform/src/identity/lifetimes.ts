/** A browser session ends when it was not used for so long, and in any case at its last day. */
export const sessionIdleMilliseconds = 14 * 24 * 3_600_000
export const sessionDays = 90
