import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  everyLine,
  type LogEvent,
  logEvents,
  logFields,
} from '../platform/src/observability/events.ts'
import { isTestCode, readSources, type SourceFile, toSource } from './tidy/source.ts'

/** A place that writes a line, and the text it writes; none where it hands somebody else's on. */
interface LogCall {
  readonly path: string
  readonly level: string
  readonly text: string | undefined
}

/** Hands the lines of the database's start on; their texts are found where they are written. */
const forwarder = { path: 'platform/src/server.ts', level: 'info', text: undefined }

// `log.info(…)`, `road.log.warn(…)`, and `log('…', …)` of what takes a sentence and fields.
const callForm = /\blog\.(trace|debug|info|warn|error|fatal)\(|(?<!\w|Math\.)log\((?!\w+\)|\{)/g
// The line of a finished call is put together by hand.
const handmadeForm = /"level":"(\w+)"[\s\S]*?"message":"([^"]+)"/g

function logCallsOf({ path, text, code, segments }: SourceFile): readonly LogCall[] {
  let at = 0
  const texts = segments.flatMap((segment) => {
    const start = at
    at += segment.text.length
    return segment.kind === 'text' ? [{ start, text: segment.text.slice(1, -1) }] : []
  })
  const calls = [...code.matchAll(callForm)].map((match): LogCall => {
    const open = match.index + match[0].length
    const own = texts.find(({ start }) => isArgument(code, open, start))
    return { path, level: match[1] ?? 'info', text: own?.text }
  })
  const handmade = [...text.matchAll(handmadeForm)].map(
    ([, level = '', words]): LogCall => ({ path, level, text: words }),
  )
  return [...calls, ...handmade]
}

/** Whether a place is directly between the brackets that open at `open`, not in one further in. */
function isArgument(code: string, open: number, place: number): boolean {
  if (place < open) return false
  let depth = 1
  for (const sign of code.slice(open, place)) {
    if ('([{'.includes(sign)) depth += 1
    if (')]}'.includes(sign)) depth -= 1
    if (depth === 0) return false
  }
  return depth === 1
}

const root = join(import.meta.dirname, '..')
const sources = ['platform', 'apps']
  .flatMap((folder) =>
    readSources(join(root, folder)).map((file) => ({ ...file, path: `${folder}/${file.path}` })),
  )
  .filter(({ path }) => path.endsWith('.ts') && !isTestCode(path))
const found = sources.flatMap(logCallsOf)
const known = new Map<string, LogEvent>(Object.entries(logEvents))

describe('the catalogue of log lines', () => {
  test('has every text that is written somewhere, at its level', () => {
    const strangers = found.filter(
      (call) =>
        known.get(call.text ?? '')?.level !== call.level &&
        JSON.stringify(call) !== JSON.stringify(forwarder),
    )
    expect(strangers, 'add them to platform/src/observability/events.ts').toEqual([])
  })

  test('has no text that nobody writes', () => {
    const written = new Set(found.map(({ text }) => text))
    expect([...known.keys()].filter((text) => !written.has(text))).toEqual([])
  })

  test('has no field that no line has', () => {
    const used = new Set([...everyLine, ...[...known.values()].flatMap(({ fields }) => fields)])
    expect(
      Object.keys(logFields).filter((field) => !used.has(field as keyof typeof logFields)),
    ).toEqual([])
  })
})

test('a line that the catalogue lacks would be found, wherever its text stands', () => {
  const source = (text: string) => logCallsOf(toSource('platform/src/new.ts', text))
  const lines: readonly (readonly [string, Omit<LogCall, 'path'>])[] = [
    ["log.warn('new')", { level: 'warn', text: 'new' }],
    ["road.log.error({ a: 'x', b: f('y') }, 'new')", { level: 'error', text: 'new' }],
    ["this.log.info(\n  c ? { ...d, e: ['z'] } : g,\n  'new',\n)", { level: 'info', text: 'new' }],
    ["log('new', { pid: 1 })", { level: 'info', text: 'new' }],
    ["launch.log('new')", { level: 'info', text: 'new' }],
    ['log.info(fields, message)', { level: 'info', text: undefined }],
    ['log.error(error)', { level: 'error', text: undefined }],
    [`write(\`{"level":"info",\${x},"message":"new"}\`)`, { level: 'info', text: 'new' }],
  ]
  for (const [text, call] of lines)
    expect(source(text), text).toEqual([{ path: 'platform/src/new.ts', ...call }])
  for (const quiet of [
    "// log.info('new')",
    "const s = 'log.info()'",
    "dialog('x')",
    "catalog.info('x')",
  ]) {
    expect(source(quiet), quiet).toEqual([])
  }
})
