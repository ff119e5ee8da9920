// What Plinth is measured against: Fastify and node-postgres doing the same SQL, and nothing else. It
// believes whoever says who they are, checks no input, keeps no history and writes no log. It runs as
// the superuser, whom row security does not concern, with the triggers of the history switched off.
import Fastify, { type FastifyRequest } from 'fastify'
import pg from 'pg'
import { serve } from './child.ts'

const columns =
  'id, owner_id, number, title, description, priority, labels, due_kind, due_date, due_time, ' +
  'due_zone, due_at, status, status_before_trash, completed_at, trashed_at, created_at, ' +
  'updated_at, version'

const find = { name: 'find', text: `select ${columns} from tasks.task where id = $1` }

const list = {
  name: 'list',
  text:
    `select ${columns}, created_at as sort_key from tasks.task ` +
    `where owner_id = $1 and status <> 'trashed' order by created_at desc, number desc limit $2`,
}

const add = {
  name: 'add',
  text:
    'with taken as (insert into tasks.counter (owner_id, last_number) values ($1, 1) ' +
    'on conflict (owner_id) do update set last_number = counter.last_number + 1 ' +
    'returning last_number) ' +
    'insert into tasks.task (owner_id, title, description, priority, labels, due_kind, due_date, ' +
    'due_time, due_zone, due_at, search_text, label_keys, title_order, created_at, updated_at, ' +
    'number) select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14, last_number ' +
    `from taken returning ${columns}`,
}

interface Row extends Readonly<Record<string, unknown>> {
  readonly due_kind: string | null
}

/** Whether a due time is there is all that differs between the tasks of the bench. */
const toTask = (row: Row) => ({
  id: row.id,
  number: row.number,
  title: row.title,
  description: row.description,
  priority: row.priority,
  labels: row.labels,
  due: row.due_kind === null ? null : { kind: row.due_kind, date: row.due_date },
  status: row.status,
  completedAt: row.completed_at,
  trashedAt: row.trashed_at,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  version: row.version,
})

interface NewTask {
  readonly title: string
  readonly description?: string
  readonly priority: string
  readonly labels: readonly string[]
}

const ownerOf = (request: FastifyRequest) => request.headers['x-owner']

/** Instants and dates stay texts, which is faster than the Date objects that are usual. */
function keepTexts(): void {
  pg.types.setTypeParser(1082, (text) => text)
  pg.types.setTypeParser(1184, (text) => `${text.slice(0, 10)}T${text.slice(11, -3)}Z`)
}

await serve(async ({ place, password, poolMax }) => {
  keepTexts()
  const { host, port, database } = place
  const pool = new pg.Pool({
    host,
    port,
    database,
    user: 'postgres',
    password,
    max: poolMax,
    options: '-c session_replication_role=replica',
  })
  const app = Fastify()

  app.get<{ Params: { taskId: string } }>('/api/v1/tasks/:taskId', async ({ params }, reply) => {
    const { rows } = await pool.query<Row>({ ...find, values: [params.taskId] })
    return rows[0] ? toTask(rows[0]) : reply.code(404).send()
  })

  app.get('/api/v1/tasks', async (request) => {
    const { rows } = await pool.query<Row>({ ...list, values: [ownerOf(request), 21] })
    return { items: rows.slice(0, 20).map(toTask) }
  })

  app.post<{ Body: NewTask }>('/api/v1/tasks', async (request, reply) => {
    const { title, description = null, priority, labels } = request.body
    const folded = title.toLowerCase()
    const due = [null, null, null, null, null]
    const keys = labels.map((label) => label.toLowerCase())
    const written = [title, description, priority, labels, ...due, folded, keys, folded]
    const now = new Date().toISOString()
    const values = [ownerOf(request), ...written, now]
    const { rows } = await pool.query<Row>({ ...add, values })
    return rows[0] ? reply.code(201).send(toTask(rows[0])) : reply.code(500).send()
  })

  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  return {
    port: Number(new URL(url).port),
    async close() {
      await app.close()
      await pool.end()
    },
  }
})
