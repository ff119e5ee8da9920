import { runByFetch } from '../curl.ts'
import { differingPlace, missingLine } from './expectation.ts'
import { type Block, changeText, commandsOf, type Step } from './guide.ts'
import { type LongCommand, runCommand, startCommand } from './run-command.ts'
import type { ScratchCopy } from './scratch-copy.ts'

/** The address that guides print. */
const printedOrigin = 'http://localhost:3000'

/** What a reader has in their hands when a guide asks for something that it cannot print. */
export interface Hands {
  readonly origin: string
  /** What the last call answered. */
  readonly answer: unknown
}

export interface Follower {
  /** Does what a step says and throws for the first thing that is not as printed. */
  follow(step: Step): Promise<void>
  /** Where the server is that the guide started. */
  origin(): string
  variable(name: string): string
  end(): Promise<void>
}

/** Follows a guide in a copy. `supply` gives the value of an `export NAME=…` in the guide. */
export function createFollower(
  copy: ScratchCopy,
  supply: (name: string, hands: Hands) => Promise<string>,
): Follower {
  const written = new Map<string, string>()
  const toPutBack = new Map<string, string>()
  const variables: Record<string, string> = {}
  let server: LongCommand | undefined
  let origin = printedOrigin
  let output = ''
  let answer: unknown

  const environment = () => ({
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    TMPDIR: process.env.TMPDIR,
    NO_COLOR: '1',
    PLINTH_URL: origin,
    ...variables,
  })

  async function putBack(): Promise<void> {
    for (const [path, text] of toPutBack) await copy.write(path, text)
    toPutBack.clear()
  }

  async function start(command: string): Promise<string> {
    const until = /Plinth is ready at (\S+)\n/
    const place = { folder: copy.folder, environment: { ...environment(), PORT: '0' }, until }
    server = await startCommand(command, place)
    origin = until.exec(server.output())?.[1] ?? ''
    return server.output()
  }

  async function call(command: string): Promise<string> {
    const { body } = await runByFetch(command.replace(printedOrigin, origin), { variables })
    answer = JSON.parse(asPrinted(body))
    return body
  }

  /** Runs one command of a guide; gives what it printed. */
  async function run(command: string, areRefused: boolean): Promise<string> {
    if (command === 'npm start') return start(command)
    if (command.startsWith('curl ')) return call(command)
    const variable = /^export ([A-Z_]+)=/.exec(command)?.[1]
    if (variable !== undefined) {
      variables[variable] = await supply(variable, { origin, answer })
      return ''
    }
    const result = await runCommand(command, { folder: copy.folder, environment: environment() })
    if ((result.code === 0) === areRefused) {
      const how = areRefused ? 'was not refused' : `ended with ${result.code}`
      throw new Error(`\`${command}\` ${how}:\n${result.output}`)
    }
    await refuseOtherFormat(command)
    return result.output
  }

  /** What a formatter would print otherwise should be printed so in the guide. */
  async function refuseOtherFormat(command: string): Promise<void> {
    for (const [path, text] of written) {
      if (toPutBack.has(path)) continue
      if ((await copy.read(path)) !== text) throw new Error(`\`${command}\` changed ${path}.`)
    }
  }

  const asPrinted = (text: string) => text.replaceAll(origin, printedOrigin)

  async function followBlock(block: Block): Promise<void> {
    const goesOn = block.kind === 'printed' || (block.kind === 'commands' && block.areRefused)
    if (!goesOn) await putBack()
    switch (block.kind) {
      case 'file':
        written.set(block.path, block.text)
        return copy.write(block.path, block.text)
      case 'change': {
        const text = await copy.read(block.path)
        if (block.isForAMoment) toPutBack.set(block.path, text)
        return copy.write(block.path, changeText(text, block.text))
      }
      case 'commands': {
        const outputs: string[] = []
        for (const command of commandsOf(block.text)) {
          outputs.push(await run(command, block.areRefused))
        }
        output = asPrinted(outputs.join(''))
        return
      }
      case 'printed': {
        const missing = missingLine(block.text, output)
        if (missing !== undefined) {
          throw new Error(`It did not print, or not in this order:\n${missing}\nbut:\n${output}`)
        }
        return
      }
      case 'answer': {
        const place = differingPlace(JSON.parse(block.text), answer)
        if (place !== undefined) {
          throw new Error(`The answer differs at ${place}: ${JSON.stringify(answer, null, 2)}`)
        }
      }
    }
  }

  return {
    async follow({ title, blocks }) {
      for (const block of blocks) {
        await followBlock(block).catch((cause: unknown) => {
          const reason = cause instanceof Error ? cause.message : String(cause)
          throw new Error(`At line ${block.line} of the guide, in "${title}": ${reason}`, { cause })
        })
      }
      await putBack()
    },
    origin: () => origin,
    variable: (name) => variables[name] ?? '',
    end: async () => server?.end(),
  }
}
