import { describe, expect, it } from 'vitest'
import type { JsonSchema } from '../../schema/json-schema.ts'
import { noteId, registry } from './fake-road.ts'
import { type OpenApiDocument, openapiDocument } from './openapi.ts'

const about = { version: '1.2.3', publicUrl: 'http://localhost:3000' }
const make = () => openapiDocument(registry, about)

type Walk = (value: unknown, path: string) => void

/** Visits every object of a document, except the examples, which are data. */
function walk(value: unknown, visit: Walk, path = '#'): void {
  if (typeof value !== 'object' || value === null) return
  visit(value, path)
  for (const [key, inner] of Object.entries(value)) {
    if (key === 'example' || key === 'examples' || key === 'default') continue
    walk(inner, visit, `${path}/${key}`)
  }
}

/** The places of a document where a text, number or list has no limit. */
function unlimited(document: OpenApiDocument): string[] {
  const found: string[] = []
  walk(document, (value, path) => {
    const schema = value as JsonSchema
    // A property may be called "type", too; then its value is a schema and not a text.
    if (typeof schema.type !== 'string' || path.includes('/securitySchemes/')) return
    if (schema.enum || schema.const !== undefined) return
    const isMissing =
      (schema.type === 'string' && schema.maxLength === undefined) ||
      (schema.type === 'array' && schema.maxItems === undefined) ||
      ((schema.type === 'integer' || schema.type === 'number') &&
        (schema.minimum === undefined || schema.maximum === undefined))
    if (isMissing) found.push(path)
  })
  return found
}

function operationsOf(document: OpenApiDocument) {
  return Object.values(document.paths).flatMap((methods) => Object.values(methods))
}

