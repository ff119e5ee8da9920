import { posix } from 'node:path'
import { importsOf } from './segments.ts'
import { isTestCode, type SourceFile } from './source.ts'

/**
 * The layers, lowest first. A file may import its own part and parts of the lines above it; parts on
 * one line do not know each other. The longest path that fits names a file's part.
 */
export const layers: readonly (readonly string[])[] = [
  // Shapes that everybody speaks of. Rates and callers are data; what uses them stands far above.
  [
    'platform/src/errors',
    'platform/src/version.ts',
    'platform/src/limits/classes.ts',
    'platform/src/identity/caller.ts',
  ],
  ['platform/src/schema', 'platform/src/config'],
  ['platform/src/observability'],
  ['platform/src/db'],
  ['platform/src/limits', 'platform/src/audit', 'platform/src/replay'],
  ['platform/src/policy'],
  ['platform/src/operation'],
  // Sign-up, sign-in and keys are operations like those of any app.
  ['platform/src/identity', 'platform/src/client'],
  ['platform/src/index.ts', 'platform/src/client.ts'],
  ['platform/src/surfaces'],
  // MCP speaks HTTP: it is mounted inside that surface and has its problems and credentials.
  ['platform/src/surfaces/http', 'platform/src/surfaces/cli'],
  ['platform/src/surfaces/mcp'],
  ['platform/src/server.ts'],
  ['platform/src/testing', 'platform/src/testing.ts'],
  // Every app, by whatever name: they do not know each other.
  ['apps/src/<app>'],
  ['apps/src/all.ts'],
  ['apps/src/main.ts', 'apps/src/cli.ts'],
]

const parts = layers.flatMap((names, rank) => names.map((name) => ({ name, rank })))

const rankOfApps = parts.find(({ name }) => name === 'apps/src/<app>')?.rank ?? 0

const partOf = (path: string) => {
  const app = /^apps\/src\/[a-z]+(?=\/)/.exec(path)?.[0]
  if (app !== undefined) return { name: app, rank: rankOfApps }
  return parts
    .filter(({ name }) => path === name || path.startsWith(`${name}/`))
    .reduce<(typeof parts)[number] | undefined>(
      (longest, part) => (longest && longest.name.length > part.name.length ? longest : part),
      undefined,
    )
}

const isApp = (part: string) => /^apps\/src\/[a-z]+$/.test(part)

/** Folders outside of the layers, and what they are for. */
const places = [
  /^[A-Za-z.-]+$/, // README and settings
  /^\.ci\/run$/,
  /^\.github\//,
  /^platform\/(?:package\.json|README\.md|bin\/[a-z-]+\.mjs)$/,
  /^platform\/src\/migrations\/\d{4}_[a-z_]+\.sql$/,
  /^apps\/(?:package\.json|README\.md)$/,
  /^web\/(?:[a-z.-]+|public\/.+)$/,
  /^web\/src\/(?:main\.tsx|[a-z-]+\.d\.ts|(?:shell|design|api)\/[^/]+|apps\/(?:all\.ts|[a-z]+\/[^/]+))$/,
  /^(?:tests|bench|deploy|docs|scripts)\//,
]

/** The files that a folder of an app may have; a domain rule has a file of its own in rules/. */
const appShape =
  /^apps\/src\/[a-z]+\/(?:README\.md|(?:app|schema|errors|policy|store|jobs|agent)(?:\.test)?\.ts|(?:operations|rules|store)\/[a-z-]+(?:\.test)?\.ts|migrations\/\d{4}_[a-z_]+\.sql)$/

export function unknownPlace({ path }: SourceFile): readonly string[] {
  const part = partOf(path)
  if (part === undefined && !places.some((place) => place.test(path))) {
    return ['lies in a folder that no layer has; add it to tests/tidy/layers.ts or move it']
  }
  return part && isApp(part.name) && !appShape.test(path)
    ? ['is none of the files that an app has; see CONTRIBUTING.md']
    : []
}

/** Imports that climb, cross from app to app, or reach into another package. */
export function wrongImports({ path, segments }: SourceFile): readonly string[] {
  const isTest = isTestCode(path)
  return importsOf(segments).flatMap((specifier) => {
    const target = specifier.startsWith('.')
      ? posix.join(posix.dirname(path), specifier)
      : specifier
    const complaint = path.startsWith('web/')
      ? complainOfWeb({ path, target, isTest })
      : complainOfServer({ path, target, isTest })
    return complaint === undefined ? [] : [`imports ${specifier}: ${complaint}`]
  })
}

interface Import {
  readonly path: string
  /** A path of the repository, or the name of a package. */
  readonly target: string
  readonly isTest: boolean
}

function complainOfWeb({ path, target, isTest }: Import): string | undefined {
  // Only web/src reaches the browser; what lies beside it builds it.
  if (!path.startsWith('web/src/') || isTest) return undefined
  if (target.startsWith('@plinth/') && target !== '@plinth/platform/client') {
    return 'the web may use @plinth/platform/client and nothing else of the server'
  }
  if (target.startsWith('node:')) return 'a browser has no Node.js'
  if (/^(?:platform|apps|tests|scripts)\//.test(target)) return 'the web imports no server code'
  const [own, other] = [webAppOf(path), webAppOf(target)]
  if (own !== undefined && other !== undefined && own !== other) {
    return 'an app imports no other app; move what both need to design or api'
  }
  return undefined
}

const webAppOf = (path: string) => /^web\/src\/apps\/([a-z]+)\//.exec(path)?.[1]

function complainOfServer({ path, target, isTest }: Import): string | undefined {
  const [own, other] = [partOf(path), partOf(target)]
  if (path.startsWith('platform/') && /^(?:@plinth\/apps|apps\/)/.test(target)) {
    return 'the platform knows no app'
  }
  if (!own) return undefined
  if (isApp(own.name)) {
    if (other && isApp(other.name) && other.name !== own.name) return 'an app imports no other app'
    if (other?.name !== own.name && !isOpenToApps({ target, isTest })) {
      return 'an app imports @plinth/platform and itself'
    }
  }
  if (isTest) return undefined
  if (isTestCode(target) || target === '@plinth/platform/testing') return 'only tests may use that'
  if (other && other.name !== own.name && other.rank >= own.rank) {
    return other.rank === own.rank
      ? `${own.name} and ${other.name} do not know each other`
      : `${other.name} is a layer above ${own.name}`
  }
  return undefined
}

const isOpenToApps = ({ target, isTest }: { target: string; isTest: boolean }) =>
  target === '@plinth/platform' ||
  // Compares values and reaches nothing outside; network, files and processes are not an app's.
  target === 'node:util' ||
  (isTest && (target === '@plinth/platform/testing' || !target.startsWith('@plinth/')))
