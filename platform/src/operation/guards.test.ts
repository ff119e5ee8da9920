import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { PlinthError } from '../errors/define.ts'
import { type Caller, nobody } from '../identity/caller.ts'
import type { LimitState } from '../limits/limiter.ts'
import { compileOperation } from './compile.ts'
import { type Actors, type AnyOperation, defineOperation } from './define.ts'
import { guardLimit, guardPolicy, guardScope, isSignedIn } from './guards.ts'

const personId = '0199b7a2-6c1e-7a3c-9f7e-2f1a4d5b6c7d'

const callerAs = (kind: Caller['actor']['kind'], scopes: readonly string[]): Caller => ({
  ...nobody,
  personId,
  actor: { kind, id: 'k1', name: 'laptop' },
  scopes,
})

interface Facts {
  readonly actors?: Actors
  readonly effect?: AnyOperation['effect']
  readonly hints?: NonNullable<AnyOperation['hints']>
  readonly scope?: 'none'
  readonly policy?: AnyOperation['policy']
}

const operationWith = ({ policy = () => true, ...facts }: Facts): AnyOperation =>
  defineOperation({
    name: 'probe.do_thing',
    summary: 'Do a thing.',
    http: 'POST /probe',
    effect: 'write',
    input: z.strictObject({}),
    output: z.strictObject({}),
    errors: [],
    policy,
    limit: 'default',
    audit: () => ({ subject: 'thing' }),
    example: async () => ({}),
    run: () => ({}),
    ...facts,
  })

function refusalOf(attempt: () => unknown): PlinthError | undefined {
  try {
    attempt()
  } catch (error) {
    if (error instanceof PlinthError) return error
    throw error
  }
  return undefined
}

describe('the guard of a limit', () => {
  const state: LimitState = {
    name: 'key',
    count: 100,
    seconds: 60,
    remaining: 4,
    resetSeconds: 9,
    retryAfterSeconds: 0,
  }

  test('lets a call through while there is room, and gives the state on', () => {
    expect(guardLimit(state)).toBe(state)
  })

  test('refuses a call when there is none, and says how long to wait and what the limit is', () => {
    const refusal = refusalOf(() => guardLimit({ ...state, remaining: 0, retryAfterSeconds: 7 }))
    expect(refusal?.kind.code).toBe('RATE_LIMITED')
    expect(refusal?.details).toEqual({
      retryAfterSeconds: 7,
      detail: 'Too many calls: at most 100 in 60 seconds.',
    })
  })
})

test('only a caller with a person is signed in', () => {
  expect(isSignedIn(nobody)).toBe(false)
  expect(isSignedIn(callerAs('agent', []))).toBe(true)
})

