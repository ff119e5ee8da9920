import { startTestPlinth, type TestPlinth } from '@plinth/platform/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apps } from '../../apps/src/all.ts'
import type { AnyOperation } from '../../platform/src/operation/define.ts'
import { inputJsonSchema } from '../../platform/src/schema/json-schema.ts'
import { type Cast, createCast } from './cast.ts'
import { registry } from './operations.ts'
import type { Fields } from './values.ts'
import { placesOf, requestOf, type WireRequest } from './wire.ts'
import { createWitness, fieldsOf, type Witness } from './witness.ts'

// What is right, in the wrong place: a field twice, in the query of a call that has a body, in a body
// beside the path; headers that cannot mean anything. Each has its own refusal, in every operation.

let plinth: TestPlinth
let witness: Witness
beforeAll(async () => {
  plinth = await startTestPlinth({ apps })
  witness = await createWitness(plinth)
})
afterAll(() => plinth.stop())

interface Misplaced {
  readonly what: string
  readonly wire: WireRequest
  readonly code: string
  readonly field?: string
}

const operations = registry.operations.map((operation) => [operation.name, operation] as const)

test.for(operations)('%s refuses what is in the wrong place, and names it', async ([name]) => {
  const operation = plinth.server.registry.find(name)!
  const cast = await createCast(plinth, operation)
  const input = await cast.example()
  for (const { what, wire, code, field } of misplacedIn(operation, cast, input)) {
    const answer = await witness.call(operation, wire)
    expect(answer.body.code, `${what}: ${answer.about}`).toBe(code)
    if (field !== undefined) expect(fieldsOf(answer), `${what}: ${answer.about}`).toEqual([field])
  }
})

function misplacedIn(operation: AnyOperation, cast: Cast, input: Fields): readonly Misplaced[] {
  const { inPath, hasQuery } = placesOf(operation)
  const isWrite = operation.effect !== 'read'
  const { properties = {} } = inputJsonSchema(operation.input)
  // The caller of whom nothing is refused but what is wrong.
  const credentials = cast.credentials.ada
  const right = requestOf(operation, input, credentials)
  const withQuery = (query: string) => ({
    ...right,
    path: `${right.path}${right.path.includes('?') ? '&' : '?'}${query}`,
  })
  const withHeader = (header: Readonly<Record<string, string>>) =>
    requestOf(operation, input, { ...credentials, ...header })
  const refused = { code: 'INVALID_INPUT' }
  const fields = Object.keys(properties).filter((field) => !inPath.includes(field))
  const cases: Misplaced[] = []
  for (const field of fields.slice(0, 2)) {
    const wire = hasQuery ? withQuery(`${field}=1&${field}=1`) : withQuery(`${field}=1`)
    cases.push({ what: hasQuery ? 'given twice' : 'in the query', wire, field, ...refused })
  }
  for (const field of inPath) {
    const body = JSON.stringify({ ...input, [field]: input[field] })
    const wire = hasQuery ? withQuery(`${field}=1`) : { ...right, body }
    cases.push({ what: 'beside the path', wire, field, ...refused })
  }
  if (isWrite) {
    for (const match of ['"one"', '"1", "2"', '0', '"99999999999"', '']) {
      const wire = withHeader({ 'if-match': match })
      cases.push({ what: `If-Match ${match}`, wire, field: 'If-Match', ...refused })
    }
  }
  if (isWrite && operation.actors !== 'anyone') {
    for (const key of ['schlüssel', 'k'.repeat(256), '\u00a0', '']) {
      const wire = withHeader({ 'idempotency-key': key })
      cases.push({ what: `key ${key}`, wire, field: 'idempotencyKey', ...refused })
    }
  }
  if (right.body !== undefined) {
    const unread = { code: 'UNSUPPORTED_MEDIA_TYPE' }
    for (const type of ['text/plain', 'application/json; charset=latin1', 'application/xml']) {
      cases.push({ what: type, wire: withHeader({ 'content-type': type }), ...unread })
    }
    const wire = withHeader({ 'content-encoding': 'gzip' })
    cases.push({ what: 'compressed', wire, ...unread })
  }
  return cases
}

describe('the limits', () => {
  let limited: TestPlinth
  beforeAll(async () => {
    const rate = '1/86400s+1'
    limited = await startTestPlinth({
      apps,
      environment: {
        RATE_LIMIT_ENABLED: 'true',
        PLINTH_LIMIT_ADDRESS: '100000/60s+5000',
        PLINTH_LIMIT_KEY: rate,
        PLINTH_LIMIT_SESSION: '100000/60s+5000',
        // A person signs up first.
        PLINTH_LIMIT_AUTH: '2/86400s+2',
      },
    })
  })
  afterAll(() => limited.stop())

  test('answer as every operation describes it, with the wait', async () => {
    const { call } = await createWitness(limited)
    const ada = await limited.createPerson('Ada Byron')
    const headers = { authorization: `Bearer ${await ada.key()}` }
    const fit = { title: 'x', taskId: '1', email: 'ada@example.com', password: 'x' }
    const wrong: string[] = []
    for (const operation of limited.server.registry.operations) {
      if (operation.actors === 'person') continue
      const wire = requestOf(operation, fit, headers)
      await call(operation, wire)
      await call(operation, wire)
      const answer = await call(operation, wire)
      const isTold = Number(answer.headers['retry-after']) > 0 && answer.headers.ratelimit
      if (answer.body.code !== 'RATE_LIMITED' || !isTold) wrong.push(answer.about)
    }
    expect(wrong).toEqual([])
  })
})
