/** What a line of the log tells, and what whoever reads it does about it. */
export interface LogEvent {
  readonly level: 'info' | 'warn' | 'error' | 'fatal'
  /** Besides those that every line has. A field that does not apply is left out of its line. */
  readonly fields: readonly LogField[]
  readonly meaning: string
  /** What to do about it, in one sentence; `Nothing.` where it is only told. */
  readonly action: string
}

/** The fields of log lines. One word means one thing on every line. */
export const logFields = Object.freeze({
  timestamp: 'When the line was written, RFC 3339 in UTC.',
  level: 'How bad it is: info, warn, error or fatal.',
  service: 'Always plinth.',
  environment: 'PLINTH_ENV.',
  message: 'What happened: one of the texts below.',
  request_id: 'The request, as its answer says it in X-Request-ID and requestId.',
  correlation_id: 'Ties several requests together, where the client gave another id for that.',
  user_id: 'The person on whose behalf it was; left out for nobody.',
  actor: 'What acted: person, agent or script with the id of its session or key, or nobody.',
  action: 'The operation that was called, or the part of Plinth that was at work.',
  surface: 'Over what the call came: http, mcp, cli or direct.',
  status: 'The HTTP status of the answer; also of a call over MCP.',
  duration_ms: 'How long the call took on the road, in milliseconds.',
  replayed: 'There when an earlier call with the same idempotency key gave the answer.',
  code: 'The error code of the refusal, see errors.md.',
  tool: 'The tool that was asked for, at most 64 characters of it.',
  address: 'The address of the client, after trusted proxies.',
  path: 'The path of the request, without its query.',
  err: 'The error with its type, message, stack and causes, without secrets.',
  reason: 'What the database, or its start, said.',
  attempts: 'How many starts in a row were tried.',
  folder: 'The folder that it is about.',
  pid: 'The process of PostgreSQL.',
  exitCode: 'How the process ended, when it ended by itself.',
  signal: 'The signal that ended the process, or that was sent to it.',
  dropped: 'How many refusals are counted nowhere, because there was no room for more.',
  state: 'What PostgreSQL answers when it is asked whether it is ready.',
})

export type LogField = keyof typeof logFields

/** What every line has. */
export const everyLine: readonly LogField[] = Object.freeze([
  'timestamp',
  'level',
  'service',
  'environment',
  'message',
])

const call = [
  'request_id',
  'correlation_id',
  'user_id',
  'actor',
  'action',
  'surface',
  'status',
  'duration_ms',
] as const

/**
 * Every text that Plinth logs. The places that log write the text itself, which costs nothing;
 * `tests/events.test.ts` compares them with this list in both directions.
 */