describe('the API description', () => {
  it('has every operation at its address, under its name, with the tag of its app', async () => {
    const document = await make()
    const described = operationsOf(document).map(({ operationId }) => operationId)
    expect(described.sort()).toEqual(registry.operations.map(({ name }) => name).sort())
    expect(document.paths['/api/v1/notes/{noteId}']?.patch).toMatchObject({
      operationId: 'notes.change_note',
      summary: 'Change a note.',
      tags: ['Notes'],
      'x-plinth-scope': 'notes:write',
      security: [{ key: [] }, { session: [] }],
    })
    expect(document.tags).toContainEqual({ name: 'Notes', description: 'Notes that are kept.' })
    expect(document.info.license).toEqual({ name: 'MIT', identifier: 'MIT' })
  })
  it('has a limit on every text, number and list', async () => {
    expect(unlimited(await make())).toEqual([])
  })
  it('would be found out if it had none', async () => {
    const document = await make()
    const bad = { type: 'object', properties: { type: { type: 'string' }, n: { type: 'integer' } } }
    const components = { ...document.components, schemas: { Bad: bad } }
    expect(unlimited({ ...document, components })).toEqual([
      '#/components/schemas/Bad/properties/type',
      '#/components/schemas/Bad/properties/n',
    ])
  })
  it('refers to nothing that is not there', async () => {
    const document = await make()
    walk(document, (value, path) => {
      const { $ref } = value as { readonly $ref?: string }
      if (typeof $ref !== 'string') return
      let target: unknown = document
      for (const key of $ref.slice(2).split('/')) target = (target as Record<string, unknown>)[key]
      expect(target, `${path} -> ${$ref}`).toBeTypeOf('object')
    })
  })
  it('names a thing once, wherever it is used', async () => {
    const { components, paths } = await make()
    expect(Object.keys(components.schemas).sort()).toEqual([
      'AuthSignInInput',
      'Note',
      'NotesAddNoteInput',
      'NotesChangeNoteInput',
      'NotesListNotesOutput',
      'Problem',
    ])
    expect(components.schemas.NotesListNotesOutput?.properties?.items?.items).toEqual({
      $ref: '#/components/schemas/Note',
    })
    expect(JSON.stringify(paths)).not.toContain('$defs')
  })
  it('gives bodies, parameters and answers examples that fit', async () => {
    const { paths } = await make()
    const change = paths['/api/v1/notes/{noteId}']?.patch
    expect(change?.requestBody).toEqual({
      required: false,
      content: {
        'application/json': {
          schema: { $ref: '#/components/schemas/NotesChangeNoteInput' },
          example: { text: 'Buy two' },
        },
      },
    })
    expect(change?.parameters).toMatchObject([
      { name: 'noteId', in: 'path', required: true, example: noteId },
      { name: 'Idempotency-Key', in: 'header' },
      { name: 'If-Match', in: 'header' },
    ])
    for (const operation of registry.operations) {
      const [, path = ''] = operation.http.split(' ')
      const methods = Object.values(paths[`/api/v1${path}`] ?? {})
      const described = methods.find(({ operationId }) => operationId === operation.name)
      const answer = described?.responses[operation.created ? '201' : '200'] as {
        readonly content: Record<string, { readonly example: unknown }>
      }
      const { example } = answer.content['application/json'] ?? {}
      expect(operation.output.safeParse(example).error, operation.name).toBeUndefined()
    }
  })
  it('puts the fields of a read into the query', async () => {
    const { paths } = await make()
    const list = paths['/api/v1/notes']?.get
    expect(list?.requestBody).toBeUndefined()
    expect(list?.parameters.map(({ name }) => name)).toEqual([
      'limit',
      'cursor',
      'q',
      'pinned',
      'share',
      'labels',
      'numbers',
    ])
    expect(list?.parameters.find(({ name }) => name === 'labels')).toMatchObject({
      in: 'query',
      required: false,
      style: 'form',
      explode: false,
    })
  })
  it('says what can be refused, declared errors first', async () => {
    const { paths, components } = await make()
    const change = paths['/api/v1/notes/{noteId}']?.patch
    expect(Object.keys(change?.responses ?? {}).sort()).toEqual(
      '200 400 401 403 404 409 412 413 415 422 429 500 503 504 default'.split(' '),
    )
    expect(change?.responses['409']).toMatchObject({
      description: expect.stringMatching(/^`NOTE_LOCKED`.*\n\n`IDEMPOTENCY_CONFLICT`/),
      content: { 'application/problem+json': { example: { code: 'NOTE_LOCKED' } } },
    })
    const list = paths['/api/v1/notes']?.get
    expect(Object.keys(list?.responses ?? {}).sort()).toEqual(
      '200 400 401 403 422 429 500 503 504 default'.split(' '),
    )
    expect(Object.keys(components.responses as object)).toHaveLength(13)
  })
  it('names every code that a shared status can have, with the headers of each', async () => {
    const { components } = await make()
    const responses = components.responses as Record<
      string,
      { readonly description: string; readonly headers: object }
    >
    const codes = Object.entries(responses).map(([name, { description }]) => [
      name,
      [...description.matchAll(/`([A-Z_]+)`:/g)].map(([, code]) => code).join(' '),
    ])
    expect(Object.fromEntries(codes)).toMatchObject({
      BadRequest: 'BAD_REQUEST INVALID_JSON',
      Forbidden: 'FORBIDDEN INSUFFICIENT_SCOPE PERSON_REQUIRED CROSS_SITE_REFUSED',
      Conflict:
        'IDEMPOTENCY_CONFLICT IDEMPOTENCY_IN_PROGRESS IDEMPOTENCY_ANSWER_SECRET INVALID_TRANSITION',
    })
    expect(Object.keys(responses.Forbidden?.headers ?? {})).toContain('WWW-Authenticate')
    expect(Object.keys(responses.Conflict?.headers ?? {})).toContain('Retry-After')
  })
  it('says where a session can begin or end', async () => {
    const withCookie = operationsOf(await make())
      .filter(({ responses }) => JSON.stringify(responses).includes('Set-Cookie'))
      .map(({ operationId }) => operationId)
    expect(withCookie).toEqual(['auth.sign_in'])
  })
  it('is the same each time it is made', async () => {
    expect(JSON.stringify(await make())).toBe(JSON.stringify(await make()))
  })
})
