import { pino } from 'pino'
import { z } from 'zod'
import { parseConfig } from '../../config/parse.ts'
import { defineError, PlinthError } from '../../errors/define.ts'
import { nobody } from '../../identity/caller.ts'
import { limits } from '../../limits/classes.ts'
import type { LimitState } from '../../limits/limiter.ts'
import type { Answer, Call, Done } from '../../operation/call.ts'
import { defineOperation } from '../../operation/define.ts'
import { createRegistry, defineApp } from '../../operation/registry.ts'
import { everyone, signedIn } from '../../policy/policy.ts'
import { pageInput, pageOf } from '../../schema/page.ts'
import { Id, Instant, Version } from '../../schema/values.ts'
import type { Road } from '../road.ts'
import { createHttpSurface, type HttpExtras } from './surface.ts'

export const noteLocked = defineError({
  code: 'NOTE_LOCKED',
  status: 409,
  title: 'The note is locked & cannot change.',
  nextStep: 'Unlock it.',
})

const Note = z
  .strictObject({ id: Id, text: z.string().max(100), createdAt: Instant, version: Version })
  .meta({ title: 'Note' })
const common = {
  output: Note,
  errors: [],
  policy: signedIn,
  limit: limits.write,
  audit: () => ({ subject: 'notes' }),
  example: async () => ({}),
  run: () => ({ id: '', text: '', createdAt: '', version: 1 }),
} as const

const addNote = defineOperation({
  ...common,
  name: 'notes.add_note',
  summary: 'Add a note.',
  http: 'POST /notes',
  effect: 'write',
  input: z.strictObject({ text: z.string().max(100), pinned: z.boolean().optional() }),
  created: ({ id }) => `/notes/${id}`,
  example: async () => ({ text: 'Buy milk' }),
})
const changeNote = defineOperation({
  ...common,
  name: 'notes.change_note',
  summary: 'Change a note.',
  http: 'PATCH /notes/{noteId}',
  effect: 'write',
  errors: [noteLocked],
  input: z.strictObject({
    noteId: Id,
    text: z.string().max(100).optional(),
    ifVersion: Version.optional(),
  }),
  example: async ({ as }) => ({ noteId: (await as.person(addNote)).id, text: 'Buy two' }),
})
const listNotes = defineOperation({
  ...common,
  name: 'notes.list_notes',
  summary: 'List notes.',
  http: 'GET /notes',
  effect: 'read',
  input: z.strictObject({
    ...pageInput,
    q: z.string().max(50).optional(),
    pinned: z.boolean().optional(),
    share: z.number().min(0).max(1).optional(),
    labels: z.array(z.string().max(20)).max(5).optional(),
    numbers: z.array(z.number().int().min(0).max(99)).max(5).optional(),
  }),
  output: pageOf(Note),
  run: () => ({ items: [], nextCursor: null }),
})
const dropNote = defineOperation({
  ...common,
  name: 'notes.drop_note',
  summary: 'Drop a note.',
  http: 'DELETE /notes/{noteId}',
  effect: 'destroy',
  input: z.strictObject({ noteId: Id, reason: z.string().max(20).optional() }),
  example: async ({ as }) => ({ noteId: (await as.person(addNote)).id }),
})
const signIn = defineOperation({
  ...common,
  name: 'auth.sign_in',
  summary: 'Sign in.',
  http: 'POST /auth/sign_in',
  effect: 'write',
  actors: 'anyone',
  login: 'identity',
  policy: everyone,
  input: z.strictObject({ email: z.email().max(254) }),
  example: async () => ({ email: 'ada@example.com' }),
})

export const registry = createRegistry([
  defineApp({ name: 'auth', title: 'Accounts', summary: 'People.', operations: { signIn } }),
  defineApp({
    name: 'notes',
    title: 'Notes',
    summary: 'Notes that are kept.',
    operations: { addNote, changeNote, listNotes, dropNote },
  }),
])

export const noteId = '0199b7a2-6c1e-7a3c-9f7e-2f1a4d5b6c7d'
const note = { id: noteId, text: 'kept', createdAt: '2026-03-02T09:00:00.000Z', version: 7 }
export const someLimit: LimitState = {
  name: 'key',
  count: 100,
  seconds: 60,
  remaining: 19,
  resetSeconds: 0.6,
  retryAfterSeconds: 0,
}

/** The answer of a call that went well. */
export function done(more: Partial<Done> = {}): Done {
  return {
    ok: true,
    output: note,
    replayed: false,
    caller: nobody,
    limit: someLimit,
    session: undefined,
    ...more,
  }
}

interface FakeRoad extends HttpExtras {
  readonly environment?: Readonly<Record<string, string>>
  readonly publicUrl?: string
  /** 127.0.0.1, unless another one is asked for. */
  readonly host?: string
  readonly answer?: (call: Call) => Answer | Promise<Answer>
  readonly limitAddress?: (address: string) => LimitState
  readonly isReady?: () => Promise<boolean>
}

/** The real HTTP surface, listening, on a road that leads to `answer` and notes what came along. */
export async function startFakeRoad({ environment, publicUrl, ...given }: FakeRoad = {}) {
  const calls: Call[] = []
  const refusals: Parameters<Road['refused']>[0][] = []
  const addresses: string[] = []
  const road: Road = {
    config: parseConfig(
      { PLINTH_ENV: 'test', ...environment },
      { root: '/nowhere', version: '1.2.3' },
    ),
    registry,
    publicUrl: publicUrl ?? 'http://localhost:3000',
    log: pino({ level: 'silent' }),
    identify: async () => undefined,
    async limitAddress(address) {
      addresses.push(address)
      return given.limitAddress?.(address) ?? { ...someLimit, name: 'address' }
    },
    refused: (refusal) => refusals.push(refusal),
    async execute(call) {
      let input: unknown
      try {
        input = call.input
      } catch (error) {
        if (error instanceof PlinthError) return { ok: false, error, limit: someLimit }
        throw error
      }
      const read = Object.defineProperties({}, Object.getOwnPropertyDescriptors(call)) as Call
      calls.push(Object.defineProperty(read, 'input', { value: input, enumerable: true }))
      return given.answer?.(call) ?? done()
    },
    isReady: given.isReady ?? (async () => true),
  }
  const app = createHttpSurface(road, given)
  const url = await app.listen({ port: 0, host: given.host ?? '127.0.0.1' })
  return { app, url, calls, refusals, addresses, stop: () => app.close() }
}
