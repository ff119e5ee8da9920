import type { Caller } from '@plinth/platform'

// Every operation of this app is about the caller's own tasks: the platform's `owner` and `signedIn`
// are its policies, and row security says the same a second time.

/** Whether the credential may read tasks, for answers that name some the caller did not ask for. */
export function mayReadTasks(caller: Caller): boolean {
  return caller.scopes.includes('*') || caller.scopes.includes('tasks:read')
}
