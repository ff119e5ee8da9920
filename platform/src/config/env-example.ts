import { type Variable, variables } from './schema.ts'

const opening = `# Plinth needs none of these to start. Copy this file to .env, or set them in the
# environment, which wins over the file. It is generated from platform/src/config/schema.ts.`

/** The text of .env.example: each variable with what it decides, when it must be set, its default. */
export function envExample(): string {
  const entries = Object.entries<Variable>(variables)
  const groups = Map.groupBy(entries, ([, variable]) => variable.group)
  const sections = [...groups].flatMap(([group, members]) => [
    `# --- ${group} ---`,
    ...members.map(([name, variable]) => entryOf(name, variable)),
  ])
  return `${[opening, ...sections].join('\n\n')}\n`
}

function entryOf(name: string, variable: Variable): string {
  const facts = [
    variable.description,
    variable.required && `Required ${variable.required}.`,
    `Without it: ${variable.default ?? variable.unset ?? 'nothing'}.`,
    variable.secret && 'Secret.',
  ]
  const comments = facts.filter(Boolean).map((fact) => `# ${fact}`)
  return [...comments, `# ${name}=${variable.example}`].join('\n')
}
