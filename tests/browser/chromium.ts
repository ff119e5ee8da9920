import { randomBytes } from 'node:crypto'
import { access, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium, type LaunchOptions } from 'playwright-core'

const cache = fileURLToPath(new URL('../../node_modules/.cache/', import.meta.url))

/** No calls home, no first-run pages; web security stays on, for it is a part of what is tested. */
const quiet = [
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/**
 * Starts the browser that npm installed. Its packages hold one for Linux on x64; everywhere else
 * the Chrome that is installed on the machine does the same work.
 */
export async function launchChromium(): Promise<Browser> {
  const isPackaged = process.platform === 'linux' && process.arch === 'x64'
  if (!isPackaged) return chromium.launch({ channel: 'chrome', args: quiet })
  return chromium.launch(await packagedBrowser())
}

async function packagedBrowser(): Promise<LaunchOptions> {
  const folder = await unpacked()
  const isRoot = process.getuid?.() === 0
  return {
    executablePath: join(folder, 'chromium'),
    // Chromium's sandbox refuses to run for root, who is all that many containers have.
    args: isRoot ? ['--no-sandbox', ...quiet] : quiet,
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      // Text needs a font, and the browser a few libraries, that a bare machine lacks.
      FONTCONFIG_FILE: join(folder, 'fonts.conf'),
      LD_LIBRARY_PATH: join(folder, 'al2023/lib'),
    },
  }
}

/**
 * The folder with the unpacked browser. Test files run side by side and all need it at once, so it
 * comes into its place by one rename; whoever loses the race uses the winner's.
 */
async function unpacked(): Promise<string> {
  // The package exports its code alone; its manifest and archives lie beside that.
  const beside = (path: string) =>
    fileURLToPath(new URL(path, import.meta.resolve('@sparticuz/chromium')))
  const { version } = JSON.parse(await readFile(beside('../package.json'), 'utf8'))
  const folder = join(cache, `chromium-${version}`)
  if (await exists(folder)) return folder
  const made = `${folder}.${randomBytes(6).toString('hex')}`
  await mkdir(made, { recursive: true })
  await unpackInto(made, beside('../bin'))
  await writeFile(join(made, 'fonts.conf'), fontsConfiguration(join(folder, 'fonts')))
  await rename(made, folder).catch(async (error: NodeJS.ErrnoException) => {
    await rm(made, { recursive: true, force: true })
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
  })
  return folder
}

/** The package unpacks into what the system says is the place for temporary files. */
async function unpackInto(folder: string, archives: string): Promise<void> {
  const { inflate } = await import('@sparticuz/chromium')
  const before = process.env.TMPDIR
  process.env.TMPDIR = folder
  try {
    const names = ['chromium.br', 'fonts.tar.br', 'swiftshader.tar.br', 'al2023.tar.br']
    await Promise.all(names.map((name) => inflate(join(archives, name))))
  } finally {
    if (before === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = before
  }
}

const families = {
  'Open Sans': ['sans-serif', 'system-ui', 'ui-sans-serif'],
  'DejaVu Sans Mono': ['monospace', 'ui-monospace'],
}

/** The packaged font first, so that pictures look alike everywhere; others for what it lacks. */
function fontsConfiguration(folder: string): string {
  const prefer = ([font, names]: [string, string[]]) =>
    names.map(
      (name) => `<alias><family>${name}</family><prefer><family>${font}</family></prefer></alias>`,
    )
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${folder}</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${folder}-cache</cachedir>
  ${Object.entries(families).flatMap(prefer).join('\n  ')}
</fontconfig>
`
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  )
