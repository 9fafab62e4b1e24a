import type { AuditRecord } from './audit-record.js'

/** Something an operator should know that is no verdict: start-up, key sets, dropped records. */
export interface Notice {
  readonly time: string
  readonly level: 'info' | 'warn'
  readonly event: string
  readonly message: string
}

/** Where records go, as a port. */
export interface AuditSink {
  /** Writes one record. May throw, reject or hang: verdicts do not depend on it. */
  write(record: AuditRecord): void | Promise<void>
  /** Writes a notice; sinks for records only leave it out. */
  notice?(notice: Notice): void | Promise<void>
  /** Whether admitted calls are written too. @defaultValue `true` */
  readonly admitted?: boolean
  /**
   * Whether a call may go on only once its record is written: `write` is awaited, and a failure
   * answers 503. @defaultValue `false`
   */
  readonly required?: boolean
}
