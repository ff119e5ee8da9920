import { pino } from 'pino'
import { z } from 'zod'
import { parseConfig } from '../../config/parse.ts'
import { notFound } from '../../errors/platform.ts'
import { type Caller, nobody } from '../../identity/caller.ts'
import { limits } from '../../limits/classes.ts'
import type { Answer, Call } from '../../operation/call.ts'
import { defineOperation } from '../../operation/define.ts'
import { createRegistry, defineApp } from '../../operation/registry.ts'
import { signedIn } from '../../policy/policy.ts'
import { createHttpSurface } from '../http/surface.ts'
import type { Road } from '../road.ts'
import { mountMcp } from './surface.ts'

const Note = z.strictObject({ id: z.number().int(), text: z.string().max(100) })
const common = {
  output: Note,
  errors: [],
  policy: signedIn,
  limit: limits.write,
  audit: () => ({ subject: '1' }),
  example: async () => ({}),
  run: () => ({ id: 1, text: '' }),
} as const

const addNote = defineOperation({
  ...common,
  name: 'notes.add_note',
  summary: 'Add a note.',
  http: 'POST /notes',
  effect: 'write',
  input: z.strictObject({ text: z.string().max(100) }),
  errors: [notFound],
  example: async () => ({ text: 'Buy milk' }),
})
const getNote = defineOperation({
  ...common,
  name: 'notes.get_note',
  summary: 'Get a note.',
  http: 'GET /notes/{id}',
  effect: 'read',
  input: z.strictObject({ id: z.number().int() }),
  example: async () => ({ id: 1 }),
})
const dropNote = defineOperation({
  ...common,
  name: 'notes.drop_note',
  summary: 'Drop a note.',
  http: 'DELETE /notes/{id}',
  effect: 'destroy',
  outward: true,
  input: z.strictObject({ id: z.number().int() }),
  example: async () => ({ id: 1 }),
})
const shareNotes = defineOperation({
  ...common,
  name: 'notes.share_notes',
  summary: 'Share all notes with the world.',
  http: 'POST /notes/share',
  effect: 'write',
  actors: 'person',
  input: z.strictObject({}),
})
const getMe = defineOperation({
  ...common,
  name: 'auth.get_me',
  summary: 'Say who is calling.',
  http: 'GET /auth/me',
  effect: 'read',
  scope: 'none',
  input: z.strictObject({}),
})

const registry = createRegistry([
  defineApp({ name: 'auth', title: 'Accounts', summary: 'People.', operations: { getMe } }),
  defineApp({
    name: 'notes',
    title: 'Notes',
    summary: 'Notes that are kept.',
    operations: { addNote, getNote, dropNote, shareNotes },
  }),
])

function callerWith(...scopes: string[]): Caller {
  return { ...nobody, personId: 'p1', scopes, actor: { kind: 'agent', id: 'k1', name: 'laptop' } }
}

const keys: Record<string, Caller> = {
  plk_all: callerWith('*'),
  plk_read: callerWith('notes:read'),
  plk_read_too: callerWith('other:write', 'notes:read'),
  plk_none: callerWith(),
}

const config = parseConfig(
  { PLINTH_ENV: 'test', PLINTH_DOCS: 'false', PUBLIC_URL: 'https://plinth.example.com' },
  { root: '/nowhere', version: '1.2.3' },
)
const fullBucket = { name: 'address', count: 600, seconds: 60, remaining: 800 }

/** The real HTTP surface, listening, on a road that leads to `answer` and notes what came along. */
export async function startFakeRoad(answer: (call: Call) => Answer | Promise<Answer> = done) {
  const calls: Call[] = []
  const refusals: string[] = []
  const road: Road = {
    config,
    registry,
    publicUrl: 'https://plinth.example.com',
    log: pino({ level: 'silent' }),
    identify: async (credential) =>
      credential.kind === 'bearer' ? keys[credential.token] : undefined,
    limitAddress: async () => ({ ...fullBucket, resetSeconds: 0, retryAfterSeconds: 0 }),
    refused: ({ code }) => refusals.push(code),
    execute: async (call) => {
      calls.push(call)
      return answer(call)
    },
    isReady: async () => true,
  }
  const app = createHttpSurface(road, { register: [mountMcp(road)] })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  return { url, calls, refusals, stop: () => app.close() }
}

/** The answer of a call that went well. */
export function done(_call?: Call, replayed = false): Answer {
  const output = { id: 1, text: 'kept' }
  const caller = callerWith('*')
  return { ok: true, output, replayed, caller, limit: undefined, session: undefined }
}
