import {
  type Bindings,
  type ChildLoggerOptions,
  type DestinationStream,
  type Logger,
  type LoggerOptions,
  pino,
} from 'pino'
import { prettyFactory } from 'pino-pretty'
import type { Config } from '../config/config.ts'
import { redact, redactFields } from './redact.ts'
import { scrub } from './scrub.ts'

/** What is kept in memory while nobody reads the log; lines beyond it are dropped. */
const waitingBytesMax = 16 * 1024 * 1024
/** Lines are written together: one system call for each would cost more than the line. */
const batchBytes = 8 * 1024
const batchMilliseconds = 100

/**
 * The log of one process. Each line has `timestamp level service environment message`; the line of
 * a call also has `request_id user_id actor action status duration_ms`. Secrets are redacted in
 * fields, messages, errors and bindings before anything is written.
 *
 * In production lines are written asynchronously and in batches, at most a tenth of a second late; at
 * the process's end what is left is flushed. Only what kills the process outright loses that.
 *
 * @param destination where lines go instead of standard output.
 */
export function createLogger(
  config: Pick<Config, 'environment' | 'log'>,
  destination?: DestinationStream,
): Logger {
  const output = destination ?? standardOutput(config.environment)
  const stream = config.log.format === 'text' ? readable(output, !destination) : output
  return guardBindings(pino(optionsOf(config), stream))
}

function standardOutput(environment: Config['environment']): DestinationStream {
  if (environment !== 'production') return pino.destination({ dest: 1, sync: true })
  const output = pino.destination({
    dest: 1,
    sync: false,
    minLength: batchBytes,
    maxLength: waitingBytesMax,
  })
  setInterval(() => output.flush(), batchMilliseconds).unref()
  return output
}

function optionsOf({ environment, log }: Pick<Config, 'environment' | 'log'>): LoggerOptions {
  return {
    level: log.level,
    base: { service: 'plinth', environment },
    messageKey: 'message',
    timestamp: () => `,"timestamp":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label }) },
    // `redact` has made a plain object of an error already.
    serializers: { err: (error: unknown) => error },
    hooks: {
      logMethod(given, write) {
        write.apply(this, redactArguments(given) as typeof given)
      },
    },
  }
}

/** The arguments of a log call: fields, a message, and values for the message's placeholders. */
function redactArguments(given: readonly unknown[]): unknown[] {
  const [first, message, ...values] = given
  if (typeof first !== 'object' || first === null) return given.map(redact)
  const fields = first instanceof Error ? { err: first } : first
  const error = 'err' in fields && fields.err instanceof Error ? fields.err : undefined
  const text = message ?? error?.message
  const rest = values.length === 0 ? [] : values.map(redact)
  return [redactFields(fields), typeof text === 'string' ? scrub(text) : redact(text), ...rest]
}

/** Bindings of a child are written without passing through any hook, so they are cleaned before. */
function guardBindings(log: Logger): Logger {
  const { setBindings } = log
  const child: (this: Logger, bindings: Bindings, options?: ChildLoggerOptions) => Logger =
    log.child
  return Object.assign(log, {
    child(this: Logger, bindings: Bindings, options?: ChildLoggerOptions) {
      return child.call(this, redactFields(bindings), options)
    },
    setBindings(this: Logger, bindings: Bindings) {
      setBindings.call(this, redactFields(bindings))
    },
  })
}

/** Lines for people: one each, with what a call did in front, and colours on a terminal only. */
function readable(output: DestinationStream, isTerminal: boolean): DestinationStream {
  const format = prettyFactory({
    colorize: isTerminal && process.stdout.isTTY,
    singleLine: true,
    messageKey: 'message',
    timestampKey: 'timestamp',
    translateTime: 'SYS:HH:MM:ss.l',
    ignore: 'service,environment,action,status,duration_ms',
    messageFormat: [
      '{if action}{action} {end}',
      '{if status}{status} {end}',
      '{if duration_ms}{duration_ms} ms {end}',
      '{message}',
    ].join(''),
  })
  return {
    write(line) {
      output.write(format(withoutControls(line)))
    },
  }
}

/** JSON escapes what could move a terminal's cursor; the readable form must not bring it back. */
function withoutControls(line: string): string {
  return line
    .replaceAll(/(?<!\\)((?:\\\\)*)\\u00[01][\da-f]/g, '$1?')
    .replaceAll(/[\u007f-\u009f]/g, '?')
}
