import { expect, test } from 'vitest'
import { platformErrors } from '../errors/platform.ts'
import { noteLocked, registry } from '../surfaces/http/fake-road.ts'
import { openapiDocument } from '../surfaces/http/openapi.ts'
import { errorsOf, refusalsOf } from './refusals.ts'

const codesOf = (name: string) => {
  const operation = registry.find(name)
  if (!operation) throw new Error(`There is no ${name}.`)
  return refusalsOf(operation).map(({ code }) => code)
}

test('an operation may answer what its steps refuse, and no more', () => {
  expect(codesOf('notes.list_notes')).toEqual([
    'UNAUTHENTICATED',
    'RATE_LIMITED',
    'INVALID_INPUT',
    'INSUFFICIENT_SCOPE',
    'INTERNAL',
    'UNAVAILABLE',
    'TIMEOUT',
  ])
  expect(codesOf('auth.sign_in')).toEqual([
    'INVALID_JSON',
    'PAYLOAD_TOO_LARGE',
    'UNSUPPORTED_MEDIA_TYPE',
    'CROSS_SITE_REFUSED',
    'RATE_LIMITED',
    'INVALID_INPUT',
    'INTERNAL',
    'UNAVAILABLE',
    'TIMEOUT',
  ])
  const change = codesOf('notes.change_note')
  expect(change[0]).toBe('NOTE_LOCKED')
  expect(change).toEqual(expect.arrayContaining(['VERSION_CONFLICT', 'IDEMPOTENCY_CONFLICT']))
  expect(change).not.toContain('IDEMPOTENCY_ANSWER_SECRET')
})

test('whatever an operation may answer, its API description has a status for', async () => {
  const { paths } = await openapiDocument(registry, { version: '1', publicUrl: 'http://localhost' })
  const described = Object.values(paths).flatMap((methods) => Object.values(methods))
  for (const operation of registry.operations) {
    const { responses = {} } =
      described.find(({ operationId }) => operationId === operation.name) ?? {}
    const statuses = refusalsOf(operation).map(({ status }) => String(status))
    expect(Object.keys(responses), operation.name).toEqual(expect.arrayContaining(statuses))
  }
})

test('every code is known once, those that no operation answers included', () => {
  const codes = errorsOf(registry).map(({ kind }) => kind.code)
  expect(new Set(codes).size).toBe(codes.length)
  expect([...codes].sort()).toEqual(
    [...platformErrors.map(({ code }) => code), noteLocked.code].sort(),
  )
  const statuses = errorsOf(registry).map(({ kind }) => kind.status)
  expect(statuses).toEqual([...statuses].sort((one, other) => one - other))
})

test('every code of the platform says when it is given', () => {
  for (const { code, when } of platformErrors) expect(when, code).toMatch(/^[A-Z].{20,}\.$/)
})
