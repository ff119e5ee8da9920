import { z } from 'zod'
import { line } from '../schema/text.ts'
import { Id, Instant } from '../schema/values.ts'
import type { KeyRow } from './key-store.ts'

export const KeyName = line(80).describe('What you call it, for example the machine it is on.')
export const Scope = z
  .string()
  .max(100)
  .regex(/^[a-z]+:(read|write|delete)$/, { message: 'must be a scope such as tasks:read' })
export const UsedBy = z
  .enum(['agent', 'script'])
  .describe('An agent must ask before what cannot be undone; a script does what it was told to.')

/** An API key without its secret. */
export const ApiKey = z.strictObject({
  id: Id,
  prefix: z.string().max(12).describe('How the key begins.'),
  name: z.string().max(80),
  scopes: z.array(Scope).max(50),
  usedBy: UsedBy,
  createdAt: Instant,
  expiresAt: Instant,
  lastUsedAt: Instant.nullable().describe('To the minute.'),
  revokedAt: Instant.nullable(),
})

export function toApiKey(row: KeyRow): z.output<typeof ApiKey> {
  return {
    id: row.id,
    prefix: row.prefix,
    name: row.name,
    scopes: [...row.scopes],
    usedBy: row.used_by,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
    revokedAt: row.revoked_at,
  }
}
