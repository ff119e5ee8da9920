import { type Registry, routeOf } from '../../operation/registry.ts'
import type { JsonSchema } from '../../schema/json-schema.ts'
import { apiPrefix } from './encode.ts'
import { errorAnswer, headers, problemSchema, sharedErrors } from './openapi-answers.ts'
import { type DescribedOperation, describeOperation } from './openapi-operation.ts'
import { createSchemaBook } from './openapi-schemas.ts'

/** An OpenAPI 3.1 document. */
export interface OpenApiDocument {
  readonly openapi: '3.1.0'
  readonly info: Readonly<Record<string, unknown>>
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>
    readonly [kind: string]: unknown
  }
  readonly [member: string]: unknown
}

interface Description {
  readonly version: string
  readonly publicUrl: string
}

/** Describes every operation of a registry; there is nothing to keep in step by hand. */
export async function openapiDocument(
  registry: Registry,
  { version, publicUrl }: Description,
): Promise<OpenApiDocument> {
  const book = createSchemaBook()
  const paths: Record<string, Record<string, DescribedOperation>> = {}
  for (const operation of registry.operations) {
    const { method, path } = routeOf(operation)
    const described = await describeOperation(operation, { registry, book, publicUrl })
    paths[apiPrefix + path] = { ...paths[apiPrefix + path], [method.toLowerCase()]: described }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Plinth API',
      version,
      summary: 'Every operation of this installation.',
      description:
        'Every refusal is a problem document; its codes are listed at `/docs/errors`. ' +
        'The same operations are tools over MCP at `/mcp`.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: publicUrl }],
    tags: registry.apps.map(({ title, summary }) => ({ name: title, description: summary })),
    paths,
    components: {
      schemas: { ...book.schemas, Problem: problemSchema },
      headers,
      responses: Object.fromEntries(
        Object.values(sharedErrors).map(([name, ...kinds]) => [
          name,
          errorAnswer(kinds, publicUrl),
        ]),
      ),
      securitySchemes: {
        key: {
          type: 'http',
          scheme: 'bearer',
          description:
            'An API key: `Bearer plk_…`. With it, or with anything else in this header, a cookie ' +
            'is not looked at. In an address or a body a key is no credential.',
        },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: publicUrl.startsWith('https:') ? '__Host-plinth_session' : 'plinth_session',
          description: 'The session of a signed-in browser.',
        },
      },
    },
  }
}
