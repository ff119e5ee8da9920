import { notFound } from '@plinth/platform'

/** A task that the caller might have meant. */
export interface Suggestion {
  readonly number: number
  readonly title: string
}

/**
 * There is no such task in the caller's list. Somebody else's task, one in the trash and one that
 * never was look alike; the suggestions are the caller's own.
 */
export function taskNotFound(suggestions: readonly Suggestion[]) {
  return notFound({
    detail: 'There is no such task in your list.',
    ...(suggestions.length > 0 ? { extra: { suggestions } } : {}),
  })
}
