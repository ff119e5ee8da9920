/**
 * Where to go after signing in: a path of this site, or the tasks. An address that somebody put into
 * a link to our sign-in page must not lead people away (an open redirect).
 */
export function safePath(next: unknown): string {
  if (typeof next !== 'string' || !/^\/(?![/\\])/.test(next)) return '/tasks'
  return /^\/(sign-in|sign-up|setup)\b/.test(next) ? '/tasks' : next
}
