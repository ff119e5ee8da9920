import { createHmac } from 'node:crypto'
import type { Client } from 'pg'

/** The logins of an installation. Requests never run as the owner, and nobody uses SET ROLE. */
export const logins = ['owner', 'app', 'identity', 'worker', 'sealer'] as const
export type Login = (typeof logins)[number]

export const roleOf = (login: Login): string => `plinth_${login}`

/** Each login's password follows from the installation's secret, so none is stored. */
export function passwordOf(secret: Buffer, login: Login): string {
  return createHmac('sha256', secret)
    .update(`login:${roleOf(login)}`)
    .digest('base64url')
}

/**
 * Creates the logins that are missing and sets their passwords. The owner may hold the others' place
 * on an external server, where it needs CREATEROLE.
 */
export async function ensureLogins(
  client: Client,
  options: { readonly secret: Buffer; readonly logins: readonly Login[] },
): Promise<void> {
  for (const login of options.logins) {
    const role = roleOf(login)
    const password = passwordOf(options.secret, login)
    const { rowCount } = await client.query('select from pg_roles where rolname = $1', [role])
    const verb = rowCount === 0 ? 'create' : 'alter'
    await client.query(`${verb} role ${role} login password '${password}'`)
    await client.query(`alter role ${role} set timezone to 'UTC'`)
    await client.query(`alter role ${role} set datestyle to 'ISO'`)
  }
}
