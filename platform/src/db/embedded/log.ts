/** Tells the operator what happened: a sentence and what it is about. */
export type Log = (message: string, fields?: Record<string, unknown>) => void
