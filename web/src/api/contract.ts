// Printed from the registry by `node platform/bin/launch.mjs web/generate.ts`; do not edit.
// biome-ignore-all format: the printer keeps one member on one line.
// biome-ignore-all lint/style/noExcessiveLinesPerFile: it is as long as the registry is.
import type { RouteTable } from '@plinth/platform/client'

/** What each operation takes and gives, as the server's schemas say it. */
export interface Contract {
  /** Make an account with a password, and sign in to it. */
  readonly 'auth.sign_up': {
    readonly input: {
      readonly email: string
      /** At least 15 characters, or 12 with upper case, lower case and a digit; at most 256 bytes. Not a common one, no sequence, and nothing of your name or address. */
      readonly password: string
      /** What others see. */
      readonly name: string
      /** The zone in which your dates and times are. */
      readonly timeZone?: string | undefined
    }
    readonly output: {
      readonly id: string
      readonly email: string
      readonly name: string
      readonly timeZone: string
      readonly roles: readonly string[]
      readonly scopes: readonly string[]
      readonly actor: {
        readonly kind: 'person' | 'agent' | 'script' | 'system'
        readonly name: string
      }
      readonly emailConfirmed: boolean
    }
  }

  /** Sign in with an e-mail address and a password. */
  readonly 'auth.sign_in': {
    readonly input: {
      readonly email: string
      readonly password: string
      /** A browser session, in a cookie. */
      readonly as?: 'session' | undefined
    }
    readonly output: Contract['auth.sign_up']['output']
  }

  /** End this browser session, here and on the server. */
  readonly 'auth.sign_out': {
    readonly input: Readonly<Record<string, never>>
    readonly output: {
      readonly signedOut: true
    }
  }

  /** Tell who is signed in, through what, and what that may do. */
  readonly 'auth.get_me': {
    readonly input: Readonly<Record<string, never>>
    readonly output: Contract['auth.sign_up']['output']
  }

  /** Make an API key for a script or an agent; the key is shown this once. */
  readonly 'auth.create_api_key': {
    readonly input: {
      /** What you call it, for example the machine it is on. */
      readonly name: string
      /** What the key may do. */
      readonly scopes: readonly string[]
      readonly expiresInDays?: number | undefined
      /** An agent must ask before what cannot be undone; a script does what it was told to. */
      readonly usedBy?: 'agent' | 'script' | undefined
    }
    readonly output: {
      readonly id: string
      /** How the key begins. */
      readonly prefix: string
      readonly name: string
      readonly scopes: readonly string[]
      /** An agent must ask before what cannot be undone; a script does what it was told to. */
      readonly usedBy: 'agent' | 'script'
      readonly createdAt: string
      readonly expiresAt: string
      /** The key itself. Keep it now: it is not shown again. */
      readonly key: string
    }
  }

  /** List your API keys, newest first, revoked and expired ones included. */
  readonly 'auth.list_api_keys': {
    readonly input: {
      /** How many items to return. */
      readonly limit?: number | undefined
      /** The nextCursor of the page before. */
      readonly cursor?: string | undefined
    }
    readonly output: {
      readonly items: readonly {
        readonly id: string
        /** How the key begins. */
        readonly prefix: string
        readonly name: string
        readonly scopes: readonly string[]
        /** An agent must ask before what cannot be undone; a script does what it was told to. */
        readonly usedBy: 'agent' | 'script'
        readonly createdAt: string
        readonly expiresAt: string
        /** To the minute. */
        readonly lastUsedAt: string | null
        readonly revokedAt: string | null
      }[]
      readonly nextCursor: string | null
      readonly total?: number | undefined
    }
  }

  /** End an API key at once and for ever. */
  readonly 'auth.revoke_api_key': {
    readonly input: {
      readonly keyId: string
    }
    readonly output: {
      readonly id: string
      /** How the key begins. */
      readonly prefix: string
      readonly name: string
      readonly scopes: readonly string[]
      /** An agent must ask before what cannot be undone; a script does what it was told to. */
      readonly usedBy: 'agent' | 'script'
      readonly createdAt: string
      readonly expiresAt: string
      /** To the minute. */
      readonly lastUsedAt: string | null
      readonly revokedAt: string | null
    }
  }

  /** Make the account of the first administrator, with the token from the terminal. */
  readonly 'auth.set_up': {
    readonly input: {
      /** What stands after # in the printed address. */
      readonly token: string
      readonly email: string
      /** At least 15 characters, or 12 with upper case, lower case and a digit; at most 256 bytes. Not a common one, no sequence, and nothing of your name or address. */
      readonly password: string
      /** What others see. */
      readonly name: string
      /** The zone in which your dates and times are. */
      readonly timeZone?: string | undefined
    }
    readonly output: Contract['auth.sign_up']['output']
  }

