// What Plinth is measured against: Fastify and node-postgres doing the same SQL, and nothing else. It
// believes whoever says who they are, checks no input, keeps no history and writes no log. It runs as
// the superuser, whom row security does not concern, with the triggers of the history switched off.
import Fastify, { type FastifyRequest } from 'fastify'
import pg from 'pg'
import { serve } from './child.ts'
import { add, find, list, type NewTask, valuesToAdd } from './sql.ts'

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

  // What Fastify costs by itself, for the ablation.
  app.get('/nothing', async () => ({ status: 'ok' }))

  app.get<{ Params: { taskId: string } }>('/api/v1/tasks/:taskId', async ({ params }, reply) => {
    const { rows } = await pool.query<Row>({ ...find, values: [params.taskId] })
    return rows[0] ? toTask(rows[0]) : reply.code(404).send()
  })

  app.get('/api/v1/tasks', async (request) => {
    const { rows } = await pool.query<Row>({ ...list, values: [ownerOf(request), 21] })
    return { items: rows.slice(0, 20).map(toTask) }
  })

  app.post<{ Body: NewTask }>('/api/v1/tasks', async (request, reply) => {
    const values = [...valuesToAdd(String(ownerOf(request)), request.body)]
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
