import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  everyLine,
  type LogEvent,
  type LogField,
  logEvents,
  logFields,
} from '../../platform/src/observability/events.ts'
import { code, codes, heading, list, pageText, table } from './markdown.ts'

/** docs/reference/events.md: what is logged, and what is recorded in the database. */
export function eventsPage(root: string): string {
  const events = Object.entries<LogEvent>(logEvents)
  const sql = migrationText(root)
  return pageText([
    '# Events',
    'What Plinth writes down: lines of its log, and rows in its database.',
    '## Lines of the log',
    `One line each on standard output, as JSON or as text (\`LOG_FORMAT\`). Every line has
${codes(everyLine)}. Secrets are replaced before anything is written.`,
    table(
      ['level', 'message', 'further fields'],
      events.map(([text, { level, fields }]) => [
        level,
        `[${text}](#${anchorOf(text)})`,
        codes(fields),
      ]),
    ),
    ...events.map(([text, event]) => entryOf(text, event)),
    '## Fields of the lines',
    table(
      ['field', 'what it says'],
      Object.entries(logFields).map(([name, words]) => [code(name as LogField), words]),
    ),
    '## Rows of the record',
    `The record is in the database, where requests can add to it through functions and can neither read,
change nor delete it. What a column is to a person says its comment: whose data it is, what for, how
long it is kept, and what erasing somebody does to it.`,
    ...['call', 'change', 'refusal'].map((name) => tableSection(sql, name)),
  ])
}

const anchorOf = (text: string) => text.toLowerCase().replaceAll(/[^a-z]+/g, '-')

function entryOf(text: string, { level, meaning, action }: LogEvent): string {
  return [
    heading(3, text, anchorOf(text)),
    list([`Level: ${level}.`, `Meaning: ${meaning}`, `To do: ${action}`]),
  ].join('\n\n')
}

/** All migrations of the platform, in the order in which they are applied. */
function migrationText(root: string): string {
  const folder = join(root, 'platform/src/migrations')
  const names = readdirSync(folder).filter((name) => name.endsWith('.sql'))
  return names
    .sort()
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n')
}

/** A table as its migration makes it: what is said above it, its columns and their comments. */
function tableSection(sql: string, name: string): string {
  const made = new RegExp(
    `((?:^-- .*\\n)+)create table platform\\.${name} \\(([\\s\\S]*?)\\n\\)`,
    'm',
  ).exec(sql)
  const [, said = '', body = ''] = made ?? []
  const comments = [
    ...sql.matchAll(
      new RegExp(`^comment on column platform\\.${name}\\.(\\w+) is '([^']*)'`, 'gm'),
    ),
  ]
  if (comments.length === 0) throw new Error(`No migration makes platform.${name}.`)
  const rows = comments.map(([, column = '', words = '']) => {
    const facts = new Map(words.split(' ').map((fact) => fact.split('=') as [string, string]))
    return [
      code(column),
      typeOf(body, column, sql),
      facts.get('subject') === 'none' ? '' : code(facts.get('subject') ?? ''),
      ...['purpose', 'retain', 'erase'].map((fact) => facts.get(fact) ?? ''),
    ]
  })
  const words = said.replaceAll(/^-- /gm, '').trim()
  return [
    heading(3, `platform.${name}`, `platform.${name}`),
    words,
    table(['column', 'type', 'whose', 'purpose', 'kept', 'when erased'], rows),
  ].join('\n\n')
}

/** A column's type; of an enumeration its words, too. */
function typeOf(body: string, column: string, sql: string): string {
  const line = new RegExp(`^\\s+${column}\\s+([\\w.]+(?:\\(\\d+\\))?)`, 'm').exec(body)
  const type = line?.[1] ?? ''
  const words = new RegExp(`create type ${type.replace('.', '\\.')} as enum \\(([^)]*)\\)`).exec(
    sql,
  )?.[1]
  return words === undefined ? type : codes(words.split(', ').map((word) => word.slice(1, -1)))
}
