import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createScratchDatabase, type ScratchDatabase } from '../testing/scratch.ts'
import { type MigrationSource, migrate } from './migrate.ts'

let database: ScratchDatabase
let folder: string
let sources: readonly MigrationSource[]

beforeEach(async () => {
  database = await createScratchDatabase()
  folder = await mkdtemp(join(tmpdir(), 'plinth-migrations-'))
  sources = [{ name: 'probe', folder: pathToFileURL(`${folder}/`), schemas: ['probe'] }]
})
afterEach(async () => {
  await database.drop()
  await rm(folder, { recursive: true })
})

const put = (name: string, text: string) => writeFile(join(folder, name), text)
const run = async () => migrate(await database.connect('owner'), sources)

describe('migrations', () => {
  test('are applied once, in the order of their numbers', async () => {
    await put('0002_more.sql', 'alter table probe.a add column more text')
    await put('0001_first.sql', 'create table probe.a (id int)')
    expect(await run()).toEqual(['probe/0001_first.sql', 'probe/0002_more.sql'])
    expect(await run()).toEqual([])
  })

  test('are applied by one of several processes that start at once', async () => {
    await put('0001_first.sql', 'create table probe.a (id int)')
    const all = await Promise.all([run(), run(), run(), run()])
    expect(all.flat()).toEqual(['probe/0001_first.sql'])
  })

  test('leave nothing behind when one fails, and go on from there when it is mended', async () => {
    await put('0001_first.sql', 'create table probe.a (id int)')
    await put('0002_bad.sql', 'create table probe.b (id int);\nselect nonsense')
    await expect(run()).rejects.toThrow(
      'Migration probe/0002_bad.sql failed at line 2 and left nothing behind: column "nonsense" does',
    )
    const client = await database.connect('owner')
    const { rows } = await client.query("select to_regclass('probe.b') as b")
    expect(rows[0].b).toBe(null)
    await put('0002_bad.sql', 'create table probe.b (id int)')
    expect(await run()).toEqual(['probe/0002_bad.sql'])
  })

  test('are refused when one that was applied has been edited', async () => {
    await put('0001_first.sql', 'create table probe.a (id int)')
    await run()
    await put('0001_first.sql', 'create table probe.a (id bigint)')
    await expect(run()).rejects.toThrow(/0001_first\.sql was applied and has been edited/)
  })
})
