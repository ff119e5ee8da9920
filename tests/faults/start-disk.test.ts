import { spawnSync } from 'node:child_process'
import { copyFile, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { processesOf } from './inside.ts'
import { createInstallation, type Installation, signUp } from './installation.ts'

// What lies on the disk is in the way, or is not what it was. Plinth says what to do, and makes nothing
// worse.

// Each start is a process or two, which take their time on a busy machine.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

const isRoot = process.getuid?.() === 0
const shared = '/var/lib/plinth'

/** Starts, expects that it gives up, and tells what it said. */
async function failToStart(installation: Installation, through?: readonly string[]) {
  const starting = installation.launch({}, through)
  expect(await starting.exitCode, starting.output()).toBe(1)
  expect(starting.output()).toContain('Plinth could not start: ')
  expect(starting.output(), 'a stack is of no use here').not.toMatch(/\n\s+at /)
  expect(await processesOf(installation.dataFolder)).toEqual([])
  return starting.output()
}

describe('a disk in the way', () => {
  let installation: Installation
  beforeEach(async () => {
    installation = await createInstallation()
  })
  afterEach(() => installation.remove())

  // Mounts of our own need root, or a system that lets everybody have a namespace.
  const own = isRoot
    ? ['unshare', '--mount']
    : ['unshare', '--user', '--map-current-user', '--keep-caps', '--mount']
  const attempt = spawnSync(own[0] ?? '', [...own.slice(1), 'mount', '-t', 'tmpfs', 'none', '/mnt'])
  const canMount = attempt.status === 0
  if (!canMount) {
    const why = attempt.error?.message ?? attempt.stderr.toString().trim()
    process.stdout.write(
      `No disk of our own can be mounted here (${why}); limits stand in for it.\n`,
    )
  }

  /** Runs Plinth behind a script of the shell that prepares its folder DATA, and lists that then. */
  const behind = (script: string): readonly string[] => [
    ...(canMount ? own : []),
    'sh',
    '-ec',
    `DATA="$PLINTH_DATA"; ${script}; code=0; "$@" || code=$?; echo left: $(ls -A "$DATA"); exit $code`,
    'sh',
  ]

  test('that can only be read is named with what to do', async () => {
    const script = canMount
      ? 'mount --bind "$DATA" "$DATA"; mount -o remount,ro,bind "$DATA"'
      : // Nobody may make a folder there, root included.
        'export PLINTH_DATA=/sys/plinth'
    const said = await failToStart(installation, behind(script))
    expect(said).toMatch(/set PLINTH_DATA to (?:another folder|a folder of its own)/)
    expect(said).toContain('left:\n')
  })

  test('that is full before the first file says so, and has no half of it', async () => {
    const script = canMount
      ? 'mount -t tmpfs -o size=4k none "$DATA"; head -c 4096 /dev/zero > "$DATA/fill"'
      : 'touch "$DATA/fill"; ulimit -f 0'
    const said = await failToStart(installation, behind(script))
    expect(said).toMatch(/The disk is full\. Make room where|Raise its limit/)
    expect(said).toContain('left: fill\n')
  })

  test('that is full before the database is made says so, and has no half of it', async () => {
    // Where PostgreSQL's programs have to be copied, there is room for these and for nothing else.
    const script = !canMount
      ? 'ulimit -f 4000'
      : isRoot
        ? `cp -r ${shared}/binaries-* "$DATA"; size=$(du -sm "$DATA" | cut -f1)
           mount -t tmpfs -o size=$((size + 20))m none ${shared}; mv "$DATA"/binaries-* ${shared}`
        : 'mount -t tmpfs -o size=20m none "$DATA"'
    const list = 'ls "$(cat "$DATA/postgres-location" 2>/dev/null || echo "$DATA/postgres")"'
    const through = behind(script).map((word) => word.replace('exit $code', `${list}; exit $code`))
    const said = await failToStart(installation, through)
    expect(said).toMatch(/The disk is full\. Make room where|Raise its limit/)
    expect(said).toMatch(/left: .*lock/)
    expect(said.slice(said.indexOf('left:'))).not.toMatch(/cluster|secret\./)
  })

  test('that has a file where the folder should be is told from one', async () => {
    await writeFile(join(installation.dataFolder, 'file'), '')
    for (const folder of ['file', 'file/below']) {
      const script = `export PLINTH_DATA="$DATA/${folder}"`
      expect(await failToStart(installation, behind(script))).toContain(
        'Set PLINTH_DATA to a folder',
      )
    }
  })
})

describe('a file that is damaged', () => {
  let installation: Installation
  let ada: Awaited<ReturnType<typeof signUp>>
  const at = (name: string) => join(installation.dataFolder, name)
  beforeAll(async () => {
    installation = await createInstallation()
    const plinth = await installation.start()
    ada = await signUp(plinth.url)
    expect((await ada.add('still there')).status).toBe(201)
    await plinth.end('SIGTERM')
  })
  afterAll(() => installation.remove())

  const contents = async () => {
    const files = (await readdir(installation.dataFolder, { withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map(async ({ name }) => [name, await readFile(at(name), 'utf8')])
    return Object.fromEntries(await Promise.all(files)) as Record<string, string>
  }

  /** Damages a file, and puts it back after a start that fails and changes nothing. */
  async function failWith(name: string, text: string | undefined): Promise<string> {
    await copyFile(at(name), at(`${name}.whole`))
    await (text === undefined ? rm(at(name)) : writeFile(at(name), text))
    const before = await contents()
    const said = await failToStart(installation)
    expect(await contents()).toEqual(before)
    await rename(at(`${name}.whole`), at(name))
    return said
  }

  test.each([
    ['cut off', () => 'c2hvcnQ', /does not hold a secret of 32 bytes\. Put the old file back/],
    ['empty', () => '', /does not hold a secret of 32 bytes\. Put the old file back/],
    ['lost', () => undefined, /is missing\. Put the file .+secret back from a backup/],
    [
      'that of another folder',
      (secret: string) => secret.split('').reverse().join(''),
      /another one than the database was made with\. Put the file/,
    ],
  ])('a secret that is %s is refused, and no new one is made', async (_, damage, expected) => {
    const secret = await readFile(at('secret'), 'utf8')
    expect(await failWith('secret', damage(secret))).toMatch(expected)
  })

  test.each([
    ['empty', ''],
    ['cut off', '/var/li'],
    ['something else', '\0\x01 a folder somewhere\n'],
  ])('a note of where the database lies that is %s is refused', async (_, text) => {
    if (isRoot) {
      const home = await readFile(at('postgres-location'), 'utf8')
      const said = await failWith('postgres-location', text)
      expect(said).toMatch(/The note .+postgres-location is damaged/)
      expect(said).toContain(`it probably held ${home}.`)
      return
    }
    // Only root has such a note; whoever else finds one has no database of their own beside it.
    await rename(at('postgres'), at('postgres.away'))
    await writeFile(at('postgres-location'), `${text}x`)
    expect(await failToStart(installation)).toMatch(/was made by root .+ Start Plinth as root/s)
    await rm(at('postgres-location'))
    await rename(at('postgres.away'), at('postgres'))
  })

  test('loses nothing: with the old files back everything is there', async () => {
    const plinth = await installation.start()
    expect(await ada.titles(plinth.url)).toEqual(['still there'])
    await plinth.end('SIGTERM')
  })
})