export const logEvents = Object.freeze({
  'call done': {
    level: 'info',
    fields: [...call, 'replayed'],
    meaning: 'A call was answered.',
    action: 'Nothing.',
  },
  'call refused': {
    level: 'info',
    fields: [...call, 'code', 'tool'],
    meaning:
      'A call was refused for a reason of the caller: a credential, a rule, an input, a limit.',
    action: 'Nothing; many from one address or one key are worth a look.',
  },
  'call failed': {
    level: 'error',
    fields: [...call, 'code', 'err'],
    meaning: 'A call could not be answered for a reason of ours: INTERNAL, UNAVAILABLE or TIMEOUT.',
    action: 'For INTERNAL report the line; for the others look at the database and the load.',
  },
  'refusal could not be recorded': {
    level: 'error',
    fields: [...call, 'code', 'err'],
    meaning: 'A refusal was answered, and its row in platform.call is missing.',
    action: 'Look at the database; this line is what remains of the row.',
  },
  'request refused': {
    level: 'info',
    fields: ['request_id', 'address', 'code', 'path'],
    meaning: 'A request was refused before a call came of it. platform.refusal counts them.',
    action: 'Nothing; a HOST_NOT_ALLOWED of your own name asks for ALLOWED_HOSTS or PUBLIC_URL.',
  },
  'http failed': {
    level: 'error',
    fields: ['request_id', 'err'],
    meaning: 'A request failed outside of any call, with a mistake of ours.',
    action: 'Report the line.',
  },
  'MCP message refused': {
    level: 'info',
    fields: ['err'],
    meaning: 'A message to /mcp was not one of the protocol.',
    action: 'Nothing; it is the client that has to change.',
  },
  'last uses were not kept': {
    level: 'warn',
    fields: ['action', 'err'],
    meaning: 'When keys and sessions were last used could not be written; it is tried again.',
    action: 'Look at the database when it stays.',
  },
  'counts of refusals were not written': {
    level: 'warn',
    fields: ['action', 'dropped', 'err'],
    meaning: 'Refusals of requests are kept in memory, as far as there is room, and written later.',
    action: 'Look at the database when it stays.',
  },
  'the engine for accounts could not be loaded': {
    level: 'error',
    fields: ['action', 'err'],
    meaning: 'Signing up and in will fail; everything else goes on.',
    action: 'Install anew with npm ci, and report the line if it stays.',
  },
  'upkeep failed and is tried again in an hour': {
    level: 'warn',
    fields: ['action', 'err'],
    meaning: 'What has outlived its purpose was not removed, and no partitions were prepared.',
    action: 'Look at the database before the month after next: then a partition would be missing.',
  },
  'calls were still running and are answered 503': {
    level: 'warn',
    fields: ['action'],
    meaning: 'Plinth stops, and calls had not ended after 6 seconds. Their writes are rolled back.',
    action: 'Nothing; find out what takes so long when it comes often.',
  },
  'connections were still open and are cut': {
    level: 'warn',
    fields: ['action'],
    meaning: 'Plinth stops, and clients had not taken their answers 2 seconds after that.',
    action: 'Nothing; it is a slow client.',
  },
  'the end was not clean': {
    level: 'error',
    fields: ['err'],
    meaning: 'Plinth was told to stop, and something did not let go; it ends with exit code 1.',
    action: 'Report the line; what was acknowledged is kept.',
  },
  'an idle database connection broke': {
    level: 'info',
    fields: ['reason'],
    meaning:
      'A connection that nobody used was closed by the other side; the next call opens another.',
    action: 'Nothing, unless the database was not restarted.',
  },
  'waiting for PostgreSQL, which may be recovering after a crash': {
    level: 'info',
    fields: ['state'],
    meaning:
      'The built-in PostgreSQL is not ready after 5 seconds. It reads its log after a crash.',
    action: 'Wait.',
  },
  'went on with the PostgreSQL that an earlier Plinth left running': {
    level: 'info',
    fields: ['pid'],
    meaning: 'The last Plinth was killed; its database lived on and is used.',
    action: 'Nothing.',
  },
  'stopping the PostgreSQL that an earlier Plinth left running': {
    level: 'info',
    fields: ['pid'],
    meaning: 'The database that lived on has other settings or does not answer, and is restarted.',
    action: 'Nothing.',
  },
  'PostgreSQL ended unexpectedly': {
    level: 'info',
    fields: ['pid', 'exitCode', 'signal'],
    meaning: 'The built-in PostgreSQL ended while Plinth runs. Calls answer 503 until it is back.',
    action: 'Read its log in the data folder; Plinth starts it again by itself.',
  },
  'PostgreSQL was started again': {
    level: 'info',
    fields: ['pid', 'attempts'],
    meaning: 'The built-in PostgreSQL is back after it ended unexpectedly.',
    action: 'Find out in its log why it ended.',
  },
  'PostgreSQL could not be started again': {
    level: 'info',
    fields: ['reason', 'attempts'],
    meaning: 'A start of the built-in PostgreSQL failed; there is another one after a pause.',
    action: 'Remove what the reason names, such as a full disk.',
  },
  'PostgreSQL is not started again any more: remove what ends it, then restart Plinth': {
    level: 'info',
    fields: ['attempts', 'folder'],
    meaning: 'The built-in PostgreSQL ended too often, and calls answer 503 from now on.',
    action: 'Read its log in the folder, remove what ends it, and restart Plinth.',
  },
  'PostgreSQL does not stop': {
    level: 'info',
    fields: ['pid', 'signal'],
    meaning: 'The built-in PostgreSQL did not end when asked, and is asked more firmly.',
    action: 'Nothing; what was acknowledged is kept.',
  },
  'left the database of an earlier data folder alone': {
    level: 'info',
    fields: ['folder'],
    meaning:
      'Where the database was to lie is one whose data folder is gone; another place is used.',
    action: 'Delete the folder if nobody needs that database any more.',
  },
  'a promise failed that nobody waited for': {
    level: 'error',
    fields: ['err'],
    meaning: 'A mistake of ours that hurt no call.',
    action: 'Report the line.',
  },
  'an error that nobody caught; stopping': {
    level: 'fatal',
    fields: ['err'],
    meaning: 'A mistake of ours after which nothing can be trusted; Plinth ends with exit code 1.',
    action: 'Let it be restarted, and report the line.',
  },
} satisfies Record<string, LogEvent>)

export type LogText = keyof typeof logEvents
