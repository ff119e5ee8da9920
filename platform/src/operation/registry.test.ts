import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { limits } from '../limits/classes.ts'
import { signedIn } from '../policy/policy.ts'
import { defineOperation } from './define.ts'
import { type App, createRegistry, defineApp } from './registry.ts'

interface Facts {
  readonly name?: string
  readonly http?: string
}

const operation = ({ name = 'probe.do_thing', http = 'POST /things/{thingId}' }: Facts = {}) =>
  defineOperation({
    name,
    summary: 'Do a thing.',
    http,
    effect: 'write',
    input: z.strictObject({ thingId: z.string().max(9), size: z.number().int().max(9) }),
    output: z.strictObject({}),
    errors: [],
    policy: signedIn,
    limit: limits.write,
    audit: () => ({ subject: 'thing' }),
    example: async () => ({ thingId: 'one', size: 1 }),
    run: () => ({}),
  })

const app = (...list: readonly ReturnType<typeof operation>[]): App => ({
  name: 'probe',
  title: 'Probe',
  summary: 'Is listed.',
  operations: Object.fromEntries(list.map((each, at) => [`one${at}`, each])),
})

test('a registry finds its operations by their names', () => {
  const only = operation()
  const registry = createRegistry([app(only)])
  expect(registry.find('probe.do_thing')).toBe(only)
  expect(registry.find('probe.do_nothing')).toBeUndefined()
})

describe('a registry refuses at start', () => {
  test.each([
    [
      'a parameter of the path that the input does not have',
      [operation({ http: 'POST /things/{id}' })],
      'probe.do_thing: its path has {id}, and its input has thingId, size. ' +
        'Give the parameter the name of its field.',
    ],
    [
      'two operations of one name',
      [operation(), operation({ http: 'POST /others/{thingId}' })],
      'Two operations are named probe.do_thing.',
    ],
    [
      'two operations of one route, whatever its parameters are called',
      [operation(), operation({ name: 'probe.do_more', http: 'POST /things/{size}' })],
      'probe.do_more and probe.do_thing both answer POST /things/{}.',
    ],
    [
      'a name that MCP clients would not take',
      [operation({ name: 'probe.doThing' })],
      'Operation name probe.doThing is not app.verb_noun of at most 64 letters.',
    ],
    [
      'a route without a method',
      [operation({ http: '/things/{thingId}' })],
      'probe.do_thing: "/things/{thingId}" is not a method and a path.',
    ],
  ])('%s', (_, operations, message) => {
    expect(() => createRegistry([app(...operations)])).toThrow(new Error(message))
  })
})

test('an app refuses an operation that carries the name of another', () => {
  const stranger = operation({ name: 'other.do_thing' })
  expect(() => defineApp(app(stranger))).toThrow(
    new Error('Operation other.do_thing must be named probe.<verb>_<noun>.'),
  )
})

test('an app refuses an operation whose scope it has no words for', () => {
  const scopes = { read: 'See your things' }
  expect(() => defineApp({ ...app(operation()), scopes })).toThrow(
    new Error(
      'probe.do_thing needs the scope probe:write, for which the app has no words. ' +
        'Add write to its scopes.',
    ),
  )
  const worded = { ...app(operation()), scopes: { write: 'Do things' } }
  expect(defineApp(worded)).toBe(worded)
})
