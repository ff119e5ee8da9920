import type { UnitStatement } from '../db/unit.ts'

/** What a call row says, besides who called: that comes from the connection's binding. */
export interface CallRecord {
  readonly operation: string
  readonly surface: string
  readonly subject: string
  readonly reason?: string | undefined
  readonly outcome: 'done' | 'refused' | 'failed'
  readonly code?: string | undefined
  readonly requestId: string
  readonly correlationId?: string | undefined
  readonly address: string
  readonly durationMilliseconds: number
}

const text = 'select platform.record_call($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)'

/** The statement that writes a call row, to be sent with the commit or after a refusal. */
export function recordCall(record: CallRecord): UnitStatement {
  return {
    text,
    values: [
      record.operation,
      record.surface,
      record.subject.slice(0, 200),
      record.reason?.slice(0, 1000) ?? null,
      record.outcome,
      record.code ?? null,
      record.requestId,
      record.correlationId ?? null,
      record.address === '' ? null : record.address,
      Math.round(record.durationMilliseconds * 1000),
    ],
  }
}
