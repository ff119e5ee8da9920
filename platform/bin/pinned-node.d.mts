/** Options of Node.js with which Plinth runs. */
export const memoryFlags: readonly string[]

/** Becomes the script, on the Node.js that Plinth pins. */
export function become(script: string, args: readonly string[]): void
