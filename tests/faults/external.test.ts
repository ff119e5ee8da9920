import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../platform/src/db/embedded/postgres.ts'
import { removeDatabase } from '../../platform/src/db/embedded/visit.ts'
import { createInstallation, type Installation, type Running, signUp } from './installation.ts'
import { type Door, openDoor } from './tcp-door.ts'

// A PostgreSQL of somebody else's: reached over TCP, with an owner who may create roles but is no
// superuser, and a request login under a name of their own.

let folder: string
let postgres: EmbeddedPostgres
let door: Door
let installation: Installation
let plinth: Running

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plinth-external-'))
  postgres = await startEmbeddedPostgres({ dataFolder: folder, log: () => {} })
  await asSuperuser(
    "create role acme_owner login createrole password 'owner secret'",
    "create role acme_app login password 'app secret'",
    'create database acme owner acme_owner',
  )
  const { host, port } = postgres
  door = await openDoor(() => join(host, `.s.PGSQL.${port}`))
  installation = await createInstallation()
})
afterAll(async () => {
  await plinth?.end('SIGTERM')
  await installation.remove()
  await door.close()
  await postgres.stop()
  await removeDatabase(folder)
  await rm(folder, { recursive: true, force: true })
})

async function asSuperuser(...texts: string[]): Promise<void> {
  const { host, port, user, password } = postgres
  const client = new pg.Client({ host, port, user, password, database: 'postgres' })
  await client.connect()
  for (const text of texts) await client.query(text)
  await client.end()
}

async function ask<Row extends object>(url: string, text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Row>(text)).rows
  } finally {
    await client.end()
  }
}

test('Plinth runs on it, with its own logins beside the two it was given', async () => {
  const environment = {
    DATABASE_URL: `postgresql://acme_app:app%20secret@${door.address}/acme`,
    DATABASE_OWNER_URL: `postgresql://acme_owner:owner%20secret@${door.address}/acme`,
  }
  plinth = await installation.start(environment)
  const ada = await signUp(plinth.url)
  expect((await ada.add('on their server')).status).toBe(201)
  expect(await ada.titles()).toEqual(['on their server'])

  const [owner] = await ask(environment.DATABASE_OWNER_URL, 'select count(*) from tasks.task')
  expect(owner).toEqual({ count: '1' })
  // The login of requests sees nobody's tasks while nobody calls, and owns nothing.
  expect(await ask(environment.DATABASE_URL, 'select id from tasks.task')).toEqual([])
  await expect(ask(environment.DATABASE_URL, 'drop table tasks.task')).rejects.toThrow(/owner/)

  await plinth.end('SIGTERM')
  plinth = await installation.start(environment)
  expect(await ada.titles(plinth.url)).toEqual(['on their server'])
})
