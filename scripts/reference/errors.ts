import { isRetryable } from '../../platform/src/errors/define.ts'
import { errorsOf, type KnownError } from '../../platform/src/operation/refusals.ts'
import type { Registry } from '../../platform/src/operation/registry.ts'
import { heading, list, pageText } from './markdown.ts'

/** docs/reference/errors.md: every code, with the anchor that a problem's `type` ends in. */
export function errorsReference(registry: Registry): string {
  return pageText([
    '# Error codes',
    `A refusal is a problem document (RFC 9457). Its \`code\` is a promise: it is never renamed or reused.
Its \`type\` leads to the page of codes that every installation serves at \`/docs/errors\`, whether or
not its other documentation is public.`,
    ...errorsOf(registry).map((known) => entryOf(known, registry)),
  ])
}

function entryOf(known: KnownError, registry: Registry): string {
  const { kind } = known
  const again = isRetryable(kind) ? 'the same call may succeed' : 'the same call is refused again'
  return [
    heading(2, kind.code, kind.code.toLowerCase()),
    `Status ${kind.status}. ${kind.title}`,
    list([
      ...(kind.when === undefined ? [] : [`When: ${kind.when}`]),
      `Next step: ${kind.nextStep}`,
      `Sent again later: ${again}.`,
      `Answered by: ${answeredBy(known, registry)}.`,
    ]),
  ].join('\n\n')
}

/** Who answers a code; where most operations do, those that do not are fewer. */
function answeredBy({ operations }: KnownError, registry: Registry): string {
  if (operations.length === 0) return 'no operation: it is refused before one is called'
  const others = registry.operations.filter((operation) => !operations.includes(operation))
  if (others.length === 0) return 'every operation'
  return others.length < operations.length
    ? `every operation but ${linksTo(others)}`
    : linksTo(operations)
}

const linksTo = (operations: readonly { readonly name: string }[]) =>
  operations.map(({ name }) => `[${name}](operations.md#${name})`).join(', ')
