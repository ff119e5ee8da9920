import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** What a command that calls with curl got back. */
export interface CurlAnswer {
  readonly status: number
  readonly body: string
}

interface Shell {
  /** What stands in the command's variables. */
  readonly variables: Readonly<Record<string, string>>
}

const run = promisify(execFile)

/** Whether this machine has curl: many have, and none has to. */
export const hasCurl = await run('curl', ['--version']).then(
  () => true,
  () => false,
)

/** Runs a command as somebody would who pastes it into a shell. */
export async function runInShell(command: string, { variables }: Shell): Promise<CurlAnswer> {
  const { stdout } = await run(
    'sh',
    ['-c', `${command} --silent --show-error --max-time 60 --write-out '\n%{http_code}'`],
    { env: { PATH: process.env.PATH, ...variables } },
  )
  const end = stdout.lastIndexOf('\n')
  return { status: Number(stdout.slice(end + 1)), body: stdout.slice(0, end) }
}

/** Does by fetch what a command says to curl. Throws for what it does not know. */
export async function runByFetch(command: string, { variables }: Shell): Promise<CurlAnswer> {
  const [program, ...words] = shellWords(command, variables)
  if (program !== 'curl') throw new Error(`${program} is not curl.`)
  const headers = new Headers()
  let url = ''
  let method: string | undefined
  let body: string | undefined
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? ''
    if (!word.startsWith('--')) {
      url = word
      continue
    }
    at += 1
    const value = words[at] ?? ''
    if (word === '--request') method = value
    else if (word === '--data') body = value
    else if (word === '--cookie') headers.set('cookie', value)
    else if (word === '--header') headers.set(...headerOf(value))
    else throw new Error(`${word} is not understood.`)
  }
  const response = await fetch(url, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers,
    ...(body === undefined ? {} : { body }),
  })
  return { status: response.status, body: await response.text() }
}

function headerOf(text: string): [string, string] {
  const colon = text.indexOf(':')
  return [text.slice(0, colon), text.slice(colon + 1).trim()]
}

/**
 * The words of a command, as a POSIX shell reads them: spaces and escaped line ends part them, single
 * quotes keep everything, double quotes put variables in. What else a shell knows is refused.
 */
export function shellWords(command: string, variables: Readonly<Record<string, string>>): string[] {
  const words: string[] = []
  const form = /\\\n|\s+|'([^']*)'|\\'|"((?:[^"\\`])*)"|([\w.:/=-]+)/y
  let word: string | undefined
  while (form.lastIndex < command.length) {
    const from = form.lastIndex
    const match = form.exec(command)
    if (!match) throw new Error(`A shell would do something at: ${command.slice(from, from + 40)}`)
    const [whole, single, double, plain] = match
    if (whole === '\\\n' || /^\s/.test(whole)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else {
      const text = single ?? plain ?? (double === undefined ? "'" : fill(double, variables))
      word = (word ?? '') + text
    }
  }
  if (word !== undefined) words.push(word)
  return words
}

function fill(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$(\w+)/g, (_, name: string) => variables[name] ?? '')
}