describe('the guard of the scope', () => {
  const guard = (facts: Facts, caller: Caller) =>
    refusalOf(() => guardScope(compileOperation(operationWith(facts)), caller))?.kind.code

  test('asks nothing of anybody where anyone may call', () => {
    expect(guard({ actors: 'anyone' }, nobody)).toBeUndefined()
    expect(guard({ actors: 'anyone' }, callerAs('agent', []))).toBeUndefined()
  })

  test('refuses nobody, whatever scopes nobody claims', () => {
    expect(guard({}, nobody)).toBe('UNAUTHENTICATED')
    expect(guard({}, { ...nobody, scopes: ['*'] })).toBe('UNAUTHENTICATED')
    expect(guard({ scope: 'none' }, nobody)).toBe('UNAUTHENTICATED')
    expect(guard({ actors: 'person' }, nobody)).toBe('UNAUTHENTICATED')
  })

  test.for([
    ['person', undefined],
    ['agent', 'PERSON_REQUIRED'],
    ['script', 'PERSON_REQUIRED'],
    ['system', 'PERSON_REQUIRED'],
  ] as const)('lets a %s do what is for persons: %s', ([kind, code]) => {
    expect(guard({ actors: 'person' }, callerAs(kind, ['*']))).toBe(code)
  })

  test('lets every kind of caller do what is for any of them', () => {
    for (const kind of ['person', 'agent', 'script', 'system'] as const) {
      expect(guard({}, callerAs(kind, ['*']))).toBeUndefined()
    }
  })

  test.for([
    ['a read', { effect: 'read' }, 'probe:read'],
    ['a write', { effect: 'write' }, 'probe:write'],
    ['what destroys', { effect: 'destroy' }, 'probe:delete'],
    ['a write that destroys', { effect: 'write', hints: { destructive: true } }, 'probe:delete'],
    ['a write that says it does not', { hints: { destructive: false } }, 'probe:write'],
  ] as const)('asks for the scope of %s', ([, facts, scope]) => {
    const all = ['probe:read', 'probe:write', 'probe:delete']
    expect(guard(facts, callerAs('agent', [scope]))).toBeUndefined()
    const others = all.filter((other) => other !== scope)
    expect(guard(facts, callerAs('agent', others))).toBe('INSUFFICIENT_SCOPE')
    expect(guard(facts, callerAs('agent', ['tasks:write', 'probe:*']))).toBe('INSUFFICIENT_SCOPE')
    expect(guard(facts, callerAs('agent', []))).toBe('INSUFFICIENT_SCOPE')
  })

  test('says which scope is missing', () => {
    const compiled = compileOperation(operationWith({}))
    const refusal = refusalOf(() => guardScope(compiled, callerAs('agent', ['probe:read'])))
    expect(refusal?.details).toEqual({
      detail: 'The credential lacks the scope probe:write.',
      extra: { scope: 'probe:write' },
    })
  })

  test('asks for no scope where an operation needs none', () => {
    expect(guard({ scope: 'none' }, callerAs('agent', []))).toBeUndefined()
  })
})

describe('the guard of the policy', () => {
  const caller = callerAs('script', ['*'])
  const guard = (facts: Facts, input: object, loaded: object | null = null) =>
    refusalOf(() => guardPolicy(operationWith(facts), { caller, input, loaded }))
  const thing = { ownerId: personId, version: 3 }

  test('lets the policy judge who calls about what', () => {
    const asked: unknown[] = []
    const policy = (question: unknown) => asked.push(question) > 0
    expect(guard({ policy }, { name: 'x' }, thing)).toBeUndefined()
    expect(asked).toEqual([{ caller, loaded: thing }])
  })

  test('refuses where the policy says no', () => {
    expect(guard({ policy: () => false }, {}, thing)?.kind.code).toBe('FORBIDDEN')
    expect(guard({ policy: () => false }, {})?.kind.code).toBe('FORBIDDEN')
  })

  test('says no more than that to somebody who may not, even with a stale version', () => {
    const refusal = guard({ policy: () => false }, { ifVersion: 1 }, thing)
    expect(refusal?.kind.code).toBe('FORBIDDEN')
    expect(refusal?.details).toEqual({})
  })

  test('takes a change that was made on the current version, or on none', () => {
    expect(guard({}, { ifVersion: 3 }, thing)).toBeUndefined()
    expect(guard({}, { ifVersion: undefined }, thing)).toBeUndefined()
    expect(guard({}, {}, thing)).toBeUndefined()
  })

  test('refuses a change that was made on another version, and names the current one', () => {
    for (const ifVersion of [2, 4, 0]) {
      const refusal = guard({}, { ifVersion }, thing)
      expect(refusal?.kind.code).toBe('VERSION_CONFLICT')
      expect(refusal?.details).toEqual({
        detail: `It is at version 3; the change was made on version ${ifVersion}.`,
        extra: { version: 3 },
      })
    }
  })

  test('has nothing to compare where a call is about nothing that exists', () => {
    expect(guard({}, { ifVersion: 1 }, null)).toBeUndefined()
  })

  test('takes no version for what has none', () => {
    const refusal = guard({}, { ifVersion: 1 }, { ownerId: personId })
    expect(refusal?.kind.code).toBe('VERSION_CONFLICT')
    expect(refusal?.details.extra).toEqual({ version: undefined })
  })
})
