import { describe, expect, test } from 'vitest'
import { type Rule, rules } from './rules.ts'
import { toSource } from './source.ts'

/** A file that a rule must refuse, and one like it that it must let pass. */
type Pair = readonly [refused: readonly [string, string], passed: readonly [string, string]]

const operationText = (name: string, exported: string) =>
  `export const ${exported} = defineOperation({\n  name: '${name}',\n})\n`

const pairs: Record<keyof typeof rules, readonly Pair[]> = {
  unknownPlace: [
    [
      ['platform/src/magic/a.ts', ''],
      ['platform/src/db/a.ts', ''],
    ],
    [
      ['apps/src/chess2/app.ts', ''],
      ['apps/src/chess/app.ts', ''],
    ],
    [
      ['apps/src/tasks/services.ts', ''],
      ['apps/src/tasks/rules/due.ts', ''],
    ],
    [
      ['lib/a.ts', ''],
      ['docs/a.md', ''],
    ],
    [
      ['web/src/hooks/a.ts', ''],
      ['web/src/apps/tasks/a.tsx', ''],
    ],
  ],
  wrongImports: [
    [
      ['platform/src/db/a.ts', "import '../operation/call.ts'"],
      ['platform/src/operation/a.ts', "import '../db/db.ts'"],
    ],
    [
      ['platform/src/audit/a.ts', "import type { R } from '../replay/replay.ts'"],
      ['platform/src/audit/a.ts', "import type { D } from './record.ts'"],
    ],
    [
      ['platform/src/surfaces/cli/a.ts', "import '../http/cookie.ts'"],
      ['platform/src/surfaces/cli/a.ts', "import '../road.ts'"],
    ],
    [
      ['platform/src/db/a.ts', "import '../identity/token.ts'"],
      ['platform/src/db/a.ts', "import '../identity/caller.ts'"],
    ],
    [
      ['platform/src/db/a.ts', "import '../testing.ts'"],
      ['platform/src/db/a.test.ts', "import '../testing.ts'"],
    ],
    [
      ['platform/src/db/a.test.ts', "import '@plinth/apps'"],
      ['platform/src/db/a.test.ts', "import '@plinth/platform/testing'"],
    ],
    [
      ['platform/src/server.ts', "await import('../../apps/src/all.ts')"],
      ['tests/a.test.ts', "await import('../apps/src/all.ts')"],
    ],
    [
      ['apps/src/tasks/a.ts', "import '../../../platform/src/db/db.ts'"],
      ['apps/src/tasks/a.ts', "import '@plinth/platform'"],
    ],
    [
      ['apps/src/tasks/a.ts', "import 'zod'"],
      ['apps/src/tasks/a.test.ts', "import 'vitest'"],
    ],
    [
      ['apps/src/tasks/a.ts', "import '@plinth/platform/server'"],
      ['apps/src/main.ts', "import '@plinth/platform/server'"],
    ],
    [
      ['apps/src/tasks/a.ts', "import '../chess/schema.ts'"],
      ['apps/src/tasks/a.ts', "import './schema.ts'"],
    ],
    [
      ['apps/src/tasks/a.ts', "import '../all.ts'"],
      ['apps/src/main.ts', "import './all.ts'"],
    ],
    [
      ['web/src/api/a.ts', "import '@plinth/platform'"],
      ['web/src/api/a.ts', "import '@plinth/platform/client'"],
    ],
    [
      ['web/src/api/a.ts', "import type { Db } from '../../../platform/src/db/db.ts'"],
      ['web/src/api/a.ts', "import '../design/theme.ts'"],
    ],
    [
      ['web/src/api/a.ts', "import 'node:fs'"],
      ['web/build.ts', "import 'node:fs'"],
    ],
    [
      ['web/src/apps/account/a.tsx', "import '../tasks/task.tsx'"],
      ['web/src/apps/account/a.tsx', "import './key.tsx'"],
    ],
  ],
  tooLong: [
    [
      ['platform/src/db/a.ts', 'a\n'.repeat(401)],
      ['platform/src/db/a.ts', 'a\n'.repeat(400)],
    ],
  ],
  defaultExport: [
    [
      ['platform/src/db/a.ts', 'export default class {}'],
      ['platform/src/db/a.ts', "const a = 'export default 1'"],
    ],
    [
      ['platform/src/db/a.ts', 'export { a as default }'],
      ['vitest.config.ts', 'export default {}'],
    ],
  ],
  moduleState: [
    [
      ['platform/src/db/a.ts', 'const a = 1\nlet count = 0\n'],
      ['platform/src/db/a.ts', 'function a() {\n  let count = 0\n}\n'],
    ],
    [
      ['platform/src/db/a.ts', 'export let count = 0\n'],
      ['platform/src/db/a.test.ts', 'let server: Server\n'],
    ],
  ],
  bannedCall: [
    [
      ['platform/src/db/a.ts', 'const a = Date.now()'],
      ['platform/src/db/a.ts', 'const a = performance.now() // not Date.now()'],
    ],
    [
      ['apps/src/tasks/a.ts', 'const a = new Date()'],
      ['apps/src/tasks/a.ts', 'const a = new Date(instant)'],
    ],
    [
      ['platform/src/db/a.ts', 'Temporal.Now.instant()'],
      ['platform/src/observability/clock.ts', 'Date.now()'],
    ],
    [
      ['platform/src/db/a.ts', 'const { PORT } = process.env'],
      ['platform/src/config/environment.ts', 'const { PORT } = process.env'],
    ],
    [
      ['web/src/api/a.ts', 'console.log(1)'],
      ['scripts/a.ts', 'console.log(1)'],
    ],
    [
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the call is inside of a template.
      ['platform/src/db/a.ts', 'const a = `${JSON.parse(b)}`'],
      ['platform/src/db/a.ts', 'const a = `JSON.parse(b)`'],
    ],
  ],
  vagueName: [
    [
      ['platform/src/db/utils.ts', ''],
      ['platform/src/db/pool.ts', ''],
    ],
    [
      ['web/src/helpers/a.ts', ''],
      ['platform/src/identity/common-passwords.ts', ''],
    ],
  ],
  strayIndex: [
    [
      ['platform/src/db/index.ts', ''],
      ['platform/src/index.ts', ''],
    ],
  ],
  unfinished: [
    [
      ['platform/src/db/a.ts', '// TODO: more'],
      ['platform/src/db/a.ts', "const word = 'TODO'"],
    ],
    [
      ['docs/a.md', 'FIXME'],
      ['docs/a.md', 'A to-do list'],
    ],
  ],
  foreignWord: [
    [
      ['docs/a.md', 'see /home/ada/plinth/README.md'],
      ['docs/a.md', 'see https://example.com/home/ada and apps/home/x'],
    ],
    [
      ['platform/src/db/a.ts', "const home = '/home/ada'"],
      ['platform/src/db/a.ts', "const home = '/home'"],
    ],
    [
      ['docs/a.md', 'as issue #12 says'],
      ['docs/a.md', 'as an issue says'],
    ],
  ],
  operation: [
    [
      ['apps/src/tasks/operations/add-task.ts', operationText('tasks.add_task', 'addOne')],
      ['apps/src/tasks/operations/add-task.ts', operationText('tasks.add_task', 'addTask')],
    ],
    [
      ['apps/src/tasks/operations/add-task.ts', operationText('tasks.make_task', 'addTask')],
      ['apps/src/tasks/operations/add-task.test.ts', ''],
    ],
    [
      ['apps/src/tasks/operations/get-task.ts', operationText('tasks.get_task', 'getTask')],
      ['apps/src/tasks/operations/add-task.ts', operationText('tasks.add_task', 'addTask')],
    ],
  ],
  unlisted: [
    [
      ['apps/src/all.ts', "import { chess } from './chess/app.ts'"],
      ['apps/src/all.ts', "import { tasks } from './tasks/app.ts'"],
    ],
    [
      ['apps/src/tasks/app.ts', ''],
      ['apps/src/tasks/app.ts', "import { addTask } from './operations/add-task.ts'"],
    ],
    [
      ['web/src/apps/all.ts', ''],
      ['web/src/apps/all.ts', "import { tasks } from './tasks/app.tsx'"],
    ],
  ],
}

const paths = new Set([
  'apps/src/tasks/app.ts',
  'apps/src/tasks/operations/add-task.ts',
  'apps/src/tasks/operations/add-task.test.ts',
  'web/src/apps/account/account-page.tsx',
  'web/src/apps/tasks/app.tsx',
])
const judge = (rule: Rule, [path, text]: readonly [string, string]) =>
  rule(toSource(path, text), paths)

describe.each(Object.entries(pairs))('the rule %s', (name, cases) => {
  const rule: Rule = rules[name as keyof typeof rules]

  test.each(
    cases.map(([refused, passed]) => ({
      refused,
      passed,
      title: `refuses ${refused.join(': ').slice(0, 70)}`,
    })),
  )('$title', ({ refused, passed }) => {
    expect(judge(rule, refused)).toHaveLength(1)
    expect(judge(rule, passed)).toEqual([])
  })
})
