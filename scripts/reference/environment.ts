import { type Variable, variables } from '../../platform/src/config/schema.ts'
import { code, heading, list, pageText } from './markdown.ts'

/** docs/reference/environment.md: every variable that decides something. */
export function environmentPage(): string {
  const groups = Map.groupBy(Object.entries<Variable>(variables), ([, { group }]) => group)
  return pageText([
    '# Environment',
    `Plinth needs none of these to start. Put yours into the environment, or into a file \`.env\`, over
which the environment wins. All are read once, at the start. An unknown name that begins with
\`PLINTH_\`, and whatever cannot be read, stops it with a table of what is wrong. An empty variable
counts as not set.`,
    ...[...groups].flatMap(([group, members]) => [
      `## ${group}`,
      ...members.map(([name, variable]) => entryOf(name, variable)),
    ]),
  ])
}

function entryOf(name: string, variable: Variable): string {
  const { description, default: byDefault, unset, required, secret, example } = variable
  return [
    heading(3, name, name.toLowerCase()),
    description,
    list([
      `Form: ${formOf(variable)}.`,
      `Without it: ${byDefault === undefined ? (unset ?? 'nothing') : code(byDefault)}.`,
      ...(required === undefined ? [] : [`Needed ${required}.`]),
      `For example: ${code(`${name}=${example}`)}.`,
      secret ? 'Secret: it is never shown and never logged.' : 'No secret.',
    ]),
  ].join('\n\n')
}

/** No reader takes a control character, and what it complains of is the form that it wants. */
const unreadable = '\u0000'

function formOf({ read }: Variable): string {
  const reading = read(unreadable)
  if (reading.ok) return 'any text'
  const entry = /^entry 1 must be (.*)$/.exec(reading.problem)?.[1]
  if (entry !== undefined) return `a list with commas between the entries; each is ${entry}`
  return reading.problem.replace(/^must (?:be )?/, '').replace(/^have/, 'has')
}
