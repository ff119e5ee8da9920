// `npm run explain`: asks every read operation everything it can be asked, on a million rows, and
// prints the plan of each statement as PostgreSQL ran it (auto_explain). Fails when one reads a table
// that grows from one end to the other. Two passes: with plans made for the values, and with the
// general plans that a prepared statement may end up with.
import { open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { apps } from '../apps/src/all.ts'
import { findLocation } from '../platform/src/db/embedded/location.ts'
import { hashToken, newToken } from '../platform/src/identity/token.ts'
import type { AnyOperation } from '../platform/src/operation/define.ts'
import { inputJsonSchema } from '../platform/src/schema/json-schema.ts'
import { createServer, parseConfig, type Server, version } from '../platform/src/server.ts'
import { type BenchDatabase, startDatabase } from './database.ts'
import { planLines, type RanPlan, readPlans, scannedWhole } from './plans.ts'
import { type Question, questionsFor } from './questions.ts'

const rows = 1_000_000
/** Others, so that the tables of accounts are large, too. */
const strangers = 100_000
const say = (line: string) => void process.stdout.write(`${line}\n`)

const passes = [
  { title: 'Plans made for the values', mode: 'force_custom_plan' },
  { title: 'General plans', mode: 'force_generic_plan' },
] as const

/** People who never come, each with a key, a role and a session. */
const insertStrangers = `
  set session_replication_role = replica;
  with person as (
    insert into identity.person (email, email_key, name, created_at, updated_at)
    select email, email, 'Tom', now(), now()
    from (select 'tom.' || at || '@example.com' as email from generate_series(1, ${strangers}) as at)
    returning id
  ), key as (
    insert into identity.api_key
      (owner_id, name, prefix, key_hash, scopes, used_by, created_at, expires_at)
    select id, 'old', left('plk_' || id, 12), sha256(id::text::bytea), '{tasks:read}', 'script', now(), now() + interval '1 day'
    from person
  ), role as (
    insert into identity.role_grant (person_id, role, granted_at) select id, 'tasks:none', now() from person
  )
  insert into identity.session (person_id, token_hash, created_at, last_used_at, expires_at)
  select id, sha256(id::text::bytea), now(), now(), now() + interval '1 day' from person;
  set session_replication_role = origin;`

async function main(things: AsyncDisposableStack): Promise<number> {
  say(`Making ${rows.toLocaleString('en')} tasks, with their images and call rows …`)
  const database = await startDatabase()
  things.defer(database.remove)
  await database.growTo(rows)
  const token = newToken()
  await prepare(database, token)
  const wrong: string[] = []
  for (const { title, mode } of passes) {
    await database.asSuperuser(
      ['plinth_app', 'plinth_identity']
        .map((role) => `alter role ${role} set plan_cache_mode = '${mode}'`)
        .join(';'),
    )
    say(`\n# ${title}`)
    wrong.push(...(await explainAll(database, token)))
  }
  say(
    wrong.length === 0
      ? '\nNo statement reads a table that grows from one end to the other.'
      : `\n${wrong.join('\n')}`,
  )
  return wrong.length
}

async function prepare(database: BenchDatabase, token: string): Promise<void> {
  const [person] = database.people()
  const settings = {
    session_preload_libraries: 'auto_explain',
    'auto_explain.log_min_duration': '0',
    'auto_explain.log_analyze': 'on',
    'auto_explain.log_timing': 'off',
    'auto_explain.log_verbose': 'on',
    'auto_explain.log_nested_statements': 'on',
    'auto_explain.log_format': 'json',
  }
  const roles = ['plinth_app', 'plinth_identity'].flatMap((role) =>
    Object.entries(settings).map(([name, value]) => `alter role ${role} set ${name} = '${value}'`),
  )
  const session =
    'insert into identity.session (person_id, token_hash, created_at, last_used_at, expires_at) ' +
    `values ('${person?.id}', '\\x${hashToken(token).toString('hex')}', now(), now(), ` +
    "now() + interval '1 hour')"
  await database.asSuperuser([...roles, session].join(';'))
  await database.asSuperuser(insertStrangers)
  await database.asSuperuser('vacuum analyze')
}

/** Asks everything and gives what is wrong. */
async function explainAll(database: BenchDatabase, token: string): Promise<string[]> {
  const { dataFolder, place } = database
  const environment = {
    PLINTH_DATA: dataFolder,
    PORT: '0',
    LOG_LEVEL: 'error',
    RATE_LIMIT_ENABLED: 'false',
  }
  const config = parseConfig(environment, { root: dataFolder, version })
  const server = await createServer({ apps, config, place })
  try {
    const log = await openServerLog(dataFolder)
    const taskId = database.people()[0]?.taskIds[0]
    const reads = server.registry.operations.filter(({ effect }) => effect === 'read')
    const wrong: string[] = []
    for (const operation of reads) {
      const required = requiredOf(operation, { taskId })
      for (const question of questionsFor(operation, required)) {
        await askTwice(server, { operation, question, token })
      }
      const plans = uniqueByQuery(await log.plans())
      const emptyPartitions = await database.emptyPartitions()
      say(`\n## ${operation.name}: ${plans.length} different statements`)
      for (const plan of plans) {
        say(`\n  ${plan.query}`)
        for (const line of planLines(plan)) say(line)
        for (const table of scannedWhole(plan)) {
          // The months to come are ready and empty; looking at nothing costs nothing.
          if (emptyPartitions.has(table)) continue
          wrong.push(`${operation.name} reads all of ${table}: ${plan.query}`)
        }
      }
    }
    return wrong
  } finally {
    await server.close()
  }
}

function requiredOf({ input }: AnyOperation, known: Question): Question {
  const names = Object.keys(inputJsonSchema(input).properties ?? {})
  return Object.fromEntries(Object.entries(known).filter(([name]) => names.includes(name)))
}

interface Asked {
  readonly operation: AnyOperation
  readonly question: Question
  readonly token: string
}

/** The first page, and the one after it where there is one. */
async function askTwice(server: Server, { operation, question, token }: Asked): Promise<void> {
  let input = question
  for (let page = 0; page < 2; page += 1) {
    const answer = await server.road.execute({
      operation,
      input,
      credential: { kind: 'session', token },
      surface: 'direct',
      requestId: 'explain',
      address: '127.0.0.1',
      signal: new AbortController().signal,
    })
    if (!answer.ok) {
      const { code } = answer.error.kind
      throw new Error(`${operation.name} refused ${JSON.stringify(input)}: ${code}`)
    }
    const { nextCursor } = answer.output as { readonly nextCursor?: string | null }
    if (!nextCursor) return
    input = { ...question, cursor: nextCursor }
  }
}

/** The server's log from now on. */
async function openServerLog(dataFolder: string) {
  const { home } = await findLocation(dataFolder, () => {})
  const path = join(home, 'postgres.log')
  let from = (await stat(path)).size
  return {
    async plans(): Promise<RanPlan[]> {
      // The server writes a statement's plan after its answer has been sent.
      await sleep(300)
      const file = await open(path, 'r')
      try {
        const { size } = await file.stat()
        const { buffer } = await file.read(Buffer.alloc(size - from), 0, size - from, from)
        from = size
        return readPlans(buffer.toString('utf8'))
      } finally {
        await file.close()
      }
    },
  }
}

/** Of each statement the plan that took longest. What only binds a unit to its caller is left out. */
function uniqueByQuery(plans: readonly RanPlan[]): RanPlan[] {
  const longest = new Map<string, RanPlan>()
  for (const plan of plans) {
    if (plan.query.startsWith("select set_config('plinth.")) continue
    const known = longest.get(plan.query)
    if (!known || known.milliseconds < plan.milliseconds) longest.set(plan.query, plan)
  }
  return [...longest.values()]
}

await using things = new AsyncDisposableStack()
process.exitCode = Math.min(1, await main(things))
