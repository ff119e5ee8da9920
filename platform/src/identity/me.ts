import { z } from 'zod'
import { Id } from '../schema/values.ts'
import type { Actor } from './caller.ts'
import type { PersonRow } from './store.ts'

/** Who is signed in, and through what. Every way of signing in answers with it. */
export const Me = z
  .strictObject({
    id: Id,
    email: z.string().max(254),
    name: z.string().max(120),
    timeZone: z.string().max(64),
    roles: z.array(z.string().max(64)).max(100),
    scopes: z.array(z.string().max(100)).max(50),
    actor: z.strictObject({
      kind: z.enum(['person', 'agent', 'script', 'system']),
      name: z.string().max(80),
    }),
    emailConfirmed: z.boolean(),
  })
  .meta({ title: 'Me' })

export function toMe(
  person: PersonRow,
  through: { readonly actor: Pick<Actor, 'kind' | 'name'>; readonly scopes: readonly string[] },
): z.output<typeof Me> {
  const { kind, name } = through.actor
  return {
    id: person.id,
    email: person.email,
    name: person.name,
    timeZone: person.time_zone,
    roles: [...person.roles],
    scopes: [...through.scopes],
    actor: { kind, name },
    emailConfirmed: person.is_email_confirmed,
  }
}

/** What a browser session may do and is called: everything, as the person. */
export const throughBrowser = { actor: { kind: 'person', name: 'browser' }, scopes: ['*'] } as const
