import { afterAll, beforeAll, expect, test } from 'vitest'
import { createInstallation, type Installation, type Running, signUp } from './installation.ts'
import { ask, type ExternalPostgres, startExternalPostgres } from './outage-external.ts'

let external: ExternalPostgres
let installation: Installation
let plinth: Running

beforeAll(async () => {
  external = await startExternalPostgres()
  installation = await createInstallation()
})
afterAll(async () => {
  await plinth?.end('SIGTERM')
  await installation.remove()
  await external.stop()
})

test('Plinth runs on a PostgreSQL of somebody else’s, with its own logins beside the two it was given', async () => {
  const { environment } = external
  const owner = { connectionString: environment.DATABASE_OWNER_URL }
  const app = { connectionString: environment.DATABASE_URL }
  plinth = await installation.start(environment)
  const ada = await signUp(plinth.url)
  expect((await ada.add('on their server')).status).toBe(201)
  expect(await ada.titles()).toEqual(['on their server'])

  expect(await ask(owner, 'select count(*) from tasks.task')).toEqual([{ count: '1' }])
  // The login of requests sees nobody's tasks while nobody calls, and owns nothing.
  expect(await ask(app, 'select id from tasks.task')).toEqual([])
  await expect(ask(app, 'drop table tasks.task')).rejects.toThrow(/owner/)

  await plinth.end('SIGTERM')
  plinth = await installation.start(environment)
  expect(await ada.titles(plinth.url)).toEqual(['on their server'])
})
