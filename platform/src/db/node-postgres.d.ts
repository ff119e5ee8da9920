declare module 'pg/lib/utils.js' {
  /** node-postgres' own mapping of arrays, dates and objects onto PostgreSQL's text format. */
  export function prepareValue(value: unknown): string | Buffer | null
}
