/** What to do when the system refuses a file, by the code of its error. */
const nextSteps: Readonly<Record<string, (dataFolder: string) => string>> = {
  ENOSPC: (folder) =>
    `The disk is full. Make room where ${folder} and its database lie, then start again.`,
  EDQUOT: (folder) =>
    `The quota of the disk is used up. Make room where ${folder} and its database lie, then start again.`,
  EFBIG: () => 'This process may not write a file of that size. Raise its limit, then start again.',
  EROFS: (folder) =>
    `The disk can only be read. Make ${folder} writable, or set PLINTH_DATA to another folder.`,
  EACCES: (folder) =>
    `Give the user that Plinth runs as the right to write to ${folder}, or set PLINTH_DATA to a ` +
    'folder of its own.',
  EEXIST: (folder) => `Set PLINTH_DATA to a folder; ${folder} is a file.`,
  ENOTDIR: (folder) => `Set PLINTH_DATA to a folder; ${folder} leads through a file.`,
  EISDIR: () => 'Where this path leads there should be a file. Put the old one back.',
}

/** PostgreSQL's own programs have words and no codes. */
const words: readonly (readonly [RegExp, string])[] = [
  [/No space left on device|Check free disk space/, 'ENOSPC'],
  [/Disk quota exceeded/, 'EDQUOT'],
  [/File too large/, 'EFBIG'],
  [/Read-only file system/, 'EROFS'],
]

/** The same error, or, where it is the disk's, one that says what to do. */
export function explainDiskTrouble(error: unknown, dataFolder: string): unknown {
  if (!(error instanceof Error)) return error
  const code =
    'code' in error && typeof error.code === 'string'
      ? error.code.replace(/^EPERM$/, 'EACCES')
      : words.find(([said]) => said.test(error.message))?.[1]
  const nextStep = code === undefined ? undefined : nextSteps[code]?.(dataFolder)
  return nextStep ? new Error(`${error.message}. ${nextStep}`, { cause: error }) : error
}