  /** Add a task when the person wants to remember or plan something; the answer has its number. */
  readonly 'tasks.add_task': {
    readonly input: {
      /** What is to be done. Spaces at both ends are dropped. */
      readonly title: string
      /** More about it, as plain text or Markdown. Empty and null both mean none. */
      readonly description?: string | null | undefined
      /** How much it matters. */
      readonly priority?: 'low' | 'medium' | 'high' | 'urgent' | undefined
      /** Words to find it by. The same label twice, in whatever case, is kept once. */
      readonly labels?: readonly string[] | undefined
      /** When it is due: a date, a floating time, or a time in a time zone; null for never. */
      readonly due?: {
        readonly kind: 'date'
        readonly date: string
      } | {
        readonly kind: 'floating'
        readonly date: string
        readonly time: string
      } | {
        readonly kind: 'zoned'
        readonly date: string
        readonly time: string
        readonly timeZone: string
      } | null | undefined
    }
    readonly output: {
      readonly id: string
      /** Counts the tasks of one person. */
      readonly number: number
      readonly title: string
      readonly description: string | null
      readonly priority: 'low' | 'medium' | 'high' | 'urgent'
      readonly labels: readonly string[]
      readonly due: {
        readonly kind: 'date'
        readonly date: string
      } | {
        readonly kind: 'floating'
        readonly date: string
        readonly time: string
      } | {
        readonly kind: 'zoned'
        readonly date: string
        readonly time: string
        readonly timeZone: string
        readonly at: string
      } | null
      readonly status: 'open' | 'done' | 'trashed'
      readonly completedAt: string | null
      readonly trashedAt: string | null
      readonly createdAt: string
      readonly updatedAt: string
      readonly version: number
    }
  }

  /** List or search your tasks, page by page; what is in the trash only when asked for. */
  readonly 'tasks.list_tasks': {
    readonly input: {
      /** `all` is open and done; `trashed` shows the last 30 days of the trash. */
      readonly status?: 'open' | 'done' | 'all' | 'trashed' | undefined
      /** Only tasks of this priority. */
      readonly priority?: 'low' | 'medium' | 'high' | 'urgent' | undefined
      /** Only tasks with this label, in whatever case. */
      readonly label?: string | undefined
      /** Words that title, description or labels must contain, in whatever case. */
      readonly q?: string | undefined
      /** Only tasks due on this date or later. */
      readonly dueFrom?: string | undefined
      /** Only tasks due on this date or earlier. */
      readonly dueTo?: string | undefined
      /** The order; with "-" the other way round, so -priority begins with urgent. */
      readonly sort?: 'created' | '-created' | 'due' | '-due' | 'priority' | '-priority' | 'title' | '-title' | 'number' | '-number' | undefined
      /** How many items to return. */
      readonly limit?: number | undefined
      /** The nextCursor of the page before. */
      readonly cursor?: string | undefined
      /** Whether to count all tasks that fit, too. */
      readonly total?: boolean | undefined
    }
    readonly output: {
      readonly items: readonly {
        readonly id: string
        /** Counts the tasks of one person. */
        readonly number: number
        readonly title: string
        readonly description: string | null
        readonly priority: 'low' | 'medium' | 'high' | 'urgent'
        readonly labels: readonly string[]
        readonly due: {
          readonly kind: 'date'
          readonly date: string
        } | {
          readonly kind: 'floating'
          readonly date: string
          readonly time: string
        } | {
          readonly kind: 'zoned'
          readonly date: string
          readonly time: string
          readonly timeZone: string
          readonly at: string
        } | null
        readonly status: 'open' | 'done' | 'trashed'
        readonly completedAt: string | null
        readonly trashedAt: string | null
        readonly createdAt: string
        readonly updatedAt: string
        readonly version: number
      }[]
      readonly nextCursor: string | null
      readonly total?: number | undefined
    }
  }

  /** Read one task by its number or id, also when it is in the trash. */
  readonly 'tasks.get_task': {
    readonly input: {
      /** The task: its number in your list, such as "3", or its id. */
      readonly taskId: string
    }
    readonly output: Contract['tasks.add_task']['output']
  }

  /** Change a task: fields left out stay as they are, and null clears the description or due time. */
  readonly 'tasks.update_task': {
    readonly input: {
      /** The task: its number in your list, such as "3", or its id. */
      readonly taskId: string
      /** What is to be done. Spaces at both ends are dropped. */
      readonly title?: string | undefined
      /** More about it, as plain text or Markdown. Empty and null both mean none. */
      readonly description?: string | null | undefined
      /** How much it matters. */
      readonly priority?: 'low' | 'medium' | 'high' | 'urgent' | undefined
      /** Words to find it by. The same label twice, in whatever case, is kept once. */
      readonly labels?: readonly string[] | undefined
      /** When it is due: a date, a floating time, or a time in a time zone; null for never. */
      readonly due?: {
        readonly kind: 'date'
        readonly date: string
      } | {
        readonly kind: 'floating'
        readonly date: string
        readonly time: string
      } | {
        readonly kind: 'zoned'
        readonly date: string
        readonly time: string
        readonly timeZone: string
      } | null | undefined
      /** Do it only if this is still its version. */
      readonly ifVersion?: number | undefined
    }
    readonly output: Contract['tasks.add_task']['output']
  }

