import {
  type Db,
  defineApp,
  defineError,
  defineOperation,
  Id,
  limits,
  line,
  owner,
  signedIn,
  sql,
  Version,
  z,
} from '@plinth/platform'

/** An app whose only purpose is to go wrong in every way that the road must bear. */

const Thing = z.strictObject({ id: Id, name: line(50), version: Version })
const thingIsOdd = defineError({
  code: 'PROBE_THING_ODD',
  status: 409,
  title: 'The thing is odd.',
  nextStep: 'Make it even.',
})
const neverDeclared = defineError({ ...thingIsOdd, code: 'PROBE_NEVER_DECLARED' })

interface ThingRow {
  id: string
  ownerId: string
  name: string
  version: number
}

const find = async (db: Db, id: string) =>
  (
    await sql<ThingRow>`select id, owner_id as "ownerId", name, version from probe.thing
      where id = ${id}`.execute(db)
  ).rows[0]

async function insert(db: Db, ownerId: string, name: string): Promise<ThingRow> {
  const { rows } = await sql<ThingRow>`insert into probe.thing (owner_id, name)
    values (${ownerId}, ${name}) returning id, owner_id as "ownerId", name, version`.execute(db)
  if (!rows[0]) throw new Error('An insert returns its row.')
  return rows[0]
}

const words = { audit: () => ({ subject: 'thing' }) }
const byId = z.strictObject({ thingId: Id })

export const addThing = defineOperation({
  name: 'probe.add_thing',
  summary: 'Add a thing.',
  http: 'POST /probe/things',
  effect: 'write',
  input: z.strictObject({ name: line(50) }),
  output: Thing,
  errors: [],
  policy: signedIn,
  limit: limits.write,
  ...words,
  example: async () => ({ name: 'one' }),
  // The row has its owner beside what the schema declares: the cutter must keep that back.
  run: ({ db, caller, input }) => insert(db, caller.personId, input.name),
})

const exampleThing = {
  example: async ({ as }: Parameters<typeof addThing.example>[0]) => ({
    thingId: (await as.person(addThing)).id,
  }),
}

export const lookAtThing = defineOperation({
  name: 'probe.look_at_thing',
  summary: 'Read a thing, and be seen reading it.',
  http: 'GET /probe/things/{thingId}',
  effect: 'read',
  record: true,
  input: byId,
  output: Thing,
  errors: [],
  load: ({ db, input }) => find(db, input.thingId),
  policy: owner,
  limit: limits.read,
  audit: ({ input }) => ({ subject: input.thingId }),
  ...exampleThing,
  run: ({ loaded }) => loaded,
})

export const renameThing = defineOperation({
  name: 'probe.rename_thing',
  summary: 'Rename a thing.',
  http: 'PATCH /probe/things/{thingId}',
  effect: 'write',
  input: z.strictObject({ thingId: Id, name: line(50), ifVersion: Version.optional() }),
  output: Thing,
  errors: [],
  load: ({ db, input }) => find(db, input.thingId),
  policy: owner,
  limit: limits.write,
  ...words,
  example: async (kit) => ({ ...(await exampleThing.example(kit)), name: 'two' }),
  async run({ db, loaded, input }) {
    await sql`update probe.thing set name = ${input.name}, version = version + 1
      where id = ${loaded.id}`.execute(db)
    return { ...loaded, name: input.name, version: loaded.version + 1 }
  },
})

export const forbidThing = defineOperation({
  name: 'probe.forbid_thing',
  summary: 'Do what nobody may.',
  http: 'POST /probe/forbidden',
  effect: 'write',
  input: z.strictObject({}),
  output: z.strictObject({}),
  errors: [],
  policy: () => false,
  limit: limits.write,
  ...words,
  example: async () => ({}),
  run: () => {
    throw new Error('The handler of a forbidden call never runs.')
  },
})

export const makeSecret = defineOperation({
  name: 'probe.make_secret',
  summary: 'Make a secret that is shown once.',
  http: 'POST /probe/secrets',
  effect: 'write',
  secretAnswer: true,
  input: z.strictObject({}),
  output: z.strictObject({ secret: line(50) }),
  errors: [],
  policy: signedIn,
  limit: limits.write,
  ...words,
  example: async () => ({}),
  async run({ db, caller }) {
    await insert(db, caller.personId, 'secret')
    return { secret: 'canary-in-the-answer' }
  },
})

/** How often the handler below ran: a repeated transaction runs it again. */
export const runs = { count: 0 }

export const breakThing = defineOperation({
  name: 'probe.break_thing',
  summary: 'Write a row, then go wrong.',
  http: 'POST /probe/broken',
  effect: 'write',
  input: z.strictObject({
    how: z.enum(['declared', 'undeclared', 'bug', 'sql', 'clash_once', 'clash_always', 'answer']),
  }),
  output: z.strictObject({ runs: z.number().int().min(0).max(1000) }),
  errors: [thingIsOdd],
  policy: signedIn,
  limit: limits.write,
  ...words,
  example: async () => ({ how: 'clash_once' as const }),
  async run({ db, caller, input: { how } }) {
    runs.count++
    await insert(db, caller.personId, how)
    if (how === 'declared') throw thingIsOdd()
    if (how === 'undeclared') throw neverDeclared({ detail: 'canary-undeclared' })
    if (how === 'bug') throw new Error('canary-bug')
    if (how === 'sql') await sql`select 'canary-sql'::int`.execute(db)
    if (how === 'clash_always' || (how === 'clash_once' && runs.count === 1)) await clash(db)
    return { runs: how === 'answer' ? -1 : runs.count }
  },
})

const clash = (db: Db) =>
  sql`do $$ begin raise exception 'clash' using errcode = '40001'; end $$`.execute(db)

export const probe = defineApp({
  name: 'probe',
  title: 'Probe',
  summary: 'Goes wrong on purpose.',
  operations: { addThing, lookAtThing, renameThing, forbidThing, makeSecret, breakThing },
  migrations: new URL('./migrations/', import.meta.url),
})
