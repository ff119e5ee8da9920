import { basename, dirname } from 'node:path'
import { unknownPlace, wrongImports } from './layers.ts'
import { isTestCode, type SourceFile } from './source.ts'

/** Says what is wrong with one file, in sentences that begin after its path. Pure. */
export type Rule = (file: SourceFile, paths: ReadonlySet<string>) => readonly string[]

const linesMax = 400
const isTypeScript = (path: string) => /\.(?:tsx?|mjs)$/.test(path)
/** Generated from the registry, as long as the API is. */
const generated = new Set(['web/src/api/contract.ts'])

const tooLong: Rule = ({ path, text }) => {
  const lines = text.trimEnd().split('\n').length
  const isCounted = isTypeScript(path) && !generated.has(path)
  return isCounted && lines > linesMax ? [`has ${lines} lines; at most ${linesMax} are read`] : []
}

/** Tools that ask for a default export by their own contract. */
const configurations = new Set(['vitest.config.ts', 'web/vite.config.ts'])

const defaultExport: Rule = ({ path, code }) =>
  !configurations.has(path) && /\bexport\s+default\b|\bas\s+default\b/.test(code)
    ? ['has a default export; name it, so that it is found by its name everywhere']
    : []

const moduleState: Rule = ({ path, code }) =>
  !isTestCode(path) && /^(?:export\s+)?(?:let|var)\b/m.test(code)
    ? ['keeps state in the module; keep it in what a function makes and gives back']
    : []

/** What a word does wrong, what to use in its place, and the files that are that place. */
const bannedCalls: readonly {
  readonly call: RegExp
  readonly name: string
  readonly instead: string
  readonly allowed: Readonly<Record<string, string>>
}[] = [
  {
    call: /\bDate\.now\b|\bnew Date\(\s*\)|\bTemporal\.Now\b/,
    name: 'the clock',
    instead: 'take `now` from the call, and performance.now() for durations',
    allowed: {
      'platform/src/observability/clock.ts': 'is the clock',
      'platform/src/observability/log.ts': 'stamps lines with the time they are written',
      'platform/src/observability/call-log.ts': 'stamps the line of a call like any other',
      'web/src/api/clock.ts': 'is the clock of the browser',
    },
  },
  {
    call: /\bprocess\.env\b/,
    name: 'process.env',
    instead: 'take it from the configuration',
    allowed: { 'platform/src/config/environment.ts': 'reads it once for everybody' },
  },
  {
    call: /\bconsole\s*\./,
    name: 'console',
    instead: 'write to the log that you were given',
    allowed: {
      'platform/bin/launch.mjs': 'runs before there is a log',
      'platform/bin/pinned-node.mjs': 'runs before there is a log',
    },
  },
  {
    call: /\bJSON\.parse\b/,
    name: 'JSON.parse',
    instead: 'let the surface decode it and a schema check it',
    allowed: {
      'platform/src/db/cursor.ts': 'checks the shape of what a cursor holds itself',
      'platform/src/db/embedded/binaries.ts': 'reads package manifests through a schema',
    },
  },
]

const bannedCall: Rule = ({ path, code }) => {
  if (!/^(?:platform|apps|web)\//.test(path) || isTestCode(path)) return []
  return bannedCalls
    .filter(({ call, allowed }) => !Object.hasOwn(allowed, path) && call.test(code))
    .map(({ name, instead }) => `uses ${name}; ${instead}`)
}

const vagueName: Rule = ({ path }) => {
  const vague = path.split('/').find((part) => /^(?:utils?|helpers?|common|misc)\b/.test(part))
  // Words may be common in the sense of frequent.
  return vague === undefined || vague.startsWith('common-')
    ? []
    : [`is named ${vague}, which says nothing; name it after what it does`]
}

const strayIndex: Rule = ({ path }) =>
  /^index\.(?:tsx?|mjs)$/.test(basename(path)) && path !== 'platform/src/index.ts'
    ? ['is an index; import the file that has the thing']
    : []

const unfinished: Rule = ({ segments, text, path }) => {
  const words = isTypeScript(path)
    ? segments.filter(({ kind }) => kind === 'comment').map((segment) => segment.text)
    : [text]
  return words.some((part) => /\b(?:FIXME|TODO|XXX)\b/.test(part))
    ? ['has a note of something unfinished; finish it, or say what is so and why']
    : []
}

/** What only makes sense on one machine, or to those who were there. Says why each is wrong. */
const foreignWords: readonly (readonly [RegExp, string])[] = [
  [/(?<![\w.@:/-])\/(?:home|Users|mnt|root)\/\w/, 'a path of one machine'],
  [/\bissue\s+#?\d+\b/i, 'the number of an issue; say what it was about'],
]

const foreignWord: Rule = ({ path, text }) =>
  // These two files must name what they look for.
  path.startsWith('tests/tidy/')
    ? []
    : foreignWords
        .filter(([words]) => words.test(text))
        .map(([words, meaning]) => `holds ${meaning}: ${words.exec(text)?.[0]}`)

/** One verb, one file: add-task.ts exports addTask, named tasks.add_task, with its test beside it. */
const operation: Rule = ({ path, text, code }, paths) => {
  if (!/\/operations\/[^/]+\.ts$/.test(path) || isTestCode(path)) return []
  const stem = basename(path, '.ts')
  const verb = stem.replaceAll('-', '_')
  const exported = stem.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
  const complaints: string[] = []
  if (!new RegExp(`^export const ${exported} =`, 'm').test(code)) {
    complaints.push(`must export ${exported}, after its name`)
  }
  if (!new RegExp(`\\bname: '[a-z]+\\.${verb}',`).test(text)) {
    complaints.push(`must define the operation <app>.${verb}, after its name`)
  }
  if (!paths.has(path.replace(/\.ts$/, '.test.ts'))) complaints.push('has no test beside it')
  return complaints
}

/** The files that name all of a kind, and what is of that kind beside them. */
const lists = [
  { list: /^apps\/src\/all\.ts$/, listed: /^[a-z]+\/app\.ts$/ },
  { list: /^apps\/src\/[a-z]+\/app\.ts$/, listed: /^operations\/[a-z-]+\.ts$/ },
  { list: /^web\/src\/apps\/all\.ts$/, listed: /^[a-z]+\/app\.tsx$/ },
]

/** An app or an operation that its list leaves out is there for nobody. */
const unlisted: Rule = ({ path, text }, paths) => {
  const listed = lists.find(({ list }) => list.test(path))?.listed
  if (!listed) return []
  const folder = `${dirname(path)}/`
  return [...paths]
    .filter((other) => other.startsWith(folder) && listed.test(other.slice(folder.length)))
    .map((other) => `./${other.slice(folder.length)}`)
    .filter((specifier) => !text.includes(`'${specifier}'`))
    .map((specifier) => `leaves out ${specifier}; import it and add it to the list`)
}

/** Every rule by the name that its tests use. */
export const rules = {
  unknownPlace,
  wrongImports,
  tooLong,
  defaultExport,
  moduleState,
  bannedCall,
  vagueName,
  strayIndex,
  unfinished,
  foreignWord,
  operation,
  unlisted,
} satisfies Record<string, Rule>