  /** Mark a task as done; doing it twice changes nothing. */
  readonly 'tasks.complete_task': {
    readonly input: {
      /** The task: its number in your list, such as "3", or its id. */
      readonly taskId: string
      /** Do it only if this is still its version. */
      readonly ifVersion?: number | undefined
    }
    readonly output: Contract['tasks.add_task']['output']
  }

  /** Make a done task open again; doing it twice changes nothing. */
  readonly 'tasks.reopen_task': {
    readonly input: {
      /** The task: its number in your list, such as "3", or its id. */
      readonly taskId: string
      /** Do it only if this is still its version. */
      readonly ifVersion?: number | undefined
    }
    readonly output: Contract['tasks.add_task']['output']
  }

  /** Move a task to the trash, where it can be restored for 30 days; a second time it is not found. */
  readonly 'tasks.delete_task': {
    readonly input: {
      /** The task: its number in your list, such as "3", or its id. */
      readonly taskId: string
      /** Do it only if this is still its version. */
      readonly ifVersion?: number | undefined
    }
    readonly output: Contract['tasks.add_task']['output']
  }

  /** Take a task out of the trash, open or done as it was before. */
  readonly 'tasks.restore_task': {
    readonly input: {
      /** The task: its number in your list, such as "3", or its id. */
      readonly taskId: string
      /** Do it only if this is still its version. */
      readonly ifVersion?: number | undefined
    }
    readonly output: Contract['tasks.add_task']['output']
  }

  /** Read who changed a task, what, when and through what, newest first. */
  readonly 'tasks.get_task_history': {
    readonly input: {
      /** The task: its number in your list, such as "3", or its id. */
      readonly taskId: string
      /** How many items to return. */
      readonly limit?: number | undefined
      /** The nextCursor of the page before. */
      readonly cursor?: string | undefined
    }
    readonly output: {
      readonly items: readonly {
        readonly at: string
        /** What was called, for example tasks.add_task. */
        readonly operation: string
        /** Whose doing it was. */
        readonly by: {
          readonly name: string
        }
        /** What acted for them, for example the key "laptop". */
        readonly through: {
          readonly kind: 'person' | 'agent' | 'script' | 'system'
          readonly name: string
        }
        readonly kind: 'created' | 'changed' | 'removed'
        readonly changes: readonly {
          readonly field: 'title' | 'description' | 'priority' | 'labels' | 'due' | 'status'
          readonly before: string | readonly string[] | {
            readonly kind: 'date'
            readonly date: string
          } | {
            readonly kind: 'floating'
            readonly date: string
            readonly time: string
          } | {
            readonly kind: 'zoned'
            readonly date: string
            readonly time: string
            readonly timeZone: string
            readonly at: string
          } | null
          readonly after: string | readonly string[] | {
            readonly kind: 'date'
            readonly date: string
          } | {
            readonly kind: 'floating'
            readonly date: string
            readonly time: string
          } | {
            readonly kind: 'zoned'
            readonly date: string
            readonly time: string
            readonly timeZone: string
            readonly at: string
          } | null
        }[]
      }[]
      readonly nextCursor: string | null
      readonly total?: number | undefined
    }
  }
}

/** Where each operation answers, under /api/v1. */
export const routes = {
  'auth.sign_up': { method: 'POST', path: '/auth/sign_up' },
  'auth.sign_in': { method: 'POST', path: '/auth/sign_in' },
  'auth.sign_out': { method: 'POST', path: '/auth/sign_out' },
  'auth.get_me': { method: 'GET', path: '/auth/me' },
  'auth.create_api_key': { method: 'POST', path: '/auth/api_keys' },
  'auth.list_api_keys': { method: 'GET', path: '/auth/api_keys' },
  'auth.revoke_api_key': { method: 'DELETE', path: '/auth/api_keys/{keyId}' },
  'auth.set_up': { method: 'POST', path: '/auth/set_up' },
  'tasks.add_task': { method: 'POST', path: '/tasks' },
  'tasks.list_tasks': { method: 'GET', path: '/tasks' },
  'tasks.get_task': { method: 'GET', path: '/tasks/{taskId}' },
  'tasks.update_task': { method: 'PATCH', path: '/tasks/{taskId}' },
  'tasks.complete_task': { method: 'POST', path: '/tasks/{taskId}/complete' },
  'tasks.reopen_task': { method: 'POST', path: '/tasks/{taskId}/reopen' },
  'tasks.delete_task': { method: 'DELETE', path: '/tasks/{taskId}' },
  'tasks.restore_task': { method: 'POST', path: '/tasks/{taskId}/restore' },
  'tasks.get_task_history': { method: 'GET', path: '/tasks/{taskId}/history' },
} as const satisfies RouteTable<Contract>

/** What a key may be allowed, in plain words for the person who allows it. */
export const scopes: readonly { readonly scope: string; readonly words: string }[] = [
  { scope: 'tasks:read', words: 'See your tasks' },
  { scope: 'tasks:write', words: 'Add and change your tasks' },
  { scope: 'tasks:delete', words: 'Move your tasks to the trash' },
]
