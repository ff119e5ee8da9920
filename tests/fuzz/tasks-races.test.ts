import { callOver, startTestPlinth, type TestPlinth } from '@plinth/platform/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { apps } from '../../apps/src/all.ts'
import { addTask } from '../../apps/src/tasks/operations/add-task.ts'
import type { Task } from '../../apps/src/tasks/schema.ts'
import type { Credential } from '../../platform/src/identity/caller.ts'
import { check, fuzzTimeout } from './run.ts'

// One person in two places at once: a browser and a script change the same task in the same moment.
// What is promised of that can be said in a sentence each, and holds whoever comes first.

let plinth: TestPlinth
beforeAll(async () => {
  plinth = await startTestPlinth({ apps })
})
afterAll(() => plinth.stop())

interface Call {
  readonly by: 'browser' | 'script'
  readonly verb: 'update_task' | 'complete_task' | 'reopen_task' | 'delete_task' | 'restore_task'
  readonly title?: string
}

const title = fc.constantFrom('one', 'two', 'three')
const call: fc.Arbitrary<Call> = fc.oneof(
  fc.record({
    by: fc.constantFrom('browser', 'script'),
    verb: fc.constant('update_task' as const),
    title,
  }),
  fc.record({
    by: fc.constantFrom('browser', 'script'),
    verb: fc.constantFrom('complete_task', 'reopen_task', 'delete_task', 'restore_task'),
  }),
)
const calls = fc.array(call, { minLength: 2, maxLength: 6 })

/** Ada with a task, and a way to call from both places. */
async function beginRace() {
  const ada = await plinth.createPerson('Ada Byron')
  const credentials: Record<Call['by'], Credential> = {
    browser: ada.session,
    script: { kind: 'bearer', token: await ada.key() },
  }
  const ask = async (
    by: Call['by'],
    verb: string,
    input: Readonly<Record<string, unknown>>,
    idempotencyKey?: string,
  ) => {
    const operation = plinth.server.registry.find(`tasks.${verb}`)!
    const credential = credentials[by]
    return callOver(plinth.server, 'http', { operation, credential, input, idempotencyKey })
  }
  const task = await ada.call(addTask, { title: 'none' })
  return {
    ask,
    task,
    get: async () => (await ask('browser', 'get_task', { taskId: task.id })).output,
  }
}

const inputOf = ({ title: given }: Call, task: Task) => ({
  taskId: task.id,
  ...(given === undefined ? {} : { title: given }),
})

test(
  'of changes of one version at most one is made, and the others hear of it',
  async () => {
    const about = { name: 'of changes of one version at most one is made', cases: calls, runs: 25 }
    await check(about, async (made) => {
      const { ask, task, get } = await beginRace()
      const answers = await Promise.all(
        made.map((one) =>
          ask(one.by, one.verb, { ...inputOf(one, task), ifVersion: task.version }),
        ),
      )
      const done = answers
        .filter(({ code }) => code === undefined)
        .map(({ output }) => output as Task)
      const winners = done.filter(({ version }) => version > task.version)
      expect(winners.length).toBeLessThanOrEqual(1)
      // Whoever changed nothing got what was there before; whoever came too late was told so.
      for (const other of done) expect([task, ...winners]).toContainEqual(other)
      for (const { code } of answers) {
        expect([undefined, 'VERSION_CONFLICT', 'INVALID_TRANSITION', 'NOT_FOUND']).toContain(code)
      }
      expect(await get()).toEqual(winners[0] ?? task)
    })
  },
  fuzzTimeout,
)

test(
  'a version is one state of a task: all who are told of it are told the same, and none is left out',
  async () => {
    const about = { name: 'a version is one state of a task', cases: calls, runs: 25 }
    await check(about, async (made) => {
      const { ask, task, get } = await beginRace()
      const answers = await Promise.all(
        made.map((one) => ask(one.by, one.verb, inputOf(one, task))),
      )
      const byVersion = new Map([[task.version, task]])
      for (const { output, code } of answers) {
        if (code !== undefined) expect(['INVALID_TRANSITION', 'NOT_FOUND']).toContain(code)
        else {
          const told = output as Task
          expect(told).toEqual(byVersion.get(told.version) ?? told)
          byVersion.set(told.version, told)
        }
      }
      const versions = [...byVersion.keys()].sort((one, other) => one - other)
      expect(versions).toEqual(versions.map((_, at) => at + 1))
      expect(await get()).toEqual(byVersion.get(versions.length))
    })
  },
  fuzzTimeout,
)

test(
  'calls with one idempotency key do their work once, and are told so or to wait',
  async () => {
    const cases = fc.record({ title, calls: fc.integer({ min: 2, max: 6 }) })
    const about = { name: 'calls with one idempotency key do their work once', cases, runs: 15 }
    await check(about, async (one) => {
      const { ask } = await beginRace()
      const answers = await Promise.all(
        Array.from({ length: one.calls }, () =>
          ask('script', 'add_task', { title: one.title }, 'the same'),
        ),
      )
      const done = answers.filter(({ code }) => code === undefined)
      expect(done.filter(({ replayed }) => !replayed)).toHaveLength(1)
      for (const { output } of done) expect(output).toEqual(done[0]?.output)
      for (const { code } of answers) expect([undefined, 'IDEMPOTENCY_IN_PROGRESS']).toContain(code)
      const { output } = await ask('browser', 'list_tasks', { total: true })
      // The one that was there, and the one that was added.
      expect(output).toMatchObject({ total: 2 })
    })
  },
  fuzzTimeout,
)
