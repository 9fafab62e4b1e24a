import type { AuditRecord } from './audit-record.js'
import type { AuditSink, Notice } from './audit-sink.js'
import { describeRecord } from './describe-record.js'

/** What a logger must offer; pino, winston and `console` do. */
export interface Logger {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
}

/** A sink on an existing logger: admitted calls at `info`, everything else at `warn`. */
export const loggerSink = (logger: Logger): AuditSink =>
  Object.freeze({
    write: (record: AuditRecord) => {
      const level = record.outcome === 'admitted' ? 'info' : 'warn'
      logger[level]({ m2m: record }, describeRecord(record))
    },
    notice: (notice: Notice) => logger[notice.level]({ m2m: notice }, notice.message),
  })
