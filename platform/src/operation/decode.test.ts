import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type FieldError, PlinthError } from '../errors/define.ts'
import { decode } from './decode.ts'
import { type AnyOperation, defineOperation } from './define.ts'

const operationTaking = (input: z.ZodType<object, object>): AnyOperation =>
  defineOperation({
    name: 'probe.do_thing',
    summary: 'Do a thing.',
    http: 'POST /probe',
    effect: 'write',
    input,
    output: z.strictObject({}),
    errors: [],
    policy: () => true,
    limit: 'default',
    audit: () => ({ subject: 'thing' }),
    example: async () => ({}),
    run: () => ({}),
  })

const thing = operationTaking(
  z.strictObject({
    name: z.string().min(2).max(5),
    done: z.boolean().default(false),
    count: z.int().optional(),
    weight: z.number().optional(),
    labels: z.array(z.string()).optional(),
    place: z.strictObject({ street: z.string() }).optional(),
    day: z.enum(['mon', 'tue']).optional(),
    even: z
      .number()
      .refine((value) => value % 2 === 0, 'must be even')
      .optional(),
    moment: z.date().optional(),
  }),
)

/** What a refusal says of the fields. */
function errorsOf(input: unknown, operation = thing): readonly FieldError[] | undefined {
  try {
    decode(operation, input)
  } catch (error) {
    expect(error).toBeInstanceOf(PlinthError)
    expect((error as PlinthError).kind.code).toBe('INVALID_INPUT')
    return (error as PlinthError).details.errors
  }
  return undefined
}

describe('an input', () => {
  test('that fits is given on with its defaults filled in', () => {
    expect(decode(thing, { name: 'one' })).toEqual({ name: 'one', done: false })
    expect(decode(thing, { name: 'one', done: true, count: 7 })).toEqual({
      name: 'one',
      done: true,
      count: 7,
    })
  })

  test('that lacks a field is refused with the name of the field', () => {
    expect(errorsOf({})).toEqual([{ field: 'name', code: 'missing', message: 'is missing' }])
  })

  test('that lacks a choice lacks it, and has not chosen wrongly', () => {
    const choosing = operationTaking(
      z.strictObject({
        day: z.enum(['mon', 'tue']),
        kind: z.literal('only'),
        size: z.union([z.string(), z.number()]),
      }),
    )
    const missing = { code: 'missing', message: 'is missing' }
    expect(errorsOf({}, choosing)).toEqual([
      { field: 'day', ...missing },
      { field: 'kind', ...missing },
      { field: 'size', ...missing },
    ])
  })

  test('that lacks what a rule of its own asks for gets the words of that rule', () => {
    const day = z.unknown().refine((given) => given !== undefined, 'say when')
    const ruled = operationTaking(z.strictObject({ day }))
    expect(errorsOf({}, ruled)).toEqual([
      { field: 'day', code: 'invalid_value', message: 'say when' },
    ])
  })

  test.for([
    ['name', 7, 'text'],
    ['done', 'yes', 'true or false'],
    ['count', 1.5, 'a whole number'],
    ['weight', 'heavy', 'a number'],
    ['labels', 'home', 'a list'],
    ['place', 'here', 'an object'],
    ['moment', 'now', 'date'],
  ] as const)('whose %s is %j is told that it must be %s', ([field, value, kind]) => {
    expect(errorsOf({ name: 'one', [field]: value })).toEqual([
      { field, code: 'invalid_type', message: `must be ${kind}` },
    ])
  })

  test('that breaks a bound or a choice is told which', () => {
    expect(errorsOf({ name: 'x', day: 'sun' })).toEqual([
      { field: 'name', code: 'too_small', message: expect.stringContaining('2') },
      { field: 'day', code: 'invalid_value', message: expect.stringContaining('"mon"|"tue"') },
    ])
  })

  test('that breaks a rule of its own gets the words of that rule', () => {
    expect(errorsOf({ name: 'one', even: 3 })).toEqual([
      { field: 'even', code: 'invalid_value', message: 'must be even' },
    ])
  })

  test('is refused for the place inside of it that is wrong', () => {
    expect(errorsOf({ name: 'one', place: { street: 1 }, labels: ['a', 2] })).toEqual([
      { field: 'labels.1', code: 'invalid_type', message: 'must be text' },
      { field: 'place.street', code: 'invalid_type', message: 'must be text' },
    ])
  })

  test('with fields that the call does not have is refused for each of them', () => {
    const message = 'is not a field of this call'
    expect(errorsOf({ name: 'one', ownerId: 'x', place: { street: 'a', town: 'b' } })).toEqual([
      { field: 'place.town', code: 'unknown_field', message },
      { field: 'ownerId', code: 'unknown_field', message },
    ])
  })

  test('with a name that has no end is told of its beginning', () => {
    const fieldOf = (name: string) => errorsOf({ name: 'one', [name]: 1 })?.[0]?.field
    expect(fieldOf('x'.repeat(256))).toBe('x'.repeat(256))
    expect(fieldOf('x'.repeat(257))).toBe(`${'x'.repeat(256)}…`)
    expect(fieldOf(`${'x'.repeat(255)}\u{1F600}`)?.isWellFormed()).toBe(true)
    const inside = errorsOf({ name: 'one', place: { street: 'a', ['y'.repeat(999)]: 1 } })
    expect(inside?.[0]?.field).toBe(`place.${'y'.repeat(256)}…`)
  })

  test.for([
    [null, 'must be an object', 'invalid_type'],
    [[], 'must be an object', 'invalid_type'],
    ['text', 'must be an object', 'invalid_type'],
    [undefined, 'is missing', 'missing'],
  ] as const)('that is no object is refused as a whole: %j', ([input, message, code]) => {
    expect(errorsOf(input)).toEqual([{ field: '', code, message }])
  })

  test('with very many mistakes is told of the first twenty', () => {
    const many = operationTaking(z.strictObject({ list: z.array(z.string()) }))
    const wrong = Array.from({ length: 500 }, (_, at) => at)
    const errors = errorsOf({ list: wrong }, many)
    expect(errors?.map(({ field }) => field)).toEqual(
      Array.from({ length: 20 }, (_, at) => `list.${at}`),
    )
  })

  test('with very many unknown fields is told of the first twenty', () => {
    const extra = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`extra${at}`, at]))
    const errors = errorsOf({ name: 'one', ...extra })
    expect(errors?.map(({ field }) => field)).toEqual(
      Array.from({ length: 20 }, (_, at) => `extra${at}`),
    )
  })
})
