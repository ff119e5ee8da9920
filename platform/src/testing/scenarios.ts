import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Credential } from '../identity/caller.ts'
import type { AnyOperation, ExampleKit, InputOf, OutputOf } from '../operation/define.ts'
import type { App } from '../operation/registry.ts'
import { changesBetween, takeSnapshot } from './snapshot.ts'
import { startTestPlinth, type TestPerson, type TestPlinth } from './start.ts'
import { callOver, type TestAnswer, type TestSurface } from './surfaces.ts'

/** One row of an operation's table: given this, that call answers so and leaves this behind. */
export interface Scenario<O extends AnyOperation, Given> {
  /** A sentence about behaviour. */
  readonly name: string
  /** Makes what the call is about through other operations. */
  readonly given?: (kit: ExampleKit) => Promise<Given>
  readonly input: InputOf<O> | ((given: Given) => unknown)
  /** Whose credential the call carries; the person of `given` unless said otherwise. */
  readonly as?: 'person' | 'other' | 'nobody'
  /** The scopes of the key that the call carries; all of them unless said otherwise. */
  readonly scopes?: readonly string[]
  /** An ISO 8601 duration in exact time that passes between `given` and the call. */
  readonly after?: string
  /** How often the call is made; each must answer alike. */
  readonly calls?: number
  /** `same` sends one idempotency key with every call. */
  readonly key?: 'same'
  /** What the answer holds, or a check of it. */
  readonly returns?: Partial<OutputOf<O>> | ((output: OutputOf<O>, given: Given) => void)
  /** The code with which the call is refused. */
  readonly fails?: string
  /** What the problem document holds besides. */
  readonly problem?: Readonly<Record<string, unknown>>
  /** For a refusal by the handler itself whose code is usually given before: it leaves a call row. */
  readonly recorded?: true
  /** Rows that the calls change, by table. Whatever is not listed must not change. */
  readonly leaves?: Readonly<Record<string, number>>
}

export interface ScenarioOptions {
  readonly apps: readonly App[]
}

/**
 * Runs each scenario directly, over HTTP and over MCP, each with new people on one real server, and
 * asserts besides its answer that exactly the listed rows changed and exactly the call rows are there
 * that the audit promises.
 */
export function scenarios<O extends AnyOperation, Given = undefined>(
  operation: O,
  options: ScenarioOptions,
  list: readonly Scenario<O, Given>[],
): void {
  const surfaces: readonly TestSurface[] =
    operation.actors === 'any' ? ['direct', 'http', 'mcp'] : ['direct', 'http']
  describe(operation.name, () => {
    let plinth: TestPlinth
    beforeAll(async () => {
      plinth = await startTestPlinth(options)
      if (!plinth.server.registry.find(operation.name)) {
        throw new Error(`No app has ${operation.name}: add it to the operations of its app.ts.`)
      }
    })
    afterAll(() => plinth.stop())
    afterEach(() => plinth.clock.reset())
    describe.for(surfaces)('over %s', (surface) => {
      test.for(list.map((scenario) => [scenario.name, scenario] as const))('%s', ([, scenario]) =>
        check(plinth, { operation, surface, scenario }),
      )
    })
  })
}

interface Case<O extends AnyOperation, Given> {
  readonly operation: O
  readonly surface: TestSurface
  readonly scenario: Scenario<O, Given>
}

async function check<O extends AnyOperation, Given>(
  plinth: TestPlinth,
  { operation, surface, scenario }: Case<O, Given>,
): Promise<void> {
  const [person, other] = await Promise.all([
    plinth.createPerson('Ada Byron'),
    plinth.createPerson('Tom Unknown'),
  ])
  const given = (await scenario.given?.(plinth.exampleKit({ person, other }))) as Given
  const input = typeof scenario.input === 'function' ? scenario.input(given) : scenario.input
  const who = { person, other, nobody: undefined }[scenario.as ?? 'person']
  const credential = await credentialFor(operation, { who, scopes: scenario.scopes })
  if (scenario.after) plinth.clock.advance(scenario.after)
  const before = await takeSnapshot(plinth)
  const callsBefore = await countCalls(plinth)

  const answers: TestAnswer[] = []
  const idempotencyKey = scenario.key && `key-${randomBytes(6).toString('hex')}`
  for (let call = 0; call < (scenario.calls ?? 1); call++) {
    const made = { operation, credential, input: input as Record<string, unknown>, idempotencyKey }
    answers.push(await callOver(plinth.server, surface, made))
  }
  for (const answer of answers) {
    checkAnswer(scenario, { answer, given, cause: causeOf(answer, plinth.logs) })
  }
  expect(changesBetween(before, await takeSnapshot(plinth)), 'what the call changed').toEqual(
    scenario.leaves ?? {},
  )
  expect((await countCalls(plinth)) - callsBefore, 'call rows').toBe(
    answers.filter((answer) => scenario.recorded ?? leavesCallRow(operation, answer)).length,
  )
}

/** What the log alone says of a refusal: why something went wrong on our side. */
export function causeOf(
  { problem }: TestAnswer,
  logs: readonly Readonly<Record<string, unknown>>[],
): string | undefined {
  if (!problem) return undefined
  const line = logs.find((each) => each.err && each.request_id === problem.requestId)
  return (line?.err as { readonly message?: string } | undefined)?.message
}

interface Checked<Given> {
  readonly answer: TestAnswer
  readonly given: Given
  readonly cause: string | undefined
}

function checkAnswer<O extends AnyOperation, Given>(
  scenario: Scenario<O, Given>,
  { answer, given, cause }: Checked<Given>,
): void {
  const why = cause === undefined ? '' : `\nThe log says: ${cause}\n`
  expect(answer.code, why + JSON.stringify(answer.problem ?? answer.output)).toBe(scenario.fails)
  if (scenario.problem) expect(answer.problem).toMatchObject(scenario.problem)
  const { returns } = scenario
  if (typeof returns === 'function') returns(answer.output as OutputOf<O>, given)
  else if (returns) expect(answer.output).toMatchObject(returns)
}

/** The audit's promise: committed writes, recorded reads, and refusals past identity and decoding. */
function leavesCallRow(operation: AnyOperation, { code, replayed }: TestAnswer): boolean {
  if (code === undefined) {
    return !replayed && (operation.effect !== 'read' || operation.record === true)
  }
  return !['UNAUTHENTICATED', 'INVALID_INPUT', 'RATE_LIMITED'].includes(code)
}

async function credentialFor(
  operation: AnyOperation,
  { who, scopes }: { who: TestPerson | undefined; scopes: readonly string[] | undefined },
): Promise<Credential> {
  if (!who) return { kind: 'none' }
  if (operation.actors !== 'any') return who.session
  return { kind: 'bearer', token: await who.key(scopes ? { scopes } : {}) }
}

async function countCalls(plinth: TestPlinth): Promise<number> {
  const [row] = await plinth.sql<{ count: string }>('select count(*) from platform.call')
  return Number(row?.count)
}
