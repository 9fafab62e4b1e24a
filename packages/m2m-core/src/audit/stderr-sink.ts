import type { Writable } from 'node:stream'
import type { AuditRecord } from './audit-record.js'
import type { AuditSink, Notice } from './audit-sink.js'
import { describeRecord } from './describe-record.js'
import { writeLine } from './write-line.js'

/** What is used when no sink is configured: one readable line for everything but admitted calls. */
export const stderrSink = (stream: Writable): AuditSink =>
  Object.freeze({
    admitted: false,
    write: (record: AuditRecord) => writeLine(stream, describeRecord(record)),
    notice: ({ event, message }: Notice) => writeLine(stream, `m2m ${event}: ${message}`),
  })
