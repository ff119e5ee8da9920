import type { z } from 'zod'
import type { Db } from '../db/db.ts'
import type { SessionEffect } from '../operation/context.ts'
import type { SignedIn } from './engine.ts'
import { type Me, throughBrowser, toMe } from './me.ts'
import { findPerson } from './store.ts'

/** Hands the new session to the surface, and answers who is signed in now. */
export async function beginSession(
  call: { readonly db: Db; readonly session: SessionEffect },
  { personId, session }: SignedIn,
): Promise<z.output<typeof Me>> {
  const person = await findPerson(call.db, personId)
  if (!person) throw new Error('The person who signed in is not there.')
  call.session.begin(session)
  return toMe(person, throughBrowser)
}
