import { readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { type Segment, toSegments } from './segments.ts'

/** A file as the rules see it. */
export interface SourceFile {
  /** From the root of the repository, with slashes. */
  readonly path: string
  readonly text: string
  /** The text cut into code, quoted text and comments; empty for what is not TypeScript. */
  readonly segments: readonly Segment[]
  /** The code alone: comments and the contents of strings are blank, lines stay lines. */
  readonly code: string
}

const notOurs = new Set(['node_modules', '.git', 'dist', '.plinth', 'coverage', 'images'])
const readable = new Set(
  '.ts .tsx .mjs .js .sql .md .json .css .html .svg .yml .yaml .sh .example'.split(' '),
)

export function toSource(path: string, text: string): SourceFile {
  const segments = /\.(?:tsx?|mjs)$/.test(path) ? toSegments(text) : []
  const code = segments
    .map(({ kind, text: part }) => (kind === 'code' ? part : part.replaceAll(/[^\n]/g, ' ')))
    .join('')
  return { path, text, segments, code }
}

/** Every file of the repository that somebody wrote. */
export function readSources(root: string): readonly SourceFile[] {
  return listFiles(root, '').map((path) => toSource(path, readFileSync(join(root, path), 'utf8')))
}

function listFiles(root: string, folder: string): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (notOurs.has(entry.name) || entry.name === 'package-lock.json') return []
    if (entry.isDirectory()) return listFiles(root, path)
    return entry.isFile() && (readable.has(extname(path)) || path === '.ci/run') ? [path] : []
  })
}

/** Code that only tests run: it may use everything, and nothing else may use it. */
export const isTestCode = (path: string): boolean =>
  /\.test(?:-d)?\.tsx?$/.test(path) ||
  /\/(?:fake-[a-z-]+|[a-z-]+-for-tests)\.ts$/.test(path) ||
  path.startsWith('tests/') ||
  path.startsWith('platform/src/testing')
